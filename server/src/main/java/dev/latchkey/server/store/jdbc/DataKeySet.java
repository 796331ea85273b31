package dev.latchkey.server.store.jdbc;

import dev.latchkey.opaque.SecretBytes;
import dev.latchkey.server.seal.Cell;
import dev.latchkey.server.seal.DamagedValueException;
import dev.latchkey.server.seal.DataKey;
import dev.latchkey.server.seal.KeyWrapper;
import dev.latchkey.server.seal.RootKeyUnavailableException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.StatementContext;

/** The data keys that a store has unwrapped, by version. Owns them. Safe for use by several threads. */
final class DataKeySet implements AutoCloseable {
    private final KeyWrapping wrapping;
    private volatile NavigableMap<Integer, Known> keys = new TreeMap<>();
    private volatile boolean outdated;

    /** Those that are deleted in the database; transactions under way may still use the first kind. */
    private List<DataKey> justDeleted = new ArrayList<>();

    private List<DataKey> deleted = new ArrayList<>();

    /** @param rootKey stays the caller's */
    DataKeySet(KeyWrapper rootKey) {
        this.wrapping = new KeyWrapping(rootKey);
    }

    /** Of keys that are in no database. */
    DataKeySet() {
        this.wrapping = null;
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
        next.put(key.version(), new Known(key, new Stored(key.version(), new byte[0], 0)));
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
                    .map(Stored::of)
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
                .forEach(known -> justDeleted.add(known.key));
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
        keys.values().forEach(known -> known.key.close());
        justDeleted.forEach(DataKey::close);
        deleted.forEach(DataKey::close);
    }

    private boolean isHeld(Known known) {
        return keys.get(known.key.version()) == known;
    }

    private Known known(Handle handle, Stored stored) {
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
            throw new DamagedRecordException(e);
        }
    }

    /** A key together with what it was opened from. */
    private static final class Known {
        private final DataKey key;
        private final Stored stored;

        Known(DataKey key, Stored stored) {
            this.key = key;
            this.stored = stored;
        }
    }

    private static final class Stored {
        private final int version;
        private final byte[] wrapped;
        private final long createdAt;

        Stored(int version, byte[] wrapped, long createdAt) {
            this.version = version;
            this.wrapped = wrapped;
            this.createdAt = createdAt;
        }

        static Stored of(ResultSet row, StatementContext context) throws SQLException {
            return new Stored(row.getInt("version"), row.getBytes("wrapped"), row.getLong("created_at"));
        }
    }
}
