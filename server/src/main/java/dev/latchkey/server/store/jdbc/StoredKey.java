package dev.latchkey.server.store.jdbc;

import java.sql.ResultSet;
import java.sql.SQLException;
import org.jdbi.v3.core.statement.StatementContext;

/** A wrapped key as it stands in its table. */
final class StoredKey {
    final int version;
    final byte[] wrapped;
    final long createdAt;

    StoredKey(int version, byte[] wrapped, long createdAt) {
        this.version = version;
        this.wrapped = wrapped;
        this.createdAt = createdAt;
    }

    /** Of a row with these columns. */
    static StoredKey of(ResultSet row, StatementContext context) throws SQLException {
        return new StoredKey(row.getInt("version"), row.getBytes("wrapped"), row.getLong("created_at"));
    }
}
