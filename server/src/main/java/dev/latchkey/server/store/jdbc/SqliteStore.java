package dev.latchkey.server.store.jdbc;

import dev.latchkey.server.store.Deployment;
import dev.latchkey.server.store.Store;
import dev.latchkey.server.store.StoreLocation.SqliteFile;
import dev.latchkey.server.store.StoreOpenException;
import dev.latchkey.server.store.StoreOptions;
import dev.latchkey.server.store.StoreUnavailableException;
import dev.latchkey.server.store.StoreUnavailableException.Reason;
import dev.latchkey.server.store.jdbc.Stores.Migrated;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.JdbiException;

/**
 * The embedded store: one SQLite file for what stays, one beside it for what a restart ends. One transaction spans
 * both, and one process owns them.
 */
final class SqliteStore implements Store {
    private static final int PURGED_AT_ONCE = 1000;

    private final StoreOptions options;
    private final SqliteFiles files;
    private final StoreKeys keys;
    private final SqliteWriter writer;
    private final SqliteDialect dialect;
    private final LogTruncation truncation = new LogTruncation();

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
        writer.acquire();
        try {
            runInTurn(transaction -> {
                transaction.purge(PURGED_AT_ONCE);
                return null;
            });
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

    /** Waits for the transaction under way; those behind it find the store closed. */
    @Override
    public void close() {
        if (writer.close()) {
            keys.close();
            files.close();
        }
    }

    private <T, E extends Exception> T run(OwnWork<T, E> work) throws E, StoreUnavailableException {
        writer.acquire();
        try {
            return runInTurn(work);
        } finally {
            writer.release();
        }
    }

    private <T, E extends Exception> T runInTurn(OwnWork<T, E> work) throws E, StoreUnavailableException {
        Reason reason = Reason.FAILED;
        boolean ended = false;
        try {
            Handle handle = writer.begin();
            long now = dialect.millis(handle);
            Scope scope = new Scope(
                    handle, dialect, now, keys.durable(), keys.passing().in(handle, now));
            T result;
            try (scope) {
                result = work.in(new JdbcTransaction(scope, options, keys.unknownAccount()));
            }
            reason = Reason.COMMIT_UNKNOWN;
            // Before the commit: one whose end is not known may have erased something as well.
            truncation.transactionEnds(scope.hasErased());
            writer.commit();
            ended = true;
            if (truncation.isDueNow(writer.othersWait())) {
                truncateLog();
            }
            return result;
        } catch (DamagedRecordException e) {
            throw new StoreUnavailableException(Reason.DAMAGED, e.getMessage(), e);
        } catch (JdbiException e) {
            Reason known = SqliteFailure.of(e) == SqliteFailure.BUSY ? Reason.BUSY : reason;
            throw new StoreUnavailableException(known, "the database failed: " + e.getMessage(), e);
        } finally {
            if (!ended) {
                writer.rollBack();
            }
        }
    }

    private void truncateLog() {
        if (writer.truncateLog()) {
            truncation.done();
        }
    }

    /** {@link Store.Work} that also sees what only the store itself may do. */
    @FunctionalInterface
    private interface OwnWork<T, E extends Exception> {
        T in(JdbcTransaction transaction) throws E;
    }
}
