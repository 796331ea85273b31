package dev.latchkey.server.store.jdbc;

import dev.latchkey.protocol.AuditChain;
import dev.latchkey.protocol.AuditEntry;
import dev.latchkey.protocol.MalformedException;
import dev.latchkey.protocol.UserId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.flywaydb.core.api.MigrationVersion;
import org.flywaydb.core.api.migration.Context;
import org.flywaydb.core.api.migration.JavaMigration;

/**
 * The second migration: keeps the head after every entry of the audit logs beside it, so that a page from the middle of a
 * log can be verified. A database can't compute them, so this is no script.
 *
 * <p>A log whose entries do not lead to the head that its account states is damaged, and the database is left as it was.
 */
final class HeadOfEveryEntry implements JavaMigration {
    private static final String NEW_TABLE = """
            CREATE TABLE audit_with_heads (
                user_id BLOB    NOT NULL REFERENCES accounts (user_id),
                n       INTEGER NOT NULL CHECK (n > 0),
                entry   BLOB    NOT NULL,
                head    BLOB    NOT NULL CHECK (length(head) = 32), -- after this entry
                PRIMARY KEY (user_id, n)
            ) STRICT, WITHOUT ROWID
            """;

    private static final String ENTRIES = "SELECT user_id, n, entry FROM audit ORDER BY user_id, n";

    private static final String INSERT = "INSERT INTO audit_with_heads (user_id, n, entry, head) VALUES (?, ?, ?, ?)";

    /** The accounts whose log, as copied, does not end where they say. */
    private static final String BROKEN = """
            SELECT count(*) FROM accounts a
            WHERE a.audit_n <> (SELECT count(*) FROM audit_with_heads h WHERE h.user_id = a.user_id)
                OR a.audit_n > 0 AND NOT EXISTS (
                    SELECT 1 FROM audit_with_heads h
                    WHERE h.user_id = a.user_id AND h.n = a.audit_n AND h.head = a.audit_head)
            """;

    @Override
    public MigrationVersion getVersion() {
        return MigrationVersion.fromVersion("2");
    }

    @Override
    public String getDescription() {
        return "head of every entry";
    }

    @Override
    public Integer getChecksum() {
        return null;
    }

    @Override
    public boolean canExecuteInTransaction() {
        return true;
    }

    @Override
    public void migrate(Context context) throws SQLException {
        Connection connection = context.getConnection();
        try (Statement statement = connection.createStatement()) {
            statement.execute(NEW_TABLE);
            copy(connection);
            requireWhole(statement);
            statement.execute("DROP TABLE audit");
            statement.execute("ALTER TABLE audit_with_heads RENAME TO audit");
        }
    }

    private static void copy(Connection connection) throws SQLException {
        UserId user = null;
        byte[] head = {};
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(ENTRIES);
                PreparedStatement insert = connection.prepareStatement(INSERT)) {
            while (rows.next()) {
                UserId owner = UserId.of(rows.getBytes("user_id"));
                if (!owner.equals(user)) {
                    user = owner;
                    head = AuditChain.start(owner);
                }
                AuditEntry entry = parse(rows.getBytes("entry"));
                head = AuditChain.next(head, entry);
                insert.setBytes(1, owner.toByteArray());
                insert.setLong(2, rows.getLong("n"));
                insert.setBytes(3, entry.encode());
                insert.setBytes(4, head);
                insert.executeUpdate();
            }
        }
    }

    private static void requireWhole(Statement statement) throws SQLException {
        try (ResultSet broken = statement.executeQuery(BROKEN)) {
            if (broken.getLong(1) > 0) {
                throw new DamagedRecordException("an audit log does not lead to its account's head", null);
            }
        }
    }

    private static AuditEntry parse(byte[] entry) {
        try {
            return AuditEntry.parse(entry);
        } catch (MalformedException e) {
            throw new DamagedRecordException("audit.entry is not in the form of an entry", e);
        }
    }
}
