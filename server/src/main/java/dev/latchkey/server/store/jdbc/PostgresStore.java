package dev.latchkey.server.store.jdbc;

import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.HikariPoolMXBean;
import dev.latchkey.server.store.Deployment;
import dev.latchkey.server.store.KeyRotation;
import dev.latchkey.server.store.Store;
import dev.latchkey.server.store.StoreLocation.PostgresDatabase;
import dev.latchkey.server.store.StoreOpenException;
import dev.latchkey.server.store.StoreOptions;
import dev.latchkey.server.store.StoreUnavailableException;
import dev.latchkey.server.store.StoreUnavailableException.Reason;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jdbi.v3.core.JdbiException;

/**
 * A store in PostgreSQL, which any number of servers share. Their transactions run side by side at READ COMMITTED: whatever
 * one checks before it changes something is checked in the statement that changes it, or stands behind a row that the
 * transaction holds.
 */
final class PostgresStore implements Store {
    private static final int PURGED_AT_ONCE = 1000;

    private final StoreOptions options;
    private final Chores chores = new Chores();
    private final StoreKeys keys;
    private final HikariDataSource connections;
    private final PostgresDialect dialect;
    private final PostgresAttempts attempts;

    private final KeyUpkeep upkeep;
    private final KeyRotation keyRotation;

    /** Held by those who are inside, and by who closes it. */
    private final ReentrantReadWriteLock gate = new ReentrantReadWriteLock();

    private boolean closed;

    private PostgresStore(StoreOptions options, StoreKeys keys, HikariDataSource connections) {
        this.options = options;
        this.keys = keys;
        this.connections = connections;
        this.dialect = new PostgresDialect(options.clockOffset());
        this.upkeep = new KeyUpkeep(keys.deployment(), this::change);
        this.keyRotation = new StoreKeyRotation(options, this::change);
        this.attempts = new PostgresAttempts(connections, options.patience(), options.random());
    }

    static PostgresStore open(StoreOptions options, PostgresDatabase database) throws StoreOpenException {
        StoreKeys keys = PostgresStart.run(options, database);
        return new PostgresStore(options, keys, PostgresPool.forTransactions(database, options.patience()));
    }

    @Override
    public <T, E extends Exception> T transact(Work<T, E> work) throws E, StoreUnavailableException {
        return run(PostgresTransaction.Mode.CHANGE, work::in);
    }

    @Override
    public <T, E extends Exception> T view(Work<T, E> work) throws E, StoreUnavailableException {
        return run(PostgresTransaction.Mode.VIEW, work::in);
    }

    @Override
    public void purge() throws StoreUnavailableException {
        run(PostgresTransaction.Mode.CHANGE, transaction -> {
            transaction.purge(PURGED_AT_ONCE);
            return null;
        });
        upkeep.run();
    }

    @Override
    public Deployment deployment() {
        return keys.deployment();
    }

    @Override
    public Optional<ConnectionsInUse> connections() {
        HikariPoolMXBean pool = connections.getHikariPoolMXBean();
        return Optional.of(new ConnectionsInUse(
                pool.getActiveConnections(),
                pool.getIdleConnections(),
                pool.getThreadsAwaitingConnection(),
                connections.getMaximumPoolSize()));
    }

    @Override
    public Optional<String> hindrance() throws StoreUnavailableException {
        return upkeep.hindrance();
    }

    @Override
    public KeyRotation keyRotation() {
        return keyRotation;
    }

    /** Waits for the transactions under way. */
    @Override
    public void close() {
        gate.writeLock().lock();
        try {
            if (!closed) {
                closed = true;
                connections.close();
                keys.close();
            }
        } finally {
            gate.writeLock().unlock();
        }
    }

    private <T, E extends Exception> T change(StoreKeyRotation.Work<T, E> work) throws E, StoreUnavailableException {
        return run(PostgresTransaction.Mode.CHANGE, work::in);
    }

    private <T, E extends Exception> T run(PostgresTransaction.Mode mode, OwnWork<T, E> work)
            throws E, StoreUnavailableException {
        if (gate.getReadHoldCount() > 0) {
            throw new IllegalStateException("a transaction inside a transaction");
        }
        gate.readLock().lock();
        try {
            if (closed) {
                throw new StoreUnavailableException(Reason.CLOSED, "the store is closed", null);
            }
            upkeep.requireOurs();
            return attempts.run(mode, handle -> {
                long now = dialect.millis(handle);
                Scope scope = new Scope(
                        handle,
                        dialect,
                        now,
                        keys.durable().in(handle),
                        keys.passing().in(handle, now));
                try (scope) {
                    return work.in(new JdbcTransaction(scope, options, keys.unknownAccount(), chores));
                } catch (JdbiException e) {
                    if (PostgresFailure.of(e) == PostgresFailure.CLOSED_KEY) {
                        // Another server has renewed the data key: this one runs again, with the new one.
                        keys.durable().keys().isOutdated();
                    }
                    throw e;
                }
            });
        } catch (StoreUnavailableException e) {
            upkeep.failed(e);
            throw e;
        } finally {
            gate.readLock().unlock();
        }
    }

    /** {@link Store.Work} that also sees what only the store itself may do. */
    @FunctionalInterface
    private interface OwnWork<T, E extends Exception> {
        T in(JdbcTransaction transaction) throws E;
    }
}
