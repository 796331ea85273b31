package dev.latchkey.server.store.jdbc;

import dev.latchkey.server.store.Deployment;
import dev.latchkey.server.store.Store;
import dev.latchkey.server.store.StoreLocation.SqliteFile;
import dev.latchkey.server.store.StoreOpenException;
import dev.latchkey.server.store.StoreOptions;
import dev.latchkey.server.store.StoreUnavailableException;
import dev.latchkey.server.store.StoreUnavailableException.Reason;
import dev.latchkey.server.store.jdbc.Stores.Migrated;
import java.time.Duration;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.JdbiException;

/**
 * The embedded store: one SQLite file for what stays, one beside it for what a restart ends. One transaction spans
 * both, and one process owns them.
 */
final class SqliteStore implements Store {
    private static final int PURGED_AT_ONCE = 1000;
    private static final Duration LONGEST_WITHOUT_SUCCESSOR = Duration.ofMillis(20);

    private final StoreOptions options;
    private final Chores chores = new Chores();
    private final SqliteFiles files;
    private final StoreKeys keys;
    private final SqliteWriter writer;
    private final SqliteDialect dialect;
    private final LogTruncation truncation = new LogTruncation();

    /** What is open between two turns; whoever has the turn may touch it. */
    private SharedCommit commit;

    private SqliteStore(StoreOptions options, SqliteFiles files, StoreKeys keys, SqliteWriter writer) {
        this.options = options;
        this.files = files;
        this.keys = keys;
        this.writer = writer;
        this.dialect = new SqliteDialect(options.clockOffset());
    }

    /**
     * Opens the store, and makes it at the deployment's first start. The caller closes it.
     *
     * @throws StoreOpenException if the database is not this version's, not this root key's, in use or not usable;
     *     nothing in it was changed then
     */
    static SqliteStore open(StoreOptions options, SqliteFile file) throws StoreOpenException {
        SqliteFiles files = SqliteFiles.lock(file.file());
        boolean opened = false;
        try {
            SqliteConnections connections = new SqliteConnections(files, options.patience());
            StoreKeys keys = new SqliteStart(options, files, connections).run();
            opened = true;
            return new SqliteStore(options, files, keys, new SqliteWriter(connections, options.patience()));
        } finally {
            if (!opened) {
                files.close();
            }
        }
    }

    /** Brings the tables to this version's form; nobody else may have the file open. */
    static Migrated migrate(StoreOptions options, SqliteFile file) throws StoreOpenException {
        try (SqliteFiles files = SqliteFiles.lock(file.file())) {
            return new SqliteStart(options, files, new SqliteConnections(files, options.patience())).migrate();
        }
    }

    @Override
    public <T, E extends Exception> T transact(Work<T, E> work) throws E, StoreUnavailableException {
        return run(work::in);
    }

    @Override
    public <T, E extends Exception> T view(Work<T, E> work) throws E, StoreUnavailableException {
        return run(work::in);
    }

    @Override
    public void purge() throws StoreUnavailableException {
        run(transaction -> {
            transaction.purge(PURGED_AT_ONCE);
            return null;
        });
        writer.acquire();
        try {
            endCommit();
            if (truncation.isDue()) {
                truncateLog();
            }
            if (truncation.isDue()) {
                throw new StoreUnavailableException(
                        Reason.BUSY,
                        "what was erased still stands in the write-ahead log: another program reads the database",
                        null);
            }
        } finally {
            writer.release();
        }
    }

    @Override
    public Deployment deployment() {
        return keys.deployment();
    }

    /** Waits for the transactions under way; those behind them find the store closed. */
    @Override
    public void close() {
        if (writer.close(this::endCommit)) {
            keys.close();
            files.close();
        }
    }

    private <T, E extends Exception> T run(OwnWork<T, E> work) throws E, StoreUnavailableException {
        Outcome<T, E> outcome;
        writer.acquire();
        try {
            outcome = runInTurn(work);
            if (commit != null && (commit.isFull() || !writer.othersWait())) {
                endCommit();
            }
        } finally {
            writer.release();
        }
        try {
            await(outcome.commit());
        } catch (StoreUnavailableException e) {
            outcome.discard();
            throw e;
        }
        return outcome.get();
    }

