package dev.latchkey.server.store.jdbc;

import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;
import org.jdbi.v3.core.statement.DefaultStatementBuilder;
import org.jdbi.v3.core.statement.StatementBuilder;
import org.jdbi.v3.core.statement.StatementContext;

/**
 * Prepares every statement once for a connection and uses it again: for SQLite, preparing one takes longer than most
 * take to run. A statement that is in use is prepared a second time, and that one is not kept.
 *
 * <p>Belongs to one connection and, like it, to one thread at a time. Statements that were kept end with the connection.
 */
final class KeptStatements implements StatementBuilder {
    /** More than there are different statements in this package; those beyond are prepared each time. */
    static final int MOST = 256;

    private final StatementBuilder fresh = new DefaultStatementBuilder();
    private final Map<String, PreparedStatement> idle = new HashMap<>();
    private final IdentityHashMap<Statement, String> inUse = new IdentityHashMap<>();

    @Override
    public PreparedStatement create(Connection connection, String sql, StatementContext context) throws SQLException {
        PreparedStatement kept = idle.remove(sql);
        PreparedStatement statement = kept == null ? connection.prepareStatement(sql) : kept;
        inUse.put(statement, sql);
        return statement;
    }

    /** @param template what the statement was made from; its SQL, with another name for every parameter, is not given here */
    @Override
    public void close(Connection connection, String template, Statement statement) throws SQLException {
        String sql = inUse.remove(statement);
        if (sql == null || idle.size() >= MOST || idle.containsKey(sql)) {
            statement.close();
            return;
        }
        PreparedStatement prepared = (PreparedStatement) statement;
        // What was bound may be a secret.
        prepared.clearParameters();
        idle.put(sql, prepared);
    }

    @Override
    public Statement create(Connection connection, StatementContext context) throws SQLException {
        return fresh.create(connection, context);
    }

    @Override
    public CallableStatement createCall(Connection connection, String sql, StatementContext context)
            throws SQLException {
        return fresh.createCall(connection, sql, context);
    }
}
