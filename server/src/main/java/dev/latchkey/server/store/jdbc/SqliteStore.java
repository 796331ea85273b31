package dev.latchkey.server.store.jdbc;

import dev.latchkey.server.seal.KeyWrapper;
import dev.latchkey.server.store.Deployment;
import dev.latchkey.server.store.KeyRotation;
import dev.latchkey.server.store.Store;
import dev.latchkey.server.store.StoreCheck;
import dev.latchkey.server.store.StoreCheck.Summary;
import dev.latchkey.server.store.StoreLocation.SqliteFile;
import dev.latchkey.server.store.StoreOpenException;
import dev.latchkey.server.store.StoreOptions;
import dev.latchkey.server.store.StoreUnavailableException;
import dev.latchkey.server.store.StoreUnavailableException.Reason;
import dev.latchkey.server.store.jdbc.Stores.Migrated;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/**
 * The embedded store: one SQLite file for what stays, one beside it for what a restart ends. One transaction spans
 * both, and one process owns them.
 */
final class SqliteStore implements Store {
    private static final int PURGED_AT_ONCE = 1000;

    private final StoreOptions options;
    private final Chores chores = new Chores();
    private final SqliteFiles files;
    private final StoreKeys keys;
    private final WriterQueue queue = new WriterQueue();
    private final SqliteWriter writer;
    private final SqliteDialect dialect;

    private final KeyUpkeep upkeep;
    private final KeyRotation keyRotation;

    /** Only whoever leads the queue touches these. */
    private final LogTruncation truncation = new LogTruncation();

    private boolean closed;

    private SqliteStore(StoreOptions options, SqliteFiles files, StoreKeys keys, SqliteWriter writer) {
        this.options = options;
        this.files = files;
        this.keys = keys;
        this.writer = writer;
        this.upkeep = new KeyUpkeep(keys.deployment(), this::run);
        this.keyRotation = new StoreKeyRotation(options, this::run);
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

    /** See {@link Stores#requireThere}. */
    static void requireThere(SqliteFile file) throws StoreOpenException {
        SqliteFiles.requireThere(file.file());
        SqliteFiles.lock(file.file()).close();
    }

    /** Brings the tables to this version's form; nobody else may have the file open. */
    static Migrated migrate(StoreOptions options, SqliteFile file) throws StoreOpenException {
        try (SqliteFiles files = SqliteFiles.lock(file.file())) {
            return new SqliteStart(options, files, new SqliteConnections(files, options.patience())).migrate();
        }
    }

    /** Looks at every row; nobody else may have the file open. */
    static Summary check(StoreOptions options, SqliteFile file, StoreCheck check) throws StoreOpenException {
        SqliteFiles.requireThere(file.file());
        try (SqliteFiles files = SqliteFiles.lock(file.file())) {
            return new SqliteStart(options, files, new SqliteConnections(files, options.patience())).check(check);
        }
    }

    /** See {@link Stores#changeRootKey}. */
    static boolean changeRootKey(StoreOptions options, SqliteFile file, KeyWrapper to) throws StoreOpenException {
        SqliteFiles.requireThere(file.file());
        try (SqliteFiles files = SqliteFiles.lock(file.file())) {
            return new SqliteStart(options, files, new SqliteConnections(files, options.patience())).changeRootKey(to);
        }
    }

    @Override
    public <T, E extends Exception> T transact(Work<T, E> work) throws E, StoreUnavailableException {
        return run(Part.of(work::in));
    }

    @Override
    public <T, E extends Exception> Optional<T> transactTwice(Work<Boolean, E> first, Work<T, E> second)
            throws E, StoreUnavailableException {
        return Optional.ofNullable(run(Part.of(first::in, second::in)));
    }

    @Override
    public <T, E extends Exception> T view(Work<T, E> work) throws E, StoreUnavailableException {
        return run(Part.of(work::in));
    }

    @Override
    public void purge() throws StoreUnavailableException {
        run(Part.of(transaction -> {
            transaction.purge(PURGED_AT_ONCE);
            return null;
        }));
        queue.lead(options.patience());
        try {
            if (!closed && truncation.isDue() && !truncateLog()) {
                throw new StoreUnavailableException(
                        Reason.BUSY,
                        "what was erased still stands in the write-ahead log: another program reads the database",
                        null);
            }
        } finally {
            queue.stepDown();
        }
        upkeep.run();
    }

    @Override
    public Optional<String> hindrance() throws StoreUnavailableException {
        return upkeep.hindrance();
    }

    @Override
    public Deployment deployment() {
        return keys.deployment();
    }

    @Override
    public KeyRotation keyRotation() {
        return keyRotation;
    }

    /** Waits for the transactions under way; those behind them find the store closed. */
    @Override
    public void close() {
        queue.lead();
        try {
            if (!closed) {
                closed = true;
                writer.close();
                keys.close();
                files.close();
            }
        } finally {
            queue.stepDown();
        }
    }

    private <T, E extends Exception> T run(StoreKeyRotation.Work<T, E> work) throws E, StoreUnavailableException {
        return run(Part.of(work::in));
    }

    private <T, E extends Exception> T run(Part<T, E> part) throws E, StoreUnavailableException {
        if (queue.enter(part, options.patience())) {
            try {
                commitWithThoseBehind(part);
            } finally {
                queue.stepDown();
            }
        }
        try {
            return part.outcome();
        } catch (StoreUnavailableException e) {
            upkeep.failed(e);
            throw e;
        }
    }

    /** Does also what those behind want done; whoever comes while it is committed is led by the next. */
    private void commitWithThoseBehind(Part<?, ?> own) {
        if (closed) {
            own.fail(new StoreUnavailableException(Reason.CLOSED, "the store is closed", null));
            return;
        }
        SharedCommit commit = new SharedCommit(writer);
        boolean ended = false;
        try {
            Optional<Part<?, ?>> next = Optional.of(own);
            while (next.isPresent()) {
                commit.add(next.get(), this::work);
                next = commit.takesMore() ? queue.take() : Optional.empty();
            }
            commit.end();
            ended = true;
        } finally {
            if (!ended) {
                commit.abandon();
            }
        }
        if (truncation.isDueNow(!queue.isEmpty())) {
            truncateLog();
        }
    }

    private void work(Part<?, ?> part, Handle handle) throws Exception {
        long now = dialect.millis(handle);
        Scope scope =
                new Scope(handle, dialect, now, keys.durable(), keys.passing().in(handle, now));
        try (scope) {
            part.run(new JdbcTransaction(scope, options, keys.unknownAccount(), chores));
        }
        // Before the commit: one whose end is not known may have erased something as well.
        truncation.transactionEnds(scope.hasErased());
    }

    /** False if something is left to be done. */
    private boolean truncateLog() {
        boolean done = writer.truncateLog();
        if (done) {
            truncation.done();
        }
        return done;
    }
}
