package dev.latchkey.server.store.jdbc;

import java.util.List;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.jdbi.v3.core.Handle;

/** Which tables a PostgreSQL database has. */
final class PostgresSchema {
    /** The newest migration this version knows. */
    static final int VERSION = 7;

    private static final String MIGRATIONS = "classpath:dev/latchkey/server/store/migrations/postgresql";

    private PostgresSchema() {}

    /** Those in the schema where new ones would be made. */
    static List<String> tables(Handle handle) {
        return handle.createQuery("SELECT tablename FROM pg_catalog.pg_tables WHERE schemaname = current_schema()")
                .mapTo(String.class)
                .list();
    }

    /** Under a lock of the database's: of several that try, the others wait and find it done. */
    static void migrate(DataSource source) {
        migrate(source, VERSION);
    }

    /** No further than to this version. */
    static void migrate(DataSource source, int version) {
        Flyway.configure(PostgresSchema.class.getClassLoader())
                .dataSource(source)
                .locations(MIGRATIONS)
                .failOnMissingLocations(true)
                .validateMigrationNaming(true)
                .ignoreMigrationPatterns(new String[0])
                .loggers("slf4j")
                .target(Integer.toString(version))
                .load()
                .migrate();
    }
}
