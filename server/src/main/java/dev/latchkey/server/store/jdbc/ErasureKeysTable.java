package dev.latchkey.server.store.jdbc;

import dev.latchkey.opaque.SecretBytes;
import dev.latchkey.protocol.UserId;
import dev.latchkey.server.seal.DataKey;
import java.util.Optional;

/**
 * Slots with the erasure keys of rows, in a table whose rows have one size, are appended, and then only written over: so
 * a key stands in one place from its first day, and is nowhere when that place holds another. Where the database does not
 * write over what it changes, no row has a slot.
 */
final class ErasureKeysTable {
    private final Scope scope;

    ErasureKeysTable(Scope scope) {
        this.scope = scope;
    }

    /** A fresh key in a slot that is free, or in a new one. The caller closes it. */
    RowKey take() {
        return scope.dialect().overwrites() ? write(free().orElse(null)) : RowKey.ofNoSlot(scope.durable());
    }

    /**
     * A fresh key in the place of the row's old one, which is erased: whatever the row keeps has to be sealed anew. The
     * caller closes it.
     *
     * @param slot null if the row has none yet
     */
    RowKey renew(Long slot) {
        return slot == null ? take() : write(slot);
    }

    /**
     * Erases the key of a row that goes, and with it whatever was sealed under it.
     *
     * @param slot null if the row has none
     */
    void erase(Long slot) {
        if (slot != null) {
            scope.handle()
                    .createUpdate("UPDATE erasure_keys SET free = 1, key = :none WHERE slot = :slot")
                    .bind("none", new byte[DataKey.ERASURE_KEY_BYTES])
                    .bind("slot", slot)
                    .execute();
        }
    }

    /** Erases the keys of all rows that this owner has in the table. */
    void eraseAll(String table, UserId user) {
        if (scope.dialect().overwrites()) {
            scope.handle()
                    .createUpdate("""
                            UPDATE erasure_keys SET free = 1, key = :none
                            WHERE slot IN (SELECT slot FROM <table> WHERE user_id = :user)
                            """)
                    .define("table", table)
                    .bind("none", new byte[DataKey.ERASURE_KEY_BYTES])
                    .bind("user", user.toByteArray())
                    .execute();
        }
    }

    private Optional<Long> free() {
        return scope.handle()
                .createQuery("SELECT slot FROM erasure_keys WHERE free = 1 ORDER BY slot LIMIT 1")
                .mapTo(Long.class)
                .findOne();
    }

    private RowKey write(Long slot) {
        SecretBytes key = scope.durable().newErasureKey();
        boolean written = false;
        try {
            RowKey rowKey = RowKey.ofSlot(scope.durable(), slot == null ? append(key) : overwrite(slot, key), key);
            written = true;
            return rowKey;
        } finally {
            if (!written) {
                key.close();
            }
        }
    }

    private long append(SecretBytes key) {
        return scope.handle()
                .createQuery("INSERT INTO erasure_keys (free, key) VALUES (0, :key) RETURNING slot")
                .bind("key", key.exposed())
                .mapTo(long.class)
                .one();
    }

    private long overwrite(long slot, SecretBytes key) {
        int written = scope.handle()
                .createUpdate("UPDATE erasure_keys SET free = 0, key = :key WHERE slot = :slot")
                .bind("key", key.exposed())
                .bind("slot", slot)
                .execute();
        if (written != 1) {
            throw new DamagedRecordException("erasure_keys has not the slot of a row", null);
        }
        return slot;
    }
}
