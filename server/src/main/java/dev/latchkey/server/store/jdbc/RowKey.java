package dev.latchkey.server.store.jdbc;

import dev.latchkey.opaque.SecretBytes;
import dev.latchkey.server.seal.Cell;
import dev.latchkey.server.seal.DataKey;
import java.sql.ResultSet;
import java.sql.SQLException;

/**
 * Seals the values of one row: under the data key, and where the row has a slot under the erasure key in it too. Without
 * one it is the data key alone.
 */
final class RowKey implements Sealing, AutoCloseable {
    private final DataKeyRing keys;
    private final Long slot;
    private final SecretBytes erasureKey;

    private RowKey(DataKeyRing keys, Long slot, SecretBytes erasureKey) {
        this.keys = keys;
        this.slot = slot;
        this.erasureKey = erasureKey;
    }

    static RowKey ofNoSlot(DataKeyRing keys) {
        return new RowKey(keys, null, null);
    }

    /** @param erasureKey belongs to the result */
    static RowKey ofSlot(DataKeyRing keys, long slot, SecretBytes erasureKey) {
        return new RowKey(keys, slot, erasureKey);
    }

    /** What {@link Dialect#slotOf} selected. */
    static RowKey of(DataKeyRing keys, ResultSet row) throws SQLException {
        return of(keys, row.getLong("slot"), row.getBytes("erasure_key"));
    }

    /**
     * The key of a row with this slot.
     *
     * @param key in the slot, or null; belongs to the result
     */
    static RowKey of(DataKeyRing keys, Long slot, byte[] key) {
        if (key == null) {
            // A row whose slot has vanished does not open either: it says of itself that it takes two keys.
            return ofNoSlot(keys);
        }
        SecretBytes erasureKey = SecretBytes.takeOwnership(key);
        if (key.length != DataKey.ERASURE_KEY_BYTES) {
            erasureKey.close();
            throw new DamagedRecordException("erasure_keys.key has not the size of a key", null);
        }
        return ofSlot(keys, slot, erasureKey);
    }

    /** The number of the slot, or null. */
    Long slot() {
        return slot;
    }

    @Override
    public byte[] seal(Cell cell, byte[] plaintext) {
        return erasureKey == null ? keys.seal(cell, plaintext) : keys.seal(cell, plaintext, erasureKey);
    }

    @Override
    public SecretBytes open(Cell cell, byte[] sealed) {
        return erasureKey == null ? keys.open(cell, sealed) : keys.open(cell, sealed, erasureKey);
    }

    @Override
    public void close() {
        if (erasureKey != null) {
            erasureKey.close();
        }
    }
}
