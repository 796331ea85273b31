package dev.latchkey.server.store.jdbc;

import dev.latchkey.server.store.Deployment;
import dev.latchkey.server.store.StoreOptions;
import java.util.List;
import org.jdbi.v3.core.Handle;

/** The last steps of every start, on tables that are there: the deployment, made at the first one, and its keys. */
final class StoreStart {
    private final StoreOptions options;
    private final Dialect dialect;

    StoreStart(StoreOptions options, Dialect dialect) {
        this.options = options;
        this.dialect = dialect;
    }

    /** Whether nothing was ever kept in a database with these tables. */
    static boolean isVacant(Handle handle, List<String> tables) {
        if (!tables.contains("deployment")) {
            return true;
        }
        DeploymentTable deployment = new DeploymentTable(handle);
        return deployment.rootFingerprint().isEmpty() && !deployment.isUsed();
    }

    /** Makes the deployment if there is none, in the transaction that is open. */
    void createDeployment(Handle handle) {
        DeploymentTable deployment = new DeploymentTable(handle);
        if (deployment.rootFingerprint().isEmpty()) {
            deployment.create(options, dialect.millis(handle));
        }
    }

    /** The caller closes the keys. */
    StoreKeys load(Handle handle) {
        DeploymentTable table = new DeploymentTable(handle);
        DataKeyRing durable = table.loadDataKeys(options.rootKey(), options.random());
        try {
            Deployment deployment = table.load(durable);
            return new StoreKeys(
                    durable,
                    new TransientKeys(new KeyWrapping(options.rootKey(), dialect), options.random()),
                    deployment,
                    new UnknownAccount(options.random(), dialect.overwrites()));
        } catch (DamagedRecordException e) {
            durable.close();
            throw e;
        }
    }
}
