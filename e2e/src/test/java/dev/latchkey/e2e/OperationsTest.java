package dev.latchkey.e2e;

import static dev.latchkey.e2e.ServerFixture.assertRefused;
import static dev.latchkey.e2e.ServerFixture.refusalOf;
import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.protocol.UserId;
import dev.latchkey.protocol.wire.KeyServerGrpc;
import dev.latchkey.protocol.wire.OpenSessionRequest;
import dev.latchkey.protocol.wire.Request;
import dev.latchkey.protocol.wire.RetrieveStorageKey;
import dev.latchkey.protocol.wire.StartLoginRequest;
import dev.latchkey.server.KeyServer;
import dev.latchkey.server.store.StoreLocation.PostgresDatabase;
import io.grpc.Channel;
import io.grpc.Status;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServerReflectionResponse;
import io.grpc.stub.StreamObserver;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** What an operator sees of a server at which owners have been: probes, metrics, health. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class OperationsTest {
    private static final String PASSWORD = "correct horse battery staple";
    private static final String NAME = "needle-of-an-account";
    private static final int BUDGET = 10;
    private static final HexFormat HEX = HexFormat.of();

    private ServerFixture server;
    private RawClient client;
    private OperationsPage page;
    private RawSession session;

    /** One registration, two logins, an unknown handshake, a message that is none, an operation, and guesses until no more. */
    @BeforeAll
    void use(@TempDir Path folder) throws Exception {
        server = ServerFixture.start(
                folder.resolve("server"),
                options -> options.operations(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)));
        client = server.client();
        page = new OperationsPage(server.operationsPort());
        client.startRegistration(NAME, UserId.random(client.random()), PASSWORD).complete();
        client.logIn(NAME, PASSWORD);
        session = client.logIn(NAME, PASSWORD);
        session.call(Request.newBuilder()
                .setRetrieveStorageKey(RetrieveStorageKey.getDefaultInstance())
                .build());
        session.call(Request.getDefaultInstance());
        assertRefused(
                () -> client.stub()
                        .openSession(OpenSessionRequest.newBuilder()
                                .setSessionId(RawClient.bytes(new byte[16]))
                                .setKe3(RawClient.bytes(new byte[64]))
                                .build()),
                Status.Code.UNAUTHENTICATED);
        assertRefused(
                () -> client.stub().startLogin(StartLoginRequest.getDefaultInstance()), Status.Code.INVALID_ARGUMENT);
        for (int i = 0; i < BUDGET; i++) {
            client.stub().startLogin(RawClient.loginRequest("guessed", Elements.ke1()));
        }
        refusalOf(() -> client.stub().startLogin(RawClient.loginRequest("guessed", Elements.ke1())));
    }

    @AfterAll
    void stop() {
        client.close();
        server.close();
    }

    @Test
    void probes_ofAServerThatWorks_areWell() throws Exception {
        assertThat(page.get("/livez").statusCode()).isEqualTo(200);
        assertThat(page.get("/readyz").statusCode()).isEqualTo(200);
        assertThat(page.get("/readyz").body()).isEqualTo("ready\n");
    }

    @Test
    void anythingElse_isNotThereOrNotAllowed() throws Exception {
        for (String path : List.of("/", "/livez/", "/livezz", "/metrics/x", "/%2e%2e/etc/passwd")) {
            assertThat(page.get(path).statusCode()).as(path).isEqualTo(404);
        }
        HttpResponse<String> posted = page.send("POST", "/livez");
        assertThat(posted.statusCode()).isEqualTo(405);
        assertThat(posted.headers().firstValue("Allow")).contains("GET, HEAD");
        assertThat(page.send("HEAD", "/livez").statusCode()).isEqualTo(200);
    }

    @Test
    void metrics_countWhatWasDone() throws Exception {
        assertThat(page.metric("latchkey_guesses_total{outcome=\"taken\"}")).isEqualTo(2 + BUDGET);
        assertThat(page.metric("latchkey_guesses_total{outcome=\"refused\"}")).isEqualTo(1);
        assertThat(page.metric("latchkey_handshakes_total{step=\"begun\"}")).isEqualTo(1 + 2 + BUDGET);
        assertThat(page.metric("latchkey_handshakes_total{step=\"completed\"}")).isEqualTo(3);
        assertThat(page.metric("latchkey_handshakes_total{step=\"refused\"}")).isEqualTo(1);
        assertThat(page.metric("latchkey_throughput_refusals_total{bound=\"address\"}"))
                .isZero();
        assertThat(operation("complete_registration", "done")).isEqualTo(1);
        assertThat(operation("retrieve_storage_key", "done")).isEqualTo(1);
        assertThat(operation("unknown", "malformed")).isEqualTo(1);
        assertThat(calls("StartLogin", "ok")).isEqualTo(2 + BUDGET);
        assertThat(calls("StartLogin", "guess_budget")).isEqualTo(1);
        assertThat(calls("StartLogin", "malformed")).isEqualTo(1);
        assertThat(calls("OpenSession", "unauthenticated")).isEqualTo(1);
        assertThat(page.metric("latchkey_calls_open")).isZero();
        assertThat(
                        page.metric(
                                "latchkey_store_transaction_duration_seconds_count{kind=\"transact_twice\",outcome=\"committed\"}"))
                .isEqualTo(3);
        assertThat(page.metric("latchkey_certificate_remaining_days")).isBetween(1.0, 10_000.0);
        assertThat(page.metrics())
                .contains("jvm_memory_used_bytes{", "jvm_threads_live_threads ", "latchkey_backup_age_seconds +Inf");
    }

    @Test
    void everyMetric_hasAHelpText() throws Exception {
        String text = page.metrics();
        Pattern.compile("(?m)^# TYPE (latchkey_\\S+)")
                .matcher(text)
                .results()
                .forEach(type -> assertThat(text).contains("# HELP " + type.group(1) + " "));
    }

    @Test
    void metrics_nameNobody() throws Exception {
        String text = page.metrics();

        assertThat(text).as("what is sought in it").contains("OpenSession");
        assertThat(text)
                .doesNotContain(NAME, "guessed", "127.0.0.1", "localhost")
                .doesNotContain(
                        HEX.formatHex(session.id().toByteArray()),
                        HEX.formatHex(session.user().toByteArray()),
                        session.user().toString());
    }

    @Test
    void health_followsReadiness() {
        HealthGrpc.HealthBlockingStub health =
                HealthGrpc.newBlockingStub(channel()).withDeadlineAfter(20, TimeUnit.SECONDS);

        for (String service : List.of("", KeyServerGrpc.SERVICE_NAME)) {
            assertThat(health.check(HealthCheckRequest.newBuilder()
                                    .setService(service)
                                    .build())
                            .getStatus())
                    .isEqualTo(ServingStatus.SERVING);
        }
        assertRefused(
                () -> health.check(
                        HealthCheckRequest.newBuilder().setService("another").build()),
                Status.Code.NOT_FOUND);
        assertRefused(
                () -> health.watch(HealthCheckRequest.getDefaultInstance()).hasNext(), Status.Code.UNIMPLEMENTED);
    }

    @Test
    void serverOverPostgresql_showsItsConnections() throws Exception {
        TestDeployment deployment = server.deployment();
        try (TestStore store = TestStore.postgresql(TestDeployment.CHEAP);
                KeyServer other = KeyServer.start(deployment
                        .options()
                        .storage(store.location())
                        .operations(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                        .build())) {
            OperationsPage its = new OperationsPage(other.operationsPort().orElseThrow());

            assertThat(its.get("/readyz").body()).isEqualTo("ready\n");
            assertThat(its.metric("latchkey_store_connections_max")).isEqualTo(PostgresDatabase.DEFAULT_CONNECTIONS);
            assertThat(its.metric("latchkey_store_connections{state=\"active\"}")
                            + its.metric("latchkey_store_connections{state=\"idle\"}"))
                    .isPositive();
            assertThat(its.metric("latchkey_store_connections_waiting")).isZero();
        }
        assertThat(page.metrics()).doesNotContain("latchkey_store_connections");
    }

    @Test
    void reflection_isForTryingOutAlone() throws Exception {
        assertThat(services(channel())).isEqualTo("UNIMPLEMENTED");
    }

    private Channel channel() {
        return client.stub().getChannel();
    }

    private double operation(String operation, String outcome) throws Exception {
        return page.metric("latchkey_operations_total{operation=\"" + operation + "\",outcome=\"" + outcome + "\"}");
    }

    private double calls(String method, String outcome) throws Exception {
        return page.metric(
                "latchkey_call_duration_seconds_count{method=\"" + method + "\",outcome=\"" + outcome + "\"}");
    }

    /** The services that a server tells of, or why it does not. */
    static String services(Channel channel) throws Exception {
        CompletableFuture<String> answer = new CompletableFuture<>();
        AtomicInteger answers = new AtomicInteger();
        StreamObserver<ServerReflectionRequest> asking = ServerReflectionGrpc.newStub(channel)
                .serverReflectionInfo(new StreamObserver<ServerReflectionResponse>() {
                    @Override
                    public void onNext(ServerReflectionResponse response) {
                        if (answers.getAndIncrement() == 0) {
                            return;
                        }
                        answer.complete(response.getListServicesResponse().getServiceList().stream()
                                .map(service -> service.getName())
                                .sorted()
                                .toList()
                                .toString());
                    }

                    @Override
                    public void onError(Throwable failure) {
                        answer.complete(Status.fromThrowable(failure).getCode().name());
                    }

                    @Override
                    public void onCompleted() {
                        answer.complete("nothing");
                    }
                });
        ServerReflectionRequest request =
                ServerReflectionRequest.newBuilder().setListServices("").build();
        asking.onNext(request);
        asking.onNext(request);
        asking.onCompleted();
        return answer.get(20, TimeUnit.SECONDS);
    }
}
