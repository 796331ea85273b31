package dev.latchkey.server.store.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;

/**
 * The one connection that writes. SQLite has one writer at a time, and its own way of waiting for it neither keeps an order
 * nor wakes up when it could: so there is a {@link WriterQueue} before it, and only whoever leads comes here.
 */
final class SqliteWriter {
    private final SqliteConnections connections;
    private final Jdbi jdbi;
    private final long patienceMillis;
    private final Map<String, PreparedStatement> prepared = new HashMap<>();
    private Handle handle;

    /** Does nothing but to have the files open: on a full disk, what they share in memory could not be made again. */
    private Connection anchor;

    /** @param patience how long it waits for strangers who have the file locked */
    SqliteWriter(SqliteConnections connections, Duration patience) {
        this.connections = connections;
        this.jdbi = Jdbi.create(connections::whole);
        this.jdbi.setStatementBuilderFactory(connection -> new KeptStatements());
        this.patienceMillis = patience.toMillis();
    }

    /**
     * Begins a transaction that may write, or a part of the one that is open.
     *
     * <p>In SQL and not through the driver: after a commit that found the file locked, the driver's own roll-back leaves
     * it locked for everybody.
     */
    void begin(boolean whole) throws SQLException {
        if (handle == null) {
            handle = jdbi.open();
        }
        if (anchor == null) {
            anchor = connections.anchor();
        }
        execute(whole ? "BEGIN IMMEDIATE" : "SAVEPOINT part");
    }

    /** Of the transaction that has begun. */
    Handle handle() {
        return handle;
    }

    /** Ends a part, whose changes stay in the transaction. */
    void keep(boolean whole) throws SQLException {
        if (!whole) {
            execute("RELEASE part");
        }
    }

    /**
     * Undoes a part.
     *
     * @return false if the database has undone the whole transaction
     */
    boolean undo() {
        try {
            execute("ROLLBACK TO part");
            execute("RELEASE part");
            return true;
        } catch (SQLException e) {
            return false;
        }
    }

    void commit() throws SQLException {
        execute("COMMIT");
    }

    /**
     * Moves what the write-ahead log holds into the database and empties it. Only after a commit.
     *
     * @return false if the log is not empty now: a stranger is reading, and is not waited for, or the disk failed
     */
    boolean truncateLog() {
        if (handle == null) {
            return false;
        }
        try {
            handle.execute("PRAGMA busy_timeout = 0");
            boolean busy = handle.createQuery("PRAGMA main.wal_checkpoint(TRUNCATE)")
                    .map((row, context) -> row.getBoolean("busy"))
                    .one();
            return !busy;
        } catch (JdbiException e) {
            return false;
        } finally {
            waitForStrangers();
        }
    }

    /** Nobody may go on with a connection that does not. */
    private void waitForStrangers() {
        try {
            handle.execute("PRAGMA busy_timeout = " + patienceMillis);
        } catch (JdbiException e) {
            disconnect();
        }
    }

    /** Undoes the transaction; where even that fails, the connection goes, and the database undoes it by itself. */
    void rollBack() {
        if (handle == null) {
            return;
        }
        try {
            execute("ROLLBACK");
        } catch (SQLException e) {
            disconnect();
        }
    }

    /** Gives the connection up; the next transaction opens another. */
    void disconnect() {
        if (handle == null) {
            return;
        }
        try {
            handle.getConnection().close();
        } catch (SQLException e) {
            // It is given up all the same.
            return;
        } finally {
            handle = null;
            prepared.clear();
        }
    }

    /** Gives up everything, for good. */
    void close() {
        disconnect();
        if (anchor == null) {
            return;
        }
        try {
            anchor.close();
        } catch (SQLException e) {
            // It is given up all the same.
            return;
        } finally {
            anchor = null;
        }
    }

    /** What is executed for every transaction, so often that it is worth sparing what surrounds other statements. */
    private void execute(String sql) throws SQLException {
        PreparedStatement statement = prepared.get(sql);
        if (statement == null) {
            statement = handle.getConnection().prepareStatement(sql);
            prepared.put(sql, statement);
        }
        statement.execute();
    }
}
