package dev.latchkey.server.store.jdbc;

import dev.latchkey.server.store.Deployment;
import dev.latchkey.server.store.StoreOpenException;
import dev.latchkey.server.store.StoreOpenException.Reason;
import dev.latchkey.server.store.StoreOptions;
import org.flywaydb.core.api.FlywayException;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;

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

    /** The caller closes the keys. */
    StoreKeys run() throws StoreOpenException {
        try {
            if (!files.databaseIsNew()) {
                requireOurs();
            }
            files.create();
            SqliteSchema.migrate(connections.durable());
            return begin();
        } catch (DamagedRecordException e) {
            throw new StoreOpenException(Reason.DAMAGED, files.database(), e);
        } catch (FlywayException | JdbiException e) {
            throw new StoreOpenException(reason(e), files.database(), e);
        }
    }

    private void requireOurs() throws StoreOpenException {
        try (Handle handle = Jdbi.open(connections::readOnly)) {
            SqliteSchema.requireOurs(handle, options.rootKey(), options.random(), files.database());
        }
    }

    private StoreKeys begin() {
        try (Handle handle = Jdbi.open(connections::whole)) {
            handle.useTransaction(SqliteSchema::createTransientTables);
            handle.useTransaction(this::createDeployment);
            return load(handle);
        }
    }

    private void createDeployment(Handle handle) {
        DeploymentTable deployment = new DeploymentTable(handle);
        if (deployment.rootFingerprint().isEmpty()) {
            deployment.create(options, new SqliteClock(options.clockOffset()).millis(handle));
        }
    }

    private StoreKeys load(Handle handle) {
        DeploymentTable table = new DeploymentTable(handle);
        DataKeyRing durable = table.loadDataKeys(options.rootKey(), options.random());
        try {
            Deployment deployment = table.load(durable);
            return new StoreKeys(durable, new TransientKeys(options.rootKey(), options.random()), deployment);
        } catch (DamagedRecordException e) {
            durable.close();
            throw e;
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
}
