package dev.latchkey.server.store.jdbc;

import com.zaxxer.hikari.HikariDataSource;
import dev.latchkey.server.seal.RootKeyUnavailableException;
import dev.latchkey.server.store.StoreUnavailableException;
import dev.latchkey.server.store.StoreUnavailableException.Reason;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;

/**
 * Runs work in transactions, again where that is safe: when it was undone for another transaction, and when the connection
 * was lost before the commit was sent. After that nothing is repeated here, since it may have been carried out.
 */
final class PostgresAttempts {
    private static final int MOST = 12;
    private static final long SHORTEST_PAUSE_MILLIS = 2;
    private static final long LONGEST_PAUSE_MILLIS = 400;

    private final HikariDataSource connections;
    private final Jdbi jdbi;
    private final long patienceNanos;
    private final Random random;

    /**
     * Runs work on these connections.
     *
     * @param patience for all attempts at one piece of work
     * @param random so that those who met do not meet again
     */
    PostgresAttempts(HikariDataSource connections, Duration patience, Random random) {
        this.connections = connections;
        this.jdbi = Jdbi.create(connections);
        this.patienceNanos = patience.toNanos();
        this.random = random;
    }

    /** What is done in a transaction; from its start again if need be. */
    @FunctionalInterface
    interface Work<T, E extends Exception> {
        T on(Handle handle) throws E;
    }

    <T, E extends Exception> T run(PostgresTransaction.Mode mode, Work<T, E> work) throws E, StoreUnavailableException {
        long until = System.nanoTime() + patienceNanos;
        for (int attempt = 1; ; attempt++) {
            if (Thread.currentThread().isInterrupted()) {
                throw new StoreUnavailableException(Reason.BUSY, "interrupted before the transaction", null);
            }
            try {
                return once(mode, work, attempt == 1);
            } catch (Undone e) {
                if (attempt == MOST || System.nanoTime() > until || !e.mayRunAgain) {
                    throw e.unavailable;
                }
                pause(attempt, e.unavailable);
            }
        }
    }

    private <T, E extends Exception> T once(PostgresTransaction.Mode mode, Work<T, E> work, boolean isFirst)
            throws E, StoreUnavailableException, Undone {
        try (PostgresTransaction transaction = begin()) {
            T result;
            try {
                transaction.isFor(mode);
                result = work.on(transaction.handle());
            } catch (DamagedRecordException e) {
                if (isFirst && e.isForWantOfAKey()) {
                    // It read a row, or a wrapped key, and before it looked for what opens it both were renewed.
                    throw new Undone(Reason.DAMAGED, e, true);
                }
                throw new StoreUnavailableException(Reason.DAMAGED, e.getMessage(), e);
            } catch (RootKeyUnavailableException e) {
                if (isFirst) {
                    // It may have met the database on both sides of a change of the root key.
                    throw new Undone(Reason.FAILED, e, true);
                }
                throw new StoreUnavailableException(Reason.FAILED, e.getMessage(), e);
            } catch (JdbiException e) {
                throw undone(transaction, e);
            }
            commit(transaction, result);
            return result;
        }
    }

    private PostgresTransaction begin() throws Undone {
        try {
            return PostgresTransaction.begin(jdbi, connections);
        } catch (JdbiException e) {
            // The pool has waited as long as it may; it has a cause if it was not for others that it waited.
            Throwable failure = e.getCause();
            boolean crowded = failure == null || failure.getCause() == null;
            throw new Undone(crowded ? Reason.BUSY : Reason.FAILED, e, false);
        }
    }

    private static Undone undone(PostgresTransaction transaction, Exception e) {
        PostgresFailure failure = PostgresFailure.of(e);
        if (failure == PostgresFailure.LOST) {
            transaction.isBroken();
        }
        return switch (failure) {
            case COLLIDED, CLOSED_KEY -> new Undone(Reason.BUSY, e, true);
            case LOST -> new Undone(Reason.FAILED, e, true);
            case BUSY -> new Undone(Reason.BUSY, e, false);
            case LOGIN_REFUSED, NO_RIGHTS, DAMAGED, FAILED -> new Undone(Reason.FAILED, e, false);
        };
    }

    private static void commit(PostgresTransaction transaction, Object result) throws Undone {
        try {
            transaction.commit();
        } catch (SQLException e) {
            UnseenResult.discard(result);
            PostgresFailure failure = PostgresFailure.of(e);
            if (failure == PostgresFailure.COLLIDED) {
                throw new Undone(Reason.BUSY, e, true);
            }
            transaction.isBroken();
            throw new Undone(Reason.COMMIT_UNKNOWN, e, false);
        }
    }

    private void pause(int attempt, StoreUnavailableException failure) throws StoreUnavailableException {
        long longest = Math.min(LONGEST_PAUSE_MILLIS, SHORTEST_PAUSE_MILLIS << attempt);
        try {
            TimeUnit.MILLISECONDS.sleep(1 + random.nextInt(Math.toIntExact(longest)));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw failure;
        }
    }

    /** A transaction that came to nothing, or to nobody knows what. */
    private static final class Undone extends Exception {
        private static final long serialVersionUID = 1L;

        private final transient StoreUnavailableException unavailable;
        private final boolean mayRunAgain;

        Undone(Reason reason, Exception cause, boolean mayRunAgain) {
            super(cause);
            this.unavailable =
                    new StoreUnavailableException(reason, "the database failed: " + cause.getMessage(), cause);
            this.mayRunAgain = mayRunAgain;
        }
    }
}
