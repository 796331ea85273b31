package dev.latchkey.server.store.jdbc;

import dev.latchkey.server.seal.KeyWrapper;
import dev.latchkey.server.seal.RootKeyUnavailableException;
import dev.latchkey.server.store.StoreCheck;
import dev.latchkey.server.store.StoreCheck.Summary;
import dev.latchkey.server.store.StoreLocation.SqliteFile;
import dev.latchkey.server.store.StoreOpenException;
import dev.latchkey.server.store.StoreOpenException.Reason;
import dev.latchkey.server.store.StoreOptions;
import dev.latchkey.server.store.jdbc.Stores.Migrated;
import java.io.IOException;
import org.flywaydb.core.api.FlywayException;
import org.jdbi.v3.core.ConnectionFactory;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.jdbi.v3.core.transaction.TransactionException;

/**
 * Opens one SQLite store, in an order that changes nothing in a database it has to refuse: look, then make the files,
 * then the tables, then the deployment.
 */
final class SqliteStart {
    private final StoreOptions options;
    private final SqliteFiles files;
    private final SqliteConnections connections;

    SqliteStart(StoreOptions options, SqliteFiles files, SqliteConnections connections) {
        this.options = options;
        this.files = files;
        this.connections = connections;
    }

    /**
     * Opens and changes nothing.
     *
     * @return the version that the tables have
     */
    static int look(StoreOptions options, SqliteFile file) throws StoreOpenException {
        SqliteFiles files = SqliteFiles.unlocked(file.file());
        SqliteConnections connections = new SqliteConnections(files, options.patience());
        SqliteStart start = new SqliteStart(options, files, connections);
        return start.explained(() -> {
            if (files.databaseIsNew()) {
                return 0;
            }
            return start.requireOurs(files.databaseIsAtWork() ? connections::readOnly : connections::untouched);
        });
    }

    /** The caller closes the keys. */
    StoreKeys run() throws StoreOpenException {
        return explained(() -> {
            prepare();
            return begin();
        });
    }

    /** Makes or changes the tables and opens nothing. */
    Migrated migrate() throws StoreOpenException {
        return explained(() -> new Migrated(prepare(), SqliteSchema.VERSION));
    }

    /** Looks at every row, and changes nothing. */
    Summary check(StoreCheck check) throws StoreOpenException {
        return explained(() -> {
            try (Handle handle = Jdbi.open(connections::readOnly)) {
                new SchemaCheck(options, SqliteSchema.VERSION).requireCurrent(handle, SqliteSchema.tables(handle));
                return new WholeCheck(options, new SqliteDialect(options.clockOffset()), handle, check).run();
            }
        });
    }

    /** See {@link Stores#changeRootKey}. The connection is the last, so closing it empties the write-ahead log as well. */
    boolean changeRootKey(KeyWrapper to) throws StoreOpenException {
        return explained(() -> {
            RootKeyChange change = new RootKeyChange(options, to);
            Dialect dialect = new SqliteDialect(options.clockOffset());
            try (Handle handle = Jdbi.open(connections::readOnly)) {
                if (change.isDone(handle, SqliteSchema.tables(handle), SqliteSchema.VERSION)) {
                    return false;
                }
            }
            try {
                return Jdbi.create(connections.durable())
                        .inTransaction(transaction -> change.run(transaction, dialect, false));
            } catch (TransactionException e) {
                if (SqliteFailure.of(e) == SqliteFailure.BUSY) {
                    throw e;
                }
                throw new StoreOpenException(
                        Reason.COMMIT_UNKNOWN, options.location().describe(), e);
            }
        });
    }

    /**
     * Fills a database that is empty, or not there yet, in one transaction.
     *
     * @param version that the tables are to have before
     */
    void fill(int version, StoreCopy.Filling filling) throws StoreOpenException, IOException {
        requireVacant();
        explained(() -> {
            files.create();
            SqliteSchema.migrate(connections.durable(), version);
            return null;
        });
        try (Handle handle = Jdbi.open(connections.durable())) {
            handle.useTransaction(filling::fill);
        } catch (JdbiException e) {
            throw new IOException("the database does not take these rows", e);
        }
        explained(() -> {
            SqliteSchema.migrate(connections.durable());
            return null;
        });
    }

    private void requireVacant() throws StoreOpenException {
        boolean vacant = explained(() -> {
            if (files.databaseIsNew()) {
                return true;
            }
            requireOurs(connections::readOnly);
            try (Handle handle = Jdbi.open(connections::readOnly)) {
                return StoreStart.isVacant(handle, SqliteSchema.tables(handle));
            }
        });
        if (!vacant) {
            throw new StoreOpenException(Reason.NOT_EMPTY, options.location().describe(), null);
        }
    }

    /** @return the version that the tables had */
    private int prepare() throws StoreOpenException {
        int before = files.databaseIsNew() ? 0 : requireOurs(connections::readOnly);
        files.create();
        SqliteSchema.migrate(connections.durable());
        return before;
    }

    private <T> T explained(Step<T> step) throws StoreOpenException {
        try {
            return step.take();
        } catch (RootKeyUnavailableException e) {
            throw new StoreOpenException(Reason.NO_ROOT_KEY, options.location().describe(), e);
        } catch (DamagedRecordException e) {
            throw new StoreOpenException(Reason.DAMAGED, options.location().describe(), e);
        } catch (FlywayException | JdbiException e) {
            throw new StoreOpenException(reason(e), options.location().describe(), e);
        }
    }

    private int requireOurs(ConnectionFactory look) throws StoreOpenException {
        try (Handle handle = Jdbi.open(look)) {
            return new SchemaCheck(options, SqliteSchema.VERSION).requireOurs(handle, SqliteSchema.tables(handle));
        }
    }

    private StoreKeys begin() {
        StoreStart start = new StoreStart(options, new SqliteDialect(options.clockOffset()));
        try (Handle handle = Jdbi.open(connections::whole)) {
            handle.useTransaction(SqliteSchema::createTransientTables);
            handle.useTransaction(start::createDeployment);
            return start.load(handle);
        }
    }

    private static Reason reason(Throwable failure) {
        return switch (SqliteFailure.of(failure)) {
            case BUSY -> Reason.IN_USE;
            case NO_DATABASE -> Reason.FOREIGN;
            case DAMAGED -> Reason.DAMAGED;
            case NO_ACCESS -> Reason.NOT_WRITABLE;
        };
    }

    @FunctionalInterface
    private interface Step<T> {
        T take() throws StoreOpenException;
    }
}
