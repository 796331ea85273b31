package dev.latchkey.server.store.jdbc;

import com.zaxxer.hikari.HikariDataSource;
import dev.latchkey.server.seal.KeyWrapper;
import dev.latchkey.server.seal.RootKeyUnavailableException;
import dev.latchkey.server.store.StoreCheck;
import dev.latchkey.server.store.StoreCheck.Summary;
import dev.latchkey.server.store.StoreLocation.PostgresDatabase;
import dev.latchkey.server.store.StoreOpenException;
import dev.latchkey.server.store.StoreOpenException.Reason;
import dev.latchkey.server.store.StoreOptions;
import dev.latchkey.server.store.StoreUnavailableException;
import dev.latchkey.server.store.jdbc.Stores.Migrated;
import java.io.IOException;
import javax.sql.DataSource;
import org.flywaydb.core.api.FlywayException;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;

/**
 * Opens one PostgreSQL store, in an order that changes nothing in a database it has to refuse: look, then the tables,
 * then the deployment. Any number of servers may do it at once.
 */
final class PostgresStart {
    private final StoreOptions options;
    private final PostgresDatabase database;

    private PostgresStart(StoreOptions options, PostgresDatabase database) {
        this.options = options;
        this.database = database;
    }

    /** The caller closes the keys. */
    static StoreKeys run(StoreOptions options, PostgresDatabase database) throws StoreOpenException {
        return new PostgresStart(options, database).connected(PostgresStart::begin);
    }

    /** Makes or changes the tables and opens nothing. */
    static Migrated migrate(StoreOptions options, PostgresDatabase database) throws StoreOpenException {
        return new PostgresStart(options, database).connected(PostgresStart::migrate);
    }

    /**
     * Opens and changes nothing.
     *
     * @return the version that the tables have
     */
    static int look(StoreOptions options, PostgresDatabase database) throws StoreOpenException {
        return new PostgresStart(options, database).connected(PostgresStart::version);
    }

    /** Looks at every row, and changes nothing; also beside servers that run. */
    static Summary check(StoreOptions options, PostgresDatabase database, StoreCheck check) throws StoreOpenException {
        return new PostgresStart(options, database).connected((start, source) -> {
            try (Handle handle = Jdbi.open(source)) {
                new SchemaCheck(options, PostgresSchema.VERSION).requireCurrent(handle, PostgresSchema.tables(handle));
                return new WholeCheck(options, new PostgresDialect(options.clockOffset()), handle, check).run();
            }
        });
    }

    /** See {@link Stores#changeRootKey}. */
    static boolean changeRootKey(StoreOptions options, PostgresDatabase database, KeyWrapper to)
            throws StoreOpenException {
        RootKeyChange change = new RootKeyChange(options, to);
        Dialect dialect = new PostgresDialect(options.clockOffset());
        PostgresStart start = new PostgresStart(options, database);
        boolean isDone = start.connected((itself, source) -> {
            try (Handle handle = Jdbi.open(source)) {
                return change.isDone(handle, PostgresSchema.tables(handle), PostgresSchema.VERSION);
            }
        });
        return !isDone && start.inTransaction(handle -> change.run(handle, dialect, true));
    }

    /** Within the bounds that servers keep: it holds what they need. */
    private <T> T inTransaction(PostgresAttempts.Work<T, StoreOpenException> work) throws StoreOpenException {
        try (HikariDataSource source = PostgresPool.forTransactions(database, options.patience())) {
            return new PostgresAttempts(source, options.patience(), options.random())
                    .run(PostgresTransaction.Mode.CHANGE, work);
        } catch (StoreUnavailableException e) {
            throw new StoreOpenException(reason(e), database.describe(), e);
        }
    }

    private static Reason reason(StoreUnavailableException failure) {
        return switch (failure.reason()) {
            case COMMIT_UNKNOWN -> Reason.COMMIT_UNKNOWN;
            case BUSY -> Reason.BUSY;
            case DAMAGED -> Reason.DAMAGED;
            case FAILED, CLOSED ->
                failure.getCause() instanceof RootKeyUnavailableException
                        ? Reason.NO_ROOT_KEY
                        : reason(failure.getCause());
        };
    }

    /**
     * Fills an empty database in one transaction.
     *
     * @param version that the tables are to have before
     */
    static void fill(StoreOptions options, PostgresDatabase database, int version, StoreCopy.Filling filling)
            throws StoreOpenException, IOException {
        PostgresStart start = new PostgresStart(options, database);
        boolean vacant = start.connected((itself, source) -> {
            itself.version(source);
            try (Handle handle = Jdbi.open(source)) {
                return StoreStart.isVacant(handle, PostgresSchema.tables(handle));
            }
        });
        if (!vacant) {
            throw new StoreOpenException(Reason.NOT_EMPTY, database.describe(), null);
        }
        start.connected((itself, source) -> {
            if (itself.version(source) < version) {
                PostgresSchema.migrate(source, version);
            }
            return null;
        });
        try (HikariDataSource source = PostgresPool.forMigrations(database, options.patience());
                Handle handle = Jdbi.open(source)) {
            handle.useTransaction(transaction -> OpenKeyTriggers.without(transaction, filling));
        } catch (JdbiException e) {
            throw new IOException("the database does not take these rows", e);
        } catch (IOException e) {
            if (PostgresFailure.of(e) == PostgresFailure.CLOSED_KEY) {
                throw new StoreOpenException(Reason.NOT_OWNED, database.describe(), e);
            }
            throw e;
        }
        start.connected(PostgresStart::migrate);
    }

    private <T> T connected(Step<T> step) throws StoreOpenException {
        try (HikariDataSource source = PostgresPool.forMigrations(database, options.patience())) {
            return step.on(this, source);
        } catch (RootKeyUnavailableException e) {
            throw new StoreOpenException(Reason.NO_ROOT_KEY, database.describe(), e);
        } catch (DamagedRecordException e) {
            throw new StoreOpenException(Reason.DAMAGED, database.describe(), e);
        } catch (FlywayException | JdbiException e) {
            throw new StoreOpenException(reason(e), database.describe(), e);
        }
    }

    private StoreKeys begin(DataSource source) throws StoreOpenException {
        migrate(source);
        StoreStart start = new StoreStart(options, new PostgresDialect(options.clockOffset()));
        try (Handle handle = Jdbi.open(source)) {
            handle.useTransaction(start::createDeployment);
            return start.load(handle);
        }
    }

    /** Leaves tables alone that are as they should be: then the user needs no right to change them. */
    private Migrated migrate(DataSource source) throws StoreOpenException {
        int before = version(source);
        if (before != PostgresSchema.VERSION) {
            PostgresSchema.migrate(source);
        }
        return new Migrated(before, PostgresSchema.VERSION);
    }

    private int version(DataSource source) throws StoreOpenException {
        try (Handle handle = Jdbi.open(source)) {
            return new SchemaCheck(options, PostgresSchema.VERSION).requireOurs(handle, PostgresSchema.tables(handle));
        }
    }

    private static Reason reason(Throwable failure) {
        return switch (PostgresFailure.of(failure)) {
            case LOGIN_REFUSED -> Reason.LOGIN_REFUSED;
            case NO_RIGHTS -> Reason.NO_RIGHTS;
            case DAMAGED -> Reason.DAMAGED;
            case COLLIDED, CLOSED_KEY, LOST, BUSY, FAILED -> Reason.UNREACHABLE;
        };
    }

    @FunctionalInterface
    private interface Step<T> {
        T on(PostgresStart start, DataSource source) throws StoreOpenException;
    }
}
