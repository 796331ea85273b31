package dev.latchkey.server.store.jdbc;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.jdbi.v3.core.Handle;

/** Which tables a SQLite database has. */
final class SqliteSchema {
    /** The newest migration this version knows. */
    static final int VERSION = 7;

    private static final String MIGRATIONS = "classpath:dev/latchkey/server/store/migrations/sqlite";
    private static final String TRANSIENT_TABLES = "/dev/latchkey/server/store/transient-sqlite.sql";

    private SqliteSchema() {}

    static List<String> tables(Handle handle) {
        return handle.createQuery("SELECT name FROM sqlite_master WHERE type = 'table'")
                .mapTo(String.class)
                .list();
    }

    static void migrate(DataSource source) {
        migrate(source, VERSION);
    }

    /** No further than to this version. */
    static void migrate(DataSource source, int version) {
        Flyway.configure(SqliteSchema.class.getClassLoader())
                .dataSource(source)
                .locations(MIGRATIONS)
                .javaMigrations(new HeadOfEveryEntry())
                .failOnMissingLocations(true)
                .validateMigrationNaming(true)
                .ignoreMigrationPatterns(new String[0])
                .loggers("slf4j")
                .target(Integer.toString(version))
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
}
