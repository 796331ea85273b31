package dev.latchkey.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.protocol.UserId;
import dev.latchkey.server.KeyServer;
import dev.latchkey.server.postgres.PostgresServer;
import dev.latchkey.server.store.StoreLocation.PostgresDatabase;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthGrpc;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where a guess can't be counted there is no KE2, on either store; when it can be again there is. */
final class LedgerUnwritableTest {
    private static final String NAME = "owner";
    private static final String PASSWORD = "seven quiet otters at dusk";
    private static final int ATTEMPTS = 3;

    @TempDir
    private Path folder;

    private TestStore store;

    @Test
    void sqlite_diskFull_noKe2UntilThereIsRoom() throws Exception {
        TestDeployment deployment = TestDeployment.init(folder.resolve("deployment"));
        store = TestStore.sqlite(deployment);
        try (Node node = new Node("node", folder.resolve("node"), deployment, store, List.of())) {
            node.start();
            try (RawClient client = new RawClient(node.port(), deployment.ca())) {
                register(client);

                // No file may grow, nor be written to beyond its first byte.
                limitFiles(node, "1");
                assertNoKe2(client);
                limitFiles(node, "unlimited");

                assertHealed(client);
            }
        }
    }

    @Test
    void postgresql_ledgerForbidden_noKe2UntilItIsAllowed() throws Exception {
        PostgresServer database = PostgresServer.shared();
        TestDeployment deployment = TestDeployment.init(folder.resolve("deployment"));
        TestStore.Postgresql postgresql = (TestStore.Postgresql) TestStore.postgresql(TestDeployment.CHEAP);
        store = postgresql;
        KeyServer.migrate(deployment.options().storage(store.location()).build());
        String role = "serving_" + postgresql.name();
        String password = "of a role";
        database.execute(postgresql.name(), "CREATE ROLE " + role + " LOGIN PASSWORD '" + password + "'");
        database.execute(postgresql.name(), "GRANT USAGE ON SCHEMA public, transient TO " + role);
        database.execute(
                postgresql.name(),
                "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public, transient TO " + role);
        Path file = Files.writeString(folder.resolve("password"), password);
        PostgresDatabase serving = new PostgresDatabase(database.url(postgresql.name()), role, Optional.of(file), 3);
        KeyServer server = KeyServer.start(deployment.options().storage(serving).build());
        try (RawClient client = new RawClient(server.port(), deployment.ca())) {
            register(client);

            database.execute(postgresql.name(), "REVOKE INSERT, UPDATE ON guess_ledger FROM " + role);
            assertNoKe2(client);
            database.execute(postgresql.name(), "GRANT INSERT, UPDATE ON guess_ledger TO " + role);

            assertHealed(client);
        } finally {
            server.shutdown(Duration.ofSeconds(5));
            database.execute(postgresql.name(), "DROP OWNED BY " + role);
            database.execute(postgresql.name(), "DROP ROLE " + role);
            store.close();
        }
    }

    @Test
    void postgresql_gone_noKe2UntilItIsBack() throws Exception {
        TestDeployment deployment = TestDeployment.init(folder.resolve("deployment"));
        try (PostgresServer database = PostgresServer.start(List.of())) {
            store = new TestStore.Postgresql(database, database.createDatabase("template0"), TestDeployment.CHEAP);
            KeyServer server = KeyServer.start(
                    deployment.options().storage(store.location()).build());
            try (RawClient client = new RawClient(server.port(), deployment.ca())) {
                register(client);

                database.crash();
                assertUnanswered(client, NAME);
                database.start();

                awaitServing(client);
                assertHealed(client);
            } finally {
                server.shutdown(Duration.ofSeconds(5));
            }
        }
    }

    private static void register(RawClient client) throws Exception {
        client.startRegistration(NAME, UserId.random(client.random()), PASSWORD).complete();
        client.logIn(NAME, PASSWORD);
    }

    /** Neither for a name that somebody has nor for another, however often; and nothing of it is left. */
    private void assertNoKe2(RawClient client) throws SQLException {
        for (int i = 0; i < ATTEMPTS; i++) {
            assertUnanswered(client, NAME);
            assertUnanswered(client, "nobody");
        }
        assertThat(attempts()).isZero();
    }

    private static void assertUnanswered(RawClient client, String name) {
        try {
            throw new AssertionError(
                    "a KE2: " + client.stub().startLogin(RawClient.loginRequest(name, Elements.ke1())));
        } catch (StatusRuntimeException refused) {
            assertThat(refused.getStatus().getCode()).isIn(Status.Code.UNAVAILABLE, Status.Code.INTERNAL);
        }
    }

    /** Connections are tried again ever more seldom while there is no database; whoever asks for its health takes no guess. */
    private static void awaitServing(RawClient client) {
        long until = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (HealthGrpc.newBlockingStub(client.stub().getChannel())
                        .check(HealthCheckRequest.getDefaultInstance())
                        .getStatus()
                != HealthCheckResponse.ServingStatus.SERVING) {
            assertThat(System.nanoTime()).as("it serves again").isLessThan(until);
        }
    }

    private void assertHealed(RawClient client) throws Exception {
        assertThat(client.logIn(NAME, PASSWORD).opened().getFailuresSinceLastLogin())
                .isZero();
        client.stub().startLogin(RawClient.loginRequest("nobody", Elements.ke1()));
        assertThat(attempts()).as("that of nobody alone").isEqualTo(1);
    }

    private int attempts() throws SQLException {
        try (Connection connection = store.look();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT count(*) FROM failed_attempts")) {
            rows.next();
            return rows.getInt(1);
        }
    }

    /** For what the process writes from now on. */
    private static void limitFiles(Node node, String bytes) throws IOException, InterruptedException {
        Process prlimit = new ProcessBuilder(
                        "prlimit", "--pid", Long.toString(node.pid()), "--fsize=" + bytes + ":unlimited")
                .redirectErrorStream(true)
                .start();
        String said = new String(prlimit.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(prlimit.waitFor()).as(said).isZero();
    }
}