    /** Whoever is next goes on in the transaction that is open, if one is. */
    private <T, E extends Exception> Outcome<T, E> runInTurn(OwnWork<T, E> work) throws StoreUnavailableException {
        boolean isFirst = commit == null;
        try {
            writer.begin(isFirst);
        } catch (JdbiException e) {
            writer.rollBack();
            failCommit(Reason.FAILED, e);
            throw unavailable(Reason.FAILED, e);
        }
        if (isFirst) {
            commit = new SharedCommit();
        }
        SharedCommit joined = commit;
        joined.join();
        Handle handle = writer.handle();
        T result = null;
        boolean ended = false;
        try {
            long now = dialect.millis(handle);
            Scope scope = new Scope(
                    handle, dialect, now, keys.durable(), keys.passing().in(handle, now));
            try (scope) {
                result = work.in(new JdbcTransaction(scope, options, keys.unknownAccount(), chores));
            }
            // Before the commit: one whose end is not known may have erased something as well.
            truncation.transactionEnds(scope.hasErased());
            writer.keep(isFirst);
            ended = true;
            return Outcome.of(joined, result);
        } catch (DamagedRecordException e) {
            return Outcome.failed(joined, new StoreUnavailableException(Reason.DAMAGED, e.getMessage(), e));
        } catch (JdbiException e) {
            return Outcome.failed(joined, unavailable(Reason.FAILED, e));
        } catch (Exception e) {
            return Outcome.failed(joined, e);
        } finally {
            if (!ended) {
                UnseenResult.discard(result);
                undo(joined, isFirst);
            }
        }
    }

    /** What the latest has done goes; if nobody else has done anything, or the database has undone it all, everything. */
    private void undo(SharedCommit joined, boolean isFirst) {
        joined.leave();
        if (!isFirst && writer.undo()) {
            return;
        }
        writer.rollBack();
        commit = null;
        if (joined.isEmpty()) {
            joined.succeed();
        } else {
            joined.fail(Reason.FAILED, new IllegalStateException("the database undid what came before"));
        }
    }

    /** With the turn: commits what is open, if anything is. */
    private void endCommit() {
        SharedCommit ending = commit;
        if (ending == null) {
            return;
        }
        try {
            writer.commit();
            commit = null;
            ending.succeed();
        } catch (JdbiException e) {
            writer.rollBack();
            failCommit(SqliteFailure.of(e) == SqliteFailure.BUSY ? Reason.BUSY : Reason.COMMIT_UNKNOWN, e);
            return;
        }
        if (truncation.isDueNow(writer.othersWait())) {
            truncateLog();
        }
    }

    private void failCommit(Reason reason, Exception cause) {
        SharedCommit failed = commit;
        commit = null;
        if (failed != null) {
            failed.fail(reason, cause);
        }
    }

    /** Those who wait for their turn end it. Should they all give up, whoever waits for the end does. */
    private void await(SharedCommit joined) throws StoreUnavailableException {
        while (!joined.hasEnded(LONGEST_WITHOUT_SUCCESSOR)) {
            writer.inTurn(() -> {
                if (commit == joined) {
                    endCommit();
                }
            });
        }
        joined.requireSuccess();
    }

    private static StoreUnavailableException unavailable(Reason reason, JdbiException e) {
        Reason known = SqliteFailure.of(e) == SqliteFailure.BUSY ? Reason.BUSY : reason;
        return new StoreUnavailableException(known, "the database failed: " + e.getMessage(), e);
    }

    private void truncateLog() {
        if (writer.truncateLog()) {
            truncation.done();
        }
    }

    /** What a work came to, which counts once its commit has succeeded. */
    private static final class Outcome<T, E extends Exception> {
        private final SharedCommit commit;
        private final T result;
        private final Exception failure;

        private Outcome(SharedCommit commit, T result, Exception failure) {
            this.commit = commit;
            this.result = result;
            this.failure = failure;
        }

        static <T, E extends Exception> Outcome<T, E> of(SharedCommit commit, T result) {
            return new Outcome<>(commit, result, null);
        }

        static <T, E extends Exception> Outcome<T, E> failed(SharedCommit commit, Exception failure) {
            return new Outcome<>(commit, null, failure);
        }

        SharedCommit commit() {
            return commit;
        }

        void discard() {
            UnseenResult.discard(result);
        }

        /** Work throws nothing that is checked but E and what the store itself throws. */
        @SuppressWarnings("unchecked")
        T get() throws E, StoreUnavailableException {
            if (failure instanceof StoreUnavailableException unavailable) {
                throw unavailable;
            }
            if (failure instanceof RuntimeException unchecked) {
                throw unchecked;
            }
            if (failure != null) {
                throw (E) failure;
            }
            return result;
        }
    }

    /** {@link Store.Work} that also sees what only the store itself may do. */
    @FunctionalInterface
    private interface OwnWork<T, E extends Exception> {
        T in(JdbcTransaction transaction) throws E;
    }
}
