package dev.latchkey.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.latchkey.bench.CountedCalls;
import dev.latchkey.server.KeyServer;
import dev.latchkey.server.postgres.PostgresServer;
import dev.latchkey.server.store.StoreLocation;
import dev.latchkey.server.store.StoreLocation.PostgresDatabase;
import dev.latchkey.server.store.StoreLocation.SqliteFile;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * How often an operation asks the server, and how often the server asks its database, so that neither grows unseen: a change
 * that needs one more says so here.
 */
class RoundTripsTest {

    private static final String CALLS = "ClientCalls.blockingUnaryCall";
    private static final int CONNECTIONS = 4;

    @TempDir
    Path folder;

    private final SecureRandom random = new SecureRandom();

    @BeforeAll
    static void weave() {
        CountedCalls.of("io.grpc.stub.ClientCalls", "blockingUnaryCall");
        CountedCalls.of("org.sqlite.jdbc3.JDBC3PreparedStatement", "execute");
        CountedCalls.of("org.postgresql.core.v3.QueryExecutorImpl", "sendSync");
    }

    /** What the database is asked for a login, a retrieve and a store. */
    private record Asked(long login, long retrieve, long store) {}

    @Test
    void operations_onSqlite_runNoMoreStatementsThanTheyDid() throws Exception {
        Asked asked =
                ask(new SqliteFile(folder.resolve("data").resolve("latchkey.db")), "JDBC3PreparedStatement.execute");

        assertThat(asked).isEqualTo(new Asked(31, 12, 28));
    }

    @Test
    void operations_onPostgresql_makeNoMoreRoundTripsThanTheyDid() throws Exception {
        PostgresServer postgres = PostgresServer.shared();
        StoreLocation database = new PostgresDatabase(
                postgres.url(postgres.createDatabase("template1")),
                PostgresServer.USER,
                Optional.of(postgres.passwordFile()),
                CONNECTIONS);
        Asked asked = ask(database, "QueryExecutorImpl.sendSync");

        assertThat(asked).isEqualTo(new Asked(37, 13, 29));
    }

    private Asked ask(StoreLocation storage, String question) throws Exception {
        Path data = folder.resolve("data");
        StartedServer.init(data);
        try (KeyServer server = KeyServer.start(KeyServerMain.options(data, storage));
                Connection connection = Connection.to(server.port(), Connection.trust(data.resolve("ca.pem")));
                WireOwner owner = new WireOwner("rosa", random)) {
            owner.register(connection);
            owner.logIn(connection).close();
            CountedCalls.take();

            try (WireSession session = owner.logIn(connection)) {
                Map<String, Long> login = CountedCalls.take();
                ByteString keyId = session.store();
                Map<String, Long> store = CountedCalls.take();
                session.retrieve(keyId);
                Map<String, Long> retrieve = CountedCalls.take();

                assertThat(login.get(CALLS)).isEqualTo(2);
                assertThat(store.get(CALLS)).isEqualTo(2);
                assertThat(retrieve.get(CALLS)).isEqualTo(1);
                return new Asked(login.get(question), retrieve.get(question), store.get(question));
            }
        }
    }
}
