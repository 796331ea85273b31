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
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jdbi.v3.core.Jdbi;

/** A PostgreSQL database of its own, on a server that runs for the tests. */
final class PostgresTestDatabase implements TestDatabase {
    private static final String EMPTY = "template0";

    /** Nobody is in it any more, and nothing but the history of its tables. */
    private static final String CLEAR = """
            SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity
            WHERE datname = current_database() AND pid <> pg_backend_pid();
            SET session_replication_role = replica;
            DO $$ DECLARE name regclass; BEGIN
                FOR name IN SELECT oid FROM pg_class WHERE relkind = 'r'
                    AND relnamespace IN ('public'::regnamespace, 'transient'::regnamespace)
                    AND relname <> 'flyway_schema_history'
                LOOP EXECUTE 'DELETE FROM ' || name; END LOOP;
            END $$""";

    /** Migrated ones that a test is done with: to make a database takes longer than most tests. */
    private static final Deque<String> CLEARED = new ArrayDeque<>();

    private static String migrated;

    private final SecureRandom random = new SecureRandom();
    private final RootKey rootKey = RootKey.generate(random);
    private final PostgresServer server;
    private final String name;
    private final boolean keepsItsTables;

    private PostgresTestDatabase(PostgresServer server, String name, boolean keepsItsTables) {
        this.server = server;
        this.name = name;
        this.keepsItsTables = keepsItsTables;
    }

    /** One without tables. */
    static PostgresTestDatabase empty(PostgresServer server) {
        return new PostgresTestDatabase(server, server.createDatabase(EMPTY), false);
    }

    /** One with all tables, as a migration left them. Whoever changes more than their rows takes an empty one. */
    static PostgresTestDatabase migrated() throws StoreOpenException {
        PostgresServer server = PostgresServer.shared();
        String cleared = poll();
        return new PostgresTestDatabase(
                server, cleared != null ? cleared : server.createDatabase(template(server)), true);
    }

    private static synchronized String poll() {
        return CLEARED.poll();
    }

    private static synchronized void offer(String cleared) {
        CLEARED.push(cleared);
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

    @Override
    public StoreOptions options() {
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

    @Override
    public Jdbi hands() {
        return jdbi();
    }

    @Override
    public void takeStatistics() {
        hands().useHandle(handle ->
                handle.execute("ANALYZE transient.sessions, transient.handshakes, transient.pending_registrations"));
    }

    private Connection connection() throws SQLException {
        return server.connect(name);
    }

    @Override
    public void close() {
        rootKey.close();
        if (keepsItsTables) {
            server.execute(name, CLEAR);
            offer(name);
        } else {
            server.dropDatabase(name);
        }
    }
}
