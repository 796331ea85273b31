package dev.latchkey.server.store.jdbc;

import dev.latchkey.opaque.SecretBytes;
import dev.latchkey.server.seal.Cell;
import dev.latchkey.server.seal.DamagedValueException;
import dev.latchkey.server.seal.DataKey;
import dev.latchkey.server.seal.KeyWrapper;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jdbi.v3.core.Handle;

/** The data keys that a store has unwrapped, by version. Owns them. Safe for use by several threads. */
final class DataKeySet implements AutoCloseable {
    private final KeyWrapper rootKey;
    private volatile NavigableMap<Integer, DataKey> keys = new TreeMap<>();
    private volatile boolean outdated;

    /** Those that are deleted in the database; transactions under way may still use the first kind. */
    private List<DataKey> justDeleted = new ArrayList<>();

    private List<DataKey> deleted = new ArrayList<>();

    /** @param rootKey stays the caller's */
    DataKeySet(KeyWrapper rootKey) {
        this.rootKey = rootKey;
    }

    /** Of keys that are in no database. */
    DataKeySet() {
        this(null);
    }

    static Cell cell(int version) {
        return Cell.of("data_keys", "wrapped").row(version);
    }

    /** The one that seals. */
    DataKey newest() {
        return keys.lastEntry().getValue();
    }

    /** Or null. */
    DataKey get(int version) {
        return keys.get(version);
    }

    boolean isEmpty() {
        return keys.isEmpty();
    }

    /** Takes ownership of the key. */
    synchronized void add(DataKey key) {
        NavigableMap<Integer, DataKey> next = new TreeMap<>(keys);
        next.put(key.version(), key);
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
     * @throws DamagedRecordException if a key does not open
     */
    synchronized void reload(Handle handle) {
        NavigableMap<Integer, DataKey> next = new TreeMap<>();
        handle.createQuery("SELECT version, wrapped FROM data_keys ORDER BY version")
                .map((row, context) -> known(row.getInt("version"), row.getBytes("wrapped")))
                .forEach(key -> next.put(key.version(), key));
        if (next.isEmpty()) {
            throw new DamagedRecordException("data_keys is empty", null);
        }
        keys.forEach((version, key) -> {
            if (!next.containsKey(version)) {
                justDeleted.add(key);
            }
        });
        keys = next;
        outdated = false;
    }

    /** Like {@link #reload}, and wipes what was found deleted before: called now and then, far apart. */
    synchronized void refresh(Handle handle) {
        deleted.forEach(DataKey::close);
        deleted = justDeleted;
        justDeleted = new ArrayList<>();
        reload(handle);
    }

    @Override
    public synchronized void close() {
        keys.values().forEach(DataKey::close);
        justDeleted.forEach(DataKey::close);
        deleted.forEach(DataKey::close);
    }

    private DataKey known(int version, byte[] wrapped) {
        DataKey known = keys.get(version);
        return known != null ? known : unwrap(version, wrapped);
    }

    /**
     * The caller closes it.
     *
     * @throws DamagedRecordException if it does not open
     */
    DataKey unwrap(int version, byte[] wrapped) {
        try (SecretBytes key = rootKey.unwrap(wrapped, cell(version))) {
            return new DataKey(version, key);
        } catch (DamagedValueException e) {
            throw new DamagedRecordException(e);
        }
    }
}
