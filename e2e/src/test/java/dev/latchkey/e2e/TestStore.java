package dev.latchkey.e2e;

import dev.latchkey.opaque.KsfParameters;
import dev.latchkey.server.postgres.PostgresServer;
import dev.latchkey.server.store.StoreLocation;
import dev.latchkey.server.store.StoreLocation.PostgresDatabase;
import dev.latchkey.server.store.StoreLocation.SqliteFile;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.sqlite.SQLiteConfig;

/** The database of a deployment, which servers are started on and a test looks into from outside. */
sealed interface TestStore extends AutoCloseable {
    StoreLocation location();

    /** How many server processes may share it here. */
    int nodes();

    /** What {@link KeyServerMain} is told of it, after the port. */
    List<String> arguments();

    /** The cost of stretching at its first start. */
    KsfParameters ksf();

    /** The durable tables; to be looked at and no more. */
    Connection look() throws SQLException;

    @Override
    void close();

    /** The embedded store, which one process owns. */
    static TestStore sqlite(TestDeployment deployment) {
        return new Sqlite(deployment.database(), TestDeployment.CHEAP);
    }

    /** A database of its own on the PostgreSQL server of these tests. */
    static TestStore postgresql(KsfParameters ksf) {
        PostgresServer server = PostgresServer.shared();
        return new Postgresql(server, server.createDatabase("template0"), ksf);
    }

    /**
     * One file.
     *
     * @param file where
     * @param ksf at its first start
     */
    record Sqlite(Path file, KsfParameters ksf) implements TestStore {
        @Override
        public StoreLocation location() {
            return new SqliteFile(file);
        }

        @Override
        public int nodes() {
            return 1;
        }

        @Override
        public List<String> arguments() {
            return List.of();
        }

        @Override
        public Connection look() throws SQLException {
            SQLiteConfig config = new SQLiteConfig();
            config.setReadOnly(true);
            return DriverManager.getConnection("jdbc:sqlite:" + file, config.toProperties());
        }

        @Override
        public void close() {
            // The folder of the test goes with everything in it.
        }
    }

    /**
     * One database of a server.
     *
     * @param server it lies on
     * @param name of the database
     * @param ksf at its first start
     */
    record Postgresql(PostgresServer server, String name, KsfParameters ksf) implements TestStore {
        @Override
        public StoreLocation location() {
            return new PostgresDatabase(
                    server.url(name),
                    PostgresServer.USER,
                    Optional.of(server.passwordFile()),
                    PostgresDatabase.DEFAULT_CONNECTIONS);
        }

        @Override
        public int nodes() {
            return 2;
        }

        @Override
        public List<String> arguments() {
            return List.of(server.url(name), server.passwordFile().toString());
        }

        @Override
        public Connection look() throws SQLException {
            return server.connect(name);
        }

        @Override
        public void close() {
            server.dropDatabase(name);
        }
    }
}
