package dev.latchkey.server.store.jdbc;

import dev.latchkey.server.seal.KeyWrapper;
import dev.latchkey.server.store.StoreOpenException;
import dev.latchkey.server.store.StoreOpenException.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.jdbi.v3.core.Handle;

/** Which tables a database has, and whether they are this server's to use. */
final class SqliteSchema {
    /** The newest migration this version knows. */
    static final int VERSION = 3;

    private static final String MIGRATIONS = "classpath:dev/latchkey/server/store/migrations/sqlite";
    private static final String TRANSIENT_TABLES = "/dev/latchkey/server/store/transient-sqlite.sql";

    private SqliteSchema() {}

    /**
     * Looks, before anything is written, whether this database belongs to this version and this root key.
     *
     * @throws StoreOpenException if it does not
     * @throws DamagedRecordException if what it says of itself does not open
     */
    static void requireOurs(Handle handle, KeyWrapper rootKey, SecureRandom random, Path file)
            throws StoreOpenException {
        List<String> tables = handle.createQuery("SELECT name FROM sqlite_master WHERE type = 'table'")
                .mapTo(String.class)
                .list();
        if (tables.isEmpty()) {
            return;
        }
        if (!tables.contains("flyway_schema_history")) {
            throw new StoreOpenException(Reason.FOREIGN, file, null);
        }
        if (version(handle) > VERSION) {
            throw new StoreOpenException(Reason.NEWER_SCHEMA, file, null);
        }
        if (!tables.contains("deployment")) {
            // A first start that ended between the history and the first migration leaves the history alone.
            if (tables.size() > 1) {
                throw new StoreOpenException(Reason.FOREIGN, file, null);
            }
            return;
        }
        DeploymentTable deployment = new DeploymentTable(handle);
        Optional<byte[]> fingerprint = deployment.rootFingerprint();
        if (fingerprint.isEmpty()) {
            // A first start that did not end leaves empty tables; anything else has lost its keys.
            if (deployment.isUsed()) {
                throw new StoreOpenException(Reason.DAMAGED, file, null);
            }
            return;
        }
        if (!MessageDigest.isEqual(fingerprint.get(), rootKey.fingerprint())) {
            throw new StoreOpenException(Reason.ROOT_KEY_MISMATCH, file, null);
        }
        try (DataKeyRing keys = deployment.loadDataKeys(rootKey, random)) {
            deployment.load(keys).close();
        }
    }

    static void migrate(DataSource source) {
        Flyway.configure(SqliteSchema.class.getClassLoader())
                .dataSource(source)
                .locations(MIGRATIONS)
                .javaMigrations(new HeadOfEveryEntry())
                .failOnMissingLocations(true)
                .validateMigrationNaming(true)
                .ignoreMigrationPatterns(new String[0])
                .loggers("slf4j")
                .load()
                .migrate();
    }

    /** Makes the transient tables in their empty file. */
    static void createTransientTables(Handle handle) {
        try (InputStream script = SqliteSchema.class.getResourceAsStream(TRANSIENT_TABLES)) {
            handle.createScript(new String(script.readAllBytes(), StandardCharsets.UTF_8))
                    .execute();
        } catch (IOException e) {
            throw new UncheckedIOException("the program's own resources can be read", e);
        }
    }

    private static int version(Handle handle) {
        return handle.createQuery("SELECT coalesce(max(CAST(version AS INTEGER)), 0) FROM flyway_schema_history")
                .mapTo(int.class)
                .one();
    }
}
