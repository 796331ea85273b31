package dev.latchkey.server.store.jdbc;

import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLWarning;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;

/** One transaction on one connection, from its first statement to its end. */
final class PostgresTransaction implements AutoCloseable {
    private final HikariDataSource connections;
    private final Handle handle;
    private final Connection connection;
    private boolean ended;
    private boolean broken;

    /** What a transaction is for. */
    enum Mode {
        CHANGE,
        /** Sees the database as it is at one moment. */
        VIEW
    }

    private PostgresTransaction(HikariDataSource connections, Handle handle) {
        this.connections = connections;
        this.handle = handle;
        this.connection = handle.getConnection();
    }

    /**
     * Takes a connection; the driver begins the transaction with the first statement.
     *
     * @throws JdbiException if there is no connection to be had
     */
    static PostgresTransaction begin(Jdbi jdbi, HikariDataSource connections) {
        return new PostgresTransaction(connections, jdbi.open());
    }

    /**
     * Says what it is for, before anything else.
     *
     * @throws JdbiException if the connection does not hold
     */
    void isFor(Mode mode) {
        if (mode == Mode.VIEW) {
            handle.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY");
        }
    }

    Handle handle() {
        return handle;
    }

    /**
     * Commits. Where a database replicates synchronously this waits for another machine, which is not given up at the
     * database: what it had written alone would then be seen by others, and be lost with it.
     *
     * @throws SQLException if it is not known whether the commit arrived, or where it did; a failure with a SQLSTATE of
     *     class 40 is a roll-back
     */
    void commit() throws SQLException {
        connection.clearWarnings();
        connection.commit();
        ended = true;
        SQLWarning warning = connection.getWarnings();
        if (warning != null) {
            // Committed here, and perhaps nowhere else: somebody ended the wait for the others.
            throw new SQLException(warning.getMessage(), warning.getSQLState(), warning);
        }
    }

    /** The connection is not to be used again. */
    void isBroken() {
        broken = true;
    }

    /** Undoes what was not committed, and gives the connection back. */
    @Override
    public void close() {
        try {
            if (!ended && !broken) {
                connection.rollback();
            }
        } catch (SQLException e) {
            broken = true;
        }
        if (broken) {
            connections.evictConnection(connection);
        }
        try {
            connection.close();
        } catch (SQLException e) {
            // It was given up, and the database undoes by itself what was begun on it.
            broken = true;
        }
    }
}
