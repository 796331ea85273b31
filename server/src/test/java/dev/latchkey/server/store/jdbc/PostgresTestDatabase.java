package dev.latchkey.server.store.jdbc;

import dev.latchkey.server.postgres.PostgresServer;
import dev.latchkey.server.seal.RootKey;
import dev.latchkey.server.store.Store;
import dev.latchkey.server.store.StoreLocation.PostgresDatabase;
import dev.latchkey.server.store.StoreOpenException;
import dev.latchkey.server.store.StoreOptions;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jdbi.v3.core.Jdbi;

/** A PostgreSQL database of its own, on a server that runs for the tests. */
final class PostgresTestDatabase implements TestDatabase {
    private static final String EMPTY = "template0";

    private static String migrated;

    private final SecureRandom random = new SecureRandom();
    private final RootKey rootKey = RootKey.generate(random);
    private final PostgresServer server;
    private final String name;

    private PostgresTestDatabase(PostgresServer server, String name) {
        this.server = server;
        this.name = name;
    }

    /** One without tables. */
    static PostgresTestDatabase empty(PostgresServer server) {
        return new PostgresTestDatabase(server, server.createDatabase(EMPTY));
    }

    /** One with all tables, as a migration left them. */
    static PostgresTestDatabase migrated() throws StoreOpenException {
        PostgresServer server = PostgresServer.shared();
        return new PostgresTestDatabase(server, server.createDatabase(template(server)));
    }

    private static synchronized String template(PostgresServer server) throws StoreOpenException {
        if (migrated == null) {
            PostgresTestDatabase template = empty(server);
            Stores.migrate(template.options());
            template.rootKey.close();
            migrated = template.name;
        }
        return migrated;
    }

    String name() {
        return name;
    }

    RootKey rootKey() {
        return rootKey;
    }

    StoreOptions options() {
        return options(PostgresDatabase.DEFAULT_CONNECTIONS);
    }

    StoreOptions options(int connections) {
        return StoreOptions.of(
                new PostgresDatabase(
                        server.url(name), PostgresServer.USER, Optional.of(server.passwordFile()), connections),
                rootKey,
                random);
    }

    @Override
    public Store open(UnaryOperator<StoreOptions> settings) throws StoreOpenException {
        return Stores.open(settings.apply(options()));
    }

    @Override
    public Store openNarrow(UnaryOperator<StoreOptions> settings) throws StoreOpenException {
        return Stores.open(settings.apply(options(1)));
    }

    /** A second pair of hands. */
    Jdbi jdbi() {
        return Jdbi.create(() -> connection());
    }

    private Connection connection() throws SQLException {
        return server.connect(name);
    }

    @Override
    public void close() {
        rootKey.close();
        server.dropDatabase(name);
    }
}
