package dev.latchkey.server.store.jdbc;

import dev.latchkey.opaque.SecretBytes;
import dev.latchkey.server.seal.Cell;
import dev.latchkey.server.seal.DamagedValueException;
import dev.latchkey.server.seal.DataKey;
import dev.latchkey.server.seal.KeyWrapper;
import dev.latchkey.server.seal.RootKeyUnavailableException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import org.jdbi.v3.core.Handle;

/** The data keys that a store has unwrapped, by version. Owns them. Safe for use by several threads. */
final class DataKeySet implements AutoCloseable {
    /** Longer than any transaction lasts. */
    static final Duration LONGEST_USE = Duration.ofSeconds(30);

    private final KeyWrapping wrapping;
    private final LongSupplier nanos;
    private volatile NavigableMap<Integer, Known> keys = new TreeMap<>();
    private volatile boolean outdated;

    /** Those that are deleted in the database; transactions under way may still use them. */
    private final List<Deleted> deleted = new ArrayList<>();

    /** @param rootKey stays the caller's */
    DataKeySet(KeyWrapper rootKey) {
        this(rootKey, System::nanoTime);
    }

    /** @param nanos a clock that never goes back */
    DataKeySet(KeyWrapper rootKey, LongSupplier nanos) {
        this.wrapping = new KeyWrapping(rootKey);
        this.nanos = nanos;
    }

    /** Of keys that are in no database. */
    DataKeySet() {
        this.wrapping = null;
        this.nanos = System::nanoTime;
    }

    static Cell cell(int version) {
        return Cell.of("data_keys", "wrapped").row(version);
    }

    /** The one that seals. */
    DataKey newest() {
        return keys.lastEntry().getValue().key;
    }

    /** Or null. */
    DataKey get(int version) {
        Known known = keys.get(version);
        return known == null ? null : known.key;
    }

    boolean isEmpty() {
        return keys.isEmpty();
    }

    /** Takes ownership of the key. */
    synchronized void add(DataKey key) {
        NavigableMap<Integer, Known> next = new TreeMap<>(keys);
        next.put(key.version(), new Known(key, new StoredKey(key.version(), new byte[0], 0)));
        keys = next;
    }

    /** Somebody has closed the newest of these keys. */
    void isOutdated() {
        outdated = true;
    }

    boolean outdated() {
        return outdated;
    }

    /**
     * Takes over what the database has. What is read there must be committed: a key that vanishes with its transaction
     * would take with it what was sealed under it.
     *
     * <p>A key is known by its wrapped form: another may have the same number, in a database that was made anew. One that was
     * wrapped anew under a root key that is not to be had yet is known by its number and its time.
     *
     * @throws DamagedRecordException if a key does not open
     * @throws RootKeyUnavailableException if one can't be opened now; the keys are those that they were
     */
    synchronized void reload(Handle handle) {
        NavigableMap<Integer, Known> next = new TreeMap<>();
        boolean complete = false;
        try {
            handle.createQuery("SELECT version, wrapped, created_at FROM data_keys ORDER BY version")
                    .map(StoredKey::of)
                    .list()
                    .forEach(stored -> next.put(stored.version, known(handle, stored)));
            if (next.isEmpty()) {
                throw new DamagedRecordException("data_keys is empty", null);
            }
            complete = true;
        } finally {
            if (!complete) {
                next.values().stream().filter(known -> !isHeld(known)).forEach(known -> known.key.close());
            }
        }
        keys.values().stream()
                .filter(known -> next.get(known.key.version()) != known)
                .forEach(known -> deleted.add(new Deleted(known.key, nanos.getAsLong())));
        keys = next;
        outdated = false;
    }

    /** Like {@link #reload}, and wipes what was found deleted so long ago that nobody uses it. */
    synchronized void refresh(Handle handle) {
        long now = nanos.getAsLong();
        deleted.removeIf(each -> {
            boolean over = now - each.foundAt > LONGEST_USE.toNanos();
            if (over) {
                each.key.close();
            }
            return over;
        });
        reload(handle);
    }

    @Override
    public synchronized void close() {
        keys.values().forEach(known -> known.key.close());
        deleted.forEach(each -> each.key.close());
    }

    private boolean isHeld(Known known) {
        return keys.get(known.key.version()) == known;
    }

    private Known known(Handle handle, StoredKey stored) {
        Known known = keys.get(stored.version);
        if (known != null && Arrays.equals(known.stored.wrapped, stored.wrapped)) {
            return known;
        }
        try {
            return new Known(unwrap(handle, stored.version, stored.wrapped), stored);
        } catch (RootKeyUnavailableException e) {
            if (known != null && known.stored.createdAt == stored.createdAt) {
                return known;
            }
            throw e;
        }
    }

    /**
     * The caller closes it.
     *
     * @throws DamagedRecordException if it does not open
     */
    DataKey unwrap(Handle handle, int version, byte[] wrapped) {
        try (SecretBytes key = wrapping.unwrap(handle, wrapped, cell(version))) {
            return new DataKey(version, key);
        } catch (DamagedValueException e) {
            throw DamagedRecordException.ofKey(e);
        }
    }

    /** A key together with what it was opened from. */
    private static final class Known {
        private final DataKey key;
        private final StoredKey stored;

        Known(DataKey key, StoredKey stored) {
            this.key = key;
            this.stored = stored;
        }
    }

    private static final class Deleted {
        private final DataKey key;
        private final long foundAt;

        Deleted(DataKey key, long foundAt) {
            this.key = key;
            this.foundAt = foundAt;
        }
    }
}
