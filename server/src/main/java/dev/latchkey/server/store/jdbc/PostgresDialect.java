package dev.latchkey.server.store.jdbc;

import dev.latchkey.server.store.ClockOffset;
import org.jdbi.v3.core.Handle;

/** PostgreSQL at READ COMMITTED: transactions run side by side, and meet at the rows that they lock. */
final class PostgresDialect implements Dialect {
    private final ClockOffset offset;

    PostgresDialect(ClockOffset offset) {
        this.offset = offset;
    }

    @Override
    public long millis(Handle handle) {
        return offset.millis()
                + handle.createQuery("SELECT CAST(floor(extract(epoch FROM now()) * 1000) AS bigint)")
                        .mapTo(long.class)
                        .one();
    }

    @Override
    public String lock() {
        return "FOR UPDATE";
    }

    @Override
    public String lockShared() {
        return "FOR SHARE";
    }

    @Override
    public String lockFree() {
        return "FOR UPDATE SKIP LOCKED";
    }

    /** A row that is written, not only locked: after a crash its table is empty, and has it again with the first turn. */
    @Override
    public void takeTurn(Handle handle, String turn) {
        handle.createUpdate("""
                        INSERT INTO transient.turns (name, taken) VALUES (:name, 1)
                        ON CONFLICT (name) DO UPDATE SET taken = turns.taken + 1
                        """).bind("name", turn).execute();
    }

    /** The lock that the triggers of the sealed tables share. */
    @Override
    public void closeDataKey(Handle handle, int version) {
        handle.createQuery("SELECT 1 FROM (SELECT pg_advisory_xact_lock(74431, :version)) AS locked")
                .bind("version", version)
                .mapTo(int.class)
                .one();
    }

    /** A row that is changed stands elsewhere afterwards, and the old one stays until it is cleaned away. */
    @Override
    public boolean overwrites() {
        return false;
    }

    @Override
    public String slotOf(String table) {
        return table + ".slot, CAST(NULL AS bytea) AS erasure_key";
    }

    @Override
    public String ownNumbers() {
        return " OVERRIDING SYSTEM VALUE";
    }

    @Override
    public void continueNumbers(Handle handle) {
        handle.createQuery("""
                        SELECT setval(pg_get_serial_sequence('failed_attempts', 'id'), coalesce(max(id), 0) + 1, false)
                        FROM failed_attempts
                        """).mapTo(long.class).one();
    }
}
