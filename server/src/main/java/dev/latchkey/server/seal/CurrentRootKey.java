package dev.latchkey.server.seal;

import dev.latchkey.opaque.SecretBytes;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The root key of a server that runs. When its database turns out to be under another, that one is looked for: among what was
 * offered, and where the root key is kept. Until it is found, this stays what it is. Owns its keys.
 */
public final class CurrentRootKey implements KeyWrapper {
    /**
     * How long a source that had the wrong one is left alone: to ask a token takes a process. One that is not to be had is left
     * alone as long as any token is: it may hang, and whoever looks waits for that, in a transaction.
     */
    static final Duration BETWEEN_LOOKS = Duration.ofSeconds(5);

    private static final Logger log = LoggerFactory.getLogger(CurrentRootKey.class);

    private final RootKeySource source;
    private final SecureRandom random;
    private final LongSupplier nanos;

    /** Whoever uses the key reads, whoever replaces it writes. */
    private final ReentrantReadWriteLock use = new ReentrantReadWriteLock();

    private KeyWrapper key;

    /**
     * Null where there is none. The one before, once it was replaced: who has looked at the database before the change may come
     * for it, and would else leave a server without the new one. The rest is touched by one at a time.
     */
    private KeyWrapper offered;

    private byte[] lookedFor = new byte[0];
    private long lookedAt;
    private Duration pause = BETWEEN_LOOKS;
    private String found;
    private boolean isFinal;

    private CurrentRootKey(RootKeySource source, SecureRandom random, LongSupplier nanos) throws RootKeyException {
        this.source = source;
        this.random = random;
        this.nanos = nanos;
        this.key = source.open(random);
    }

    /**
     * Gets at the key. The caller closes the result.
     *
     * @param nanos a clock that never goes back
     * @throws RootKeyException as the source does
     */
    public static CurrentRootKey open(RootKeySource source, SecureRandom random, LongSupplier nanos)
            throws RootKeyException {
        return new CurrentRootKey(source, random, nanos);
    }

    @Override
    public byte[] fingerprint() {
        use.readLock().lock();
        try {
            return key.fingerprint();
        } finally {
            use.readLock().unlock();
        }
    }

    @Override
    public byte[] wrap(SecretBytes dataKey, Cell cell) {
        use.readLock().lock();
        try {
            return key.wrap(dataKey, cell);
        } finally {
            use.readLock().unlock();
        }
    }

    @Override
    public byte[] wrapUnder(byte[] fingerprint, SecretBytes dataKey, Cell cell) {
        require(fingerprint);
        use.readLock().lock();
        try {
            if (!MessageDigest.isEqual(fingerprint, key.fingerprint())) {
                throw RootKeyUnavailableException.changedMeanwhile(null);
            }
            return key.wrap(dataKey, cell);
        } finally {
            use.readLock().unlock();
        }
    }

    @Override
    public SecretBytes unwrap(byte[] wrapped, Cell cell) throws DamagedValueException {
        use.readLock().lock();
        try {
            return key.unwrap(wrapped, cell);
        } finally {
            use.readLock().unlock();
        }
    }

    @Override
    public void require(byte[] fingerprint) {
        if (!MessageDigest.isEqual(fingerprint, fingerprint())) {
            find(fingerprint);
        }
    }

    @Override
    public synchronized void offer(KeyWrapper next) {
        if (offered != null) {
            offered.close();
        }
        offered = next;
    }

    @Override
    public synchronized void withdraw(KeyWrapper next) {
        if (offered == next) {
            offered.close();
            offered = null;
        }
    }

    private synchronized void find(byte[] fingerprint) {
        if (MessageDigest.isEqual(fingerprint, fingerprint())) {
            // Another thread was quicker.
            return;
        }
        if (offered != null && MessageDigest.isEqual(fingerprint, offered.fingerprint())) {
            replace(offered);
            return;
        }
        long now = nanos.getAsLong();
        boolean isOther = !Arrays.equals(lookedFor, fingerprint);
        if (!isFinal && (isOther || now - lookedAt >= pause.toNanos())) {
            lookedFor = fingerprint.clone();
            found = look(fingerprint);
            lookedAt = nanos.getAsLong();
        }
        if (found != null) {
            throw new RootKeyUnavailableException(found, null);
        }
    }

    /** What is there instead, for an operator; null if it was found. */
    private String look(byte[] fingerprint) {
        KeyWrapper there;
        pause = BETWEEN_LOOKS;
        try {
            there = source.open(random);
        } catch (RootKeyException e) {
            isFinal = e.isFinal();
            pause = e.reason() == RootKeyException.Reason.UNAVAILABLE ? TokenOutage.PAUSE : BETWEEN_LOOKS;
            return RootKeyUnavailableException.needed(fingerprint) + ", and it can't be had. " + e.getMessage()
                    + (isFinal ? " It is not asked again before the next start." : "");
        }
        if (MessageDigest.isEqual(fingerprint, there.fingerprint())) {
            replace(there);
            lookedFor = new byte[0];
            return null;
        }
        byte[] other = there.fingerprint();
        there.close();
        return RootKeyUnavailableException.another(fingerprint, source.describe() + " is", other)
                        .getMessage()
                + ". Put the right one there; it is looked for again";
    }

    private void replace(KeyWrapper next) {
        KeyWrapper before;
        use.writeLock().lock();
        try {
            before = key;
            key = next;
        } finally {
            use.writeLock().unlock();
        }
        if (offered != null && offered != next) {
            offered.close();
        }
        offered = before;
        log.info("the root key was replaced by the one that the database is under now");
    }

    @Override
    public synchronized void close() {
        use.writeLock().lock();
        try {
            key.close();
        } finally {
            use.writeLock().unlock();
        }
        if (offered != null) {
            offered.close();
            offered = null;
        }
    }

    @Override
    public String toString() {
        return "CurrentRootKey[REDACTED]";
    }
}
