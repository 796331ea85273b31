package dev.latchkey.server.store.jdbc;

import dev.latchkey.server.store.StoreOpenException;
import dev.latchkey.server.store.StoreOpenException.Reason;
import dev.latchkey.server.store.StoreOptions;
import java.security.MessageDigest;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** Looks, before anything is written, whether a database belongs to this version and this root key. */
final class SchemaCheck {
    private static final String HISTORY = "flyway_schema_history";

    private final StoreOptions options;
    private final int newest;

    /** @param newest the newest migration that this version knows for this kind of database */
    SchemaCheck(StoreOptions options, int newest) {
        this.options = options;
        this.newest = newest;
    }

    /**
     * Looks.
     *
     * @param tables of the database
     * @return the version its tables have, or 0 if it has none yet
     * @throws StoreOpenException if it is not this server's to use
     * @throws DamagedRecordException if what it says of itself does not open
     */
    int requireOurs(Handle handle, List<String> tables) throws StoreOpenException {
        if (tables.isEmpty()) {
            return 0;
        }
        if (!tables.contains(HISTORY)) {
            throw refused(Reason.FOREIGN);
        }
        int version = version(handle);
        if (version > newest) {
            throw refused(Reason.NEWER_SCHEMA);
        }
        if (!tables.contains("deployment")) {
            // A first start that ended between the history and the first migration leaves the history alone.
            if (tables.size() > 1) {
                throw refused(Reason.FOREIGN);
            }
            return 0;
        }
        requireOurs(new DeploymentTable(handle));
        return version;
    }

    /**
     * Looks whether this version's tables are there, under this root key; not at what they hold.
     *
     * @throws StoreOpenException if not
     */
    void requireCurrent(Handle handle, List<String> tables) throws StoreOpenException {
        if (!tables.contains(HISTORY) || !tables.contains("deployment")) {
            throw refused(Reason.FOREIGN);
        }
        int version = version(handle);
        if (version != newest) {
            throw refused(version > newest ? Reason.NEWER_SCHEMA : Reason.OLDER_SCHEMA);
        }
        Optional<byte[]> fingerprint = new DeploymentTable(handle).rootFingerprint();
        if (fingerprint.isEmpty()) {
            throw refused(Reason.DAMAGED);
        }
        if (!MessageDigest.isEqual(fingerprint.get(), options.rootKey().fingerprint())) {
            throw refused(Reason.ROOT_KEY_MISMATCH);
        }
    }

    private void requireOurs(DeploymentTable deployment) throws StoreOpenException {
        Optional<byte[]> fingerprint = deployment.rootFingerprint();
        if (fingerprint.isEmpty()) {
            // A first start that did not end leaves empty tables; anything else has lost its keys.
            if (deployment.isUsed()) {
                throw refused(Reason.DAMAGED);
            }
            return;
        }
        if (!MessageDigest.isEqual(fingerprint.get(), options.rootKey().fingerprint())) {
            throw refused(Reason.ROOT_KEY_MISMATCH);
        }
        try (DataKeyRing keys = deployment.loadDataKeys(options.rootKey(), options.random())) {
            deployment.load(keys).close();
        }
    }

    private StoreOpenException refused(Reason reason) {
        return new StoreOpenException(reason, options.location().describe(), null);
    }

    private static int version(Handle handle) {
        return handle.createQuery("SELECT coalesce(max(CAST(version AS INTEGER)), 0) FROM flyway_schema_history")
                .mapTo(int.class)
                .one();
    }
}
