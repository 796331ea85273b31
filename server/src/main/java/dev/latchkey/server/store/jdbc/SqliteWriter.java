package dev.latchkey.server.store.jdbc;

import dev.latchkey.server.store.StoreUnavailableException;
import dev.latchkey.server.store.StoreUnavailableException.Reason;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;

/**
 * The one connection that writes, and the queue before it: SQLite has one writer at a time, and its own way of waiting
 * for it neither keeps an order nor wakes up when it could.
 */
final class SqliteWriter {
    private final Jdbi jdbi;
    private final long patienceNanos;
    private final ReentrantLock turn = new ReentrantLock(true);
    private Handle handle;
    private boolean closed;

    SqliteWriter(SqliteConnections connections, Duration patience) {
        this.jdbi = Jdbi.create(connections::whole);
        this.jdbi.setStatementBuilderFactory(connection -> new KeptStatements());
        this.patienceNanos = patience.toNanos();
    }

    /** Waits for its turn; whoever gets it gives it back with {@link #release}. */
    void acquire() throws StoreUnavailableException {
        if (turn.isHeldByCurrentThread()) {
            throw new IllegalStateException("a transaction inside a transaction");
        }
        try {
            if (!turn.tryLock(patienceNanos, TimeUnit.NANOSECONDS)) {
                throw new StoreUnavailableException(Reason.BUSY, "too many transactions are waiting", null);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoreUnavailableException(Reason.BUSY, "interrupted while waiting for a transaction's turn", e);
        }
        if (closed) {
            turn.unlock();
            throw new StoreUnavailableException(Reason.CLOSED, "the store is closed", null);
        }
    }

    void release() {
        turn.unlock();
    }

    /** Takes its turn for {@code work}, however long that takes; once the store is closed there is nothing to do. */
    void inTurn(Runnable work) {
        turn.lock();
        try {
            if (!closed) {
                work.run();
            }
        } finally {
            turn.unlock();
        }
    }

    /**
     * Begins a transaction that may write, or a part of the one that is open. Only with the turn.
     *
     * <p>In SQL and not through the driver: after a commit that found the file locked, the driver's own roll-back leaves
     * it locked for everybody.
     */
    void begin(boolean whole) {
        if (handle == null) {
            handle = jdbi.open();
        }
        handle.execute(whole ? "BEGIN IMMEDIATE" : "SAVEPOINT part");
    }

    /** Of the transaction that has begun. */
    Handle handle() {
        return handle;
    }

    /** Ends a part, whose changes stay in the transaction. */
    void keep(boolean whole) {
        if (!whole) {
            handle.execute("RELEASE part");
        }
    }

    /**
     * Undoes a part.
     *
     * @return false if the database has undone the whole transaction
     */
    boolean undo() {
        try {
            handle.execute("ROLLBACK TO part");
            handle.execute("RELEASE part");
            return true;
        } catch (JdbiException e) {
            return false;
        }
    }

    void commit() {
        handle.execute("COMMIT");
    }

    /** Whether anybody waits for the turn. */
    boolean othersWait() {
        return turn.hasQueuedThreads();
    }

    /**
     * Moves what the write-ahead log holds into the database and empties it. Only with the turn, after a commit.
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
            handle.execute("PRAGMA busy_timeout = " + TimeUnit.NANOSECONDS.toMillis(patienceNanos));
            return !busy;
        } catch (JdbiException e) {
            // Nobody may go on with a connection that does not wait for strangers.
            disconnect();
            return false;
        }
    }

    /** Undoes the transaction; where even that fails, the connection goes, and the database undoes it by itself. */
    void rollBack() {
        if (handle == null) {
            return;
        }
        try {
            handle.execute("ROLLBACK");
        } catch (JdbiException e) {
            disconnect();
        }
    }

    /**
     * Waits for the transaction under way.
     *
     * @param last what is to be done before the connection goes
     * @return false if it was closed before
     */
    boolean close(Runnable last) {
        turn.lock();
        try {
            boolean wasOpen = !closed;
            if (wasOpen) {
                last.run();
            }
            closed = true;
            disconnect();
            return wasOpen;
        } finally {
            turn.unlock();
        }
    }

    private void disconnect() {
        if (handle == null) {
            return;
        }
        try {
            handle.getConnection().close();
        } catch (SQLException e) {
            // A connection that can't be closed is given up all the same: the next transaction opens another.
            return;
        } finally {
            handle = null;
        }
    }
}
