package dev.latchkey.server.store.jdbc;

import dev.latchkey.opaque.SecretBytes;
import dev.latchkey.server.seal.Cell;
import dev.latchkey.server.seal.DamagedValueException;
import dev.latchkey.server.seal.DataKey;
import dev.latchkey.server.seal.KeyWrapper;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jdbi.v3.core.Handle;

/**
 * The keys of what no backup takes: a new one every day, and the old one deleted when nothing sealed under it can be
 * alive. They stand in the database beside what they seal, wrapped. Safe for use by several threads.
 */
final class TransientKeys implements AutoCloseable {

    /** Nothing sealed here may live longer: that is what makes an old key deletable. */
    static final Duration LONGEST_LIFE = Duration.ofDays(1);

    private static final long DAY = Duration.ofDays(1).toMillis();

    private final KeyWrapping wrapping;
    private final SecureRandom random;

    /** Unwrapped keys by their wrapped form, which no roll-back of a transaction can give another meaning. */
    private final Map<ByteBuffer, Unwrapped> unwrapped = new ConcurrentHashMap<>();

    /** Those of the above that were met last; another may have the version by now. */
    private final Map<Integer, DataKey> lastOfVersion = new ConcurrentHashMap<>();

    TransientKeys(KeyWrapping wrapping, SecureRandom random) {
        this.wrapping = wrapping;
        this.random = random;
    }

    /** The keys as one transaction sees them. */
    Sealing in(Handle handle, long now) {
        return new Sealing() {
            /** What it finds is committed, unless it was made here. */
            private boolean committed = true;

            @Override
            public byte[] seal(Cell cell, byte[] plaintext) {
                return current().seal(plaintext, cell, random);
            }

            private DataKey current() {
                Optional<StoredKey> newest = newest(handle);
                if (newest.isEmpty() || now >= newest.get().createdAt + DAY) {
                    committed = false;
                    create(handle, now, newest.map(key -> key.version).orElse(0) + 1);
                    newest = newest(handle);
                }
                return unwrap(
                        handle, newest.orElseThrow(() -> new IllegalStateException("a key was just made")), committed);
            }

            @Override
            public SecretBytes open(Cell cell, byte[] sealed) {
                try {
                    int version = DataKey.versionOf(sealed, cell);
                    Optional<SecretBytes> opened = openUnderKnown(version, cell, sealed);
                    return opened.isPresent()
                            ? opened.get()
                            : byVersion(handle, version, cell, committed).open(sealed, cell);
                } catch (DamagedValueException e) {
                    throw new DamagedRecordException(e);
                }
            }
        };
    }

    /** Without asking the database; empty if the key that had this version last is not the one that sealed it. */
    private Optional<SecretBytes> openUnderKnown(int version, Cell cell, byte[] sealed) {
        DataKey known = lastOfVersion.get(version);
        if (known == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(known.open(sealed, cell));
        } catch (DamagedValueException e) {
            return Optional.empty();
        }
    }

    @Override
    public void close() {
        lastOfVersion.clear();
        unwrapped.values().forEach(cached -> cached.key.close());
        unwrapped.clear();
    }

    private static Optional<StoredKey> newest(Handle handle) {
        return handle.createQuery("""
                        SELECT version, wrapped, created_at FROM transient.transient_keys
                        ORDER BY version DESC LIMIT 1
                        """).map(StoredKey::of).findOne();
    }

    /** Makes the key of this version; does nothing where another server was quicker. */
    private void create(Handle handle, long now, int version) {
        byte[] wrapped;
        try (SecretBytes key = SecretBytes.random(KeyWrapper.DATA_KEY_BYTES, random)) {
            // First of all: who changes the root key locks in this order, too.
            wrapped = wrapping.wrap(handle, key, cell(version)).bytes();
        }
        long bound = now - DAY - LONGEST_LIFE.toMillis();
        handle.createUpdate("DELETE FROM transient.transient_keys WHERE created_at <= :bound")
                .bind("bound", bound)
                .execute();
        forgetUntil(bound);
        handle.createUpdate("""
                        INSERT INTO transient.transient_keys (version, wrapped, created_at)
                        VALUES (:version, :wrapped, :now) ON CONFLICT (version) DO NOTHING
                        """)
                .bind("version", version)
                .bind("wrapped", wrapped)
                .bind("now", now)
                .execute();
    }

    /** Nothing that they sealed can be alive, so no transaction under way uses them. */
    private void forgetUntil(long createdAt) {
        unwrapped.values().removeIf(cached -> {
            boolean over = cached.createdAt <= createdAt;
            if (over) {
                lastOfVersion.remove(cached.key.version(), cached.key);
                cached.key.close();
            }
            return over;
        });
    }

    private DataKey byVersion(Handle handle, int version, Cell sealedCell, boolean committed)
            throws DamagedValueException {
        StoredKey stored = handle.createQuery("""
                        SELECT version, wrapped, created_at FROM transient.transient_keys WHERE version = :version
                        """)
                .bind("version", version)
                .map(StoredKey::of)
                .findOne()
                .orElseThrow(() -> new DamagedValueException(DamagedValueException.Reason.UNKNOWN_KEY, sealedCell));
        return unwrap(handle, stored, committed);
    }

    private DataKey unwrap(Handle handle, StoredKey stored, boolean committed) {
        ByteBuffer form = ByteBuffer.wrap(stored.wrapped);
        Unwrapped known = unwrapped.get(form);
        if (known == null) {
            Optional<Unwrapped> before = wrappedAnew(stored);
            before.ifPresent(same -> unwrapped.put(form, same));
            known = before.orElseGet(() -> unwrapAnew(handle, stored));
        }
        if (committed) {
            known.committed = true;
        }
        lastOfVersion.put(stored.version, known.key);
        return known.key;
    }

    private Unwrapped unwrapAnew(Handle handle, StoredKey stored) {
        // Not inside the map, which would have others wait for the root key who do not need it.
        Unwrapped own = new Unwrapped(unwrap(handle, stored.version, stored.wrapped), stored.createdAt);
        Unwrapped quicker = unwrapped.putIfAbsent(ByteBuffer.wrap(stored.wrapped), own);
        if (quicker == null) {
            return own;
        }
        own.key.close();
        return quicker;
    }

    /**
     * The same key as it was wrapped before a change of the root key: it goes on without the new one. Of those that were
     * committed, no two share number and time.
     */
    private Optional<Unwrapped> wrappedAnew(StoredKey stored) {
        return unwrapped.values().stream()
                .filter(known ->
                        known.committed && known.key.version() == stored.version && known.createdAt == stored.createdAt)
                .findAny();
    }

    private DataKey unwrap(Handle handle, int version, byte[] wrapped) {
        try (SecretBytes key = wrapping.unwrap(handle, wrapped, cell(version))) {
            return new DataKey(version, key);
        } catch (DamagedValueException e) {
            throw DamagedRecordException.ofKey(e);
        }
    }

    static Cell cell(int version) {
        return Cell.of("transient_keys", "wrapped").row(version);
    }

    private static final class Unwrapped {
        private final DataKey key;
        private final long createdAt;
        private volatile boolean committed;

        Unwrapped(DataKey key, long createdAt) {
            this.key = key;
            this.createdAt = createdAt;
        }
    }
}
