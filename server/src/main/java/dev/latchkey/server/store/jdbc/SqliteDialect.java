package dev.latchkey.server.store.jdbc;

import dev.latchkey.server.store.ClockOffset;
import org.jdbi.v3.core.Handle;

/** SQLite: a transaction that may write is alone. */
final class SqliteDialect implements Dialect {
    private final ClockOffset offset;

    SqliteDialect(ClockOffset offset) {
        this.offset = offset;
    }

    @Override
    public long millis(Handle handle) {
        // The database's clock is this machine's, and asking it takes a statement.
        return offset.millis() + System.currentTimeMillis();
    }

    @Override
    public String lock() {
        return "";
    }

    @Override
    public String lockShared() {
        return "";
    }

    @Override
    public String lockFree() {
        return "";
    }

    @Override
    public void takeTurn(Handle handle, String turn) {
        // It has been its turn since the transaction began.
    }

    @Override
    public void closeDataKey(Handle handle, int version) {
        // Nobody else writes.
    }

    @Override
    public boolean overwrites() {
        return true;
    }

    @Override
    public String slotOf(String table) {
        return "<table>.slot, (SELECT key FROM erasure_keys k WHERE k.slot = <table>.slot) AS erasure_key"
                .replace("<table>", table);
    }

    @Override
    public String ownNumbers() {
        return "";
    }

    @Override
    public void continueNumbers(Handle handle) {
        // It goes on behind the highest there is.
    }
}
