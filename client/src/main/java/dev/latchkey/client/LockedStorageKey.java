package dev.latchkey.client;

import dev.latchkey.client.KeyClientException.Reason;
import dev.latchkey.opaque.SecretBytes;
import dev.latchkey.protocol.IntegrityException;
import dev.latchkey.protocol.StorageKey;
import dev.latchkey.protocol.StorageKeyEnvelope;
import dev.latchkey.protocol.UserId;

/**
 * The storage key as a session keeps it: encrypted, beside the export key that opens it for the length of a step.
 *
 * <p>Safe for use by several threads.
 */
final class LockedStorageKey implements AutoCloseable {

    private final SecretBytes exportKey;
    private final UserId userId;
    private final byte[] envelope;
    private boolean closed;

    /** Takes over {@code exportKey} and {@code envelope}; the key is wiped by {@link #close()}. */
    LockedStorageKey(SecretBytes exportKey, UserId userId, byte[] envelope) {
        this.exportKey = exportKey;
        this.userId = userId;
        this.envelope = envelope;
    }

    /** The storage key, for one step; the caller closes it as soon as that ends and gives it to nobody. */
    synchronized StorageKey unlock() throws KeyClientException {
        if (closed) {
            throw new KeyClientException(
                    Reason.SESSION_ENDED,
                    "The session was closed while a request was under way. Log in again to go on.");
        }
        try {
            return StorageKeyEnvelope.open(exportKey, userId, envelope);
        } catch (IntegrityException e) {
            throw new KeyClientException(
                    Reason.INTEGRITY,
                    "The storage key that the server returned does not open: it was damaged, exchanged, or made for "
                            + "another account. Your secrets can't be opened with it, and nothing was changed. Ask the "
                            + "server's operator.",
                    e);
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        exportKey.close();
    }

    @Override
    public String toString() {
        return "LockedStorageKey[REDACTED]";
    }
}
