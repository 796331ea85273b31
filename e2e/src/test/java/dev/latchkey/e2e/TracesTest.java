package dev.latchkey.e2e;

import static dev.latchkey.e2e.ServerFixture.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.protocol.UserId;
import dev.latchkey.protocol.wire.KeyServerGrpc;
import dev.latchkey.protocol.wire.NewSecret;
import dev.latchkey.protocol.wire.Request;
import dev.latchkey.protocol.wire.RetrieveStorageKey;
import dev.latchkey.protocol.wire.StartLoginRequest;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.stub.MetadataUtils;
import io.opentelemetry.proto.trace.v1.Span;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** What a collector is sent of a server at which owners have been, and what becomes of a server whose collector hangs. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class TracesTest {
    private static final String PASSWORD = "correct horse battery staple";
    private static final String NAME = "needle-of-an-account";
    private static final String SERVICE = KeyServerGrpc.SERVICE_NAME;
    private static final String TRACE_OF_A_CLIENT = "0af7651916cd43dd8448eb211c80319c";
    private static final HexFormat HEX = HexFormat.of();
    private static final int DEADLINE_SECONDS = 30;

    private Collector collector;
    private RawSession session;
    private NewSecret secret;
    private List<Span> spans;

    /** A registration, a login, two operations, a message that is none, and a client that names a trace. */
    @BeforeAll
    void use(@TempDir Path folder) throws Exception {
        collector = Collector.start();
        try (ServerFixture server =
                        ServerFixture.start(folder.resolve("server"), options -> options.traces(collector.address()));
                RawClient client = server.client()) {
            client.startRegistration(NAME, UserId.random(client.random()), PASSWORD)
                    .complete();
            session = client.logIn(NAME, PASSWORD);
            secret = new RawSecrets(session).stored();
            session.call(Request.newBuilder()
                    .setRetrieveStorageKey(RetrieveStorageKey.getDefaultInstance())
                    .build());
            Metadata named = new Metadata();
            named.put(
                    Metadata.Key.of("traceparent", Metadata.ASCII_STRING_MARSHALLER),
                    "00-" + TRACE_OF_A_CLIENT + "-b7ad6b7169203331-01");
            assertRefused(
                    () -> client.stub()
                            .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(named))
                            .startLogin(StartLoginRequest.getDefaultInstance()),
                    Status.Code.INVALID_ARGUMENT);
            HealthGrpc.newBlockingStub(client.stub().getChannel()).check(HealthCheckRequest.getDefaultInstance());
            awaitSpansOfCalls();
        }
        spans = collector.spans();
    }

    @AfterAll
    void stop() {
        collector.close();
    }

    /** A call's span ends when its answer has gone, and what a stop still sends is sent for a short while. */
    private void awaitSpansOfCalls() throws Exception {
        do {
            assertThat(collector.sent().tryAcquire(DEADLINE_SECONDS, TimeUnit.SECONDS))
                    .isTrue();
            spans = collector.spans();
        } while (ofMethod("StartLogin").size() < 2 || ofMethod("Call").size() < 4);
    }

    private List<Span> ofMethod(String method) {
        return spans.stream()
                .filter(span -> span.getName().equals(SERVICE + "/" + method))
                .toList();
    }

    private List<Span> under(Span parent) {
        return spans.stream()
                .filter(span -> span.getParentSpanId().equals(parent.getSpanId())
                        && span.getTraceId().equals(parent.getTraceId()))
                .toList();
    }

    private static Map<String, String> attributes(Span span) {
        Map<String, String> attributes = new TreeMap<>();
        span.getAttributesList()
                .forEach(pair -> attributes.put(pair.getKey(), pair.getValue().getStringValue()));
        return attributes;
    }

    @Test
    void calls_areSpans_withTheTransactionsTheyWaitedFor() {
        Span login = ofMethod("StartLogin").get(0);

        assertThat(login.getKind()).isEqualTo(Span.SpanKind.SPAN_KIND_SERVER);
        assertThat(login.getParentSpanId().isEmpty()).isTrue();
        assertThat(attributes(login))
                .containsEntry("rpc.system", "grpc")
                .containsEntry("rpc.service", SERVICE)
                .containsEntry("rpc.method", "StartLogin")
                .containsEntry("latchkey.outcome", "ok")
                .containsEntry("latchkey.guess", "taken")
                .containsEntry("latchkey.handshake", "begun");
        assertThat(attributes(login).get("latchkey.request")).matches("[0-9a-f]{16}");
        assertThat(under(login)).isNotEmpty().allSatisfy(transaction -> {
            assertThat(transaction.getName()).startsWith("store ");
            assertThat(attributes(transaction)).containsOnly(Map.entry("latchkey.outcome", "committed"));
            assertThat(transaction.getStartTimeUnixNano()).isGreaterThanOrEqualTo(login.getStartTimeUnixNano());
            assertThat(transaction.getEndTimeUnixNano()).isLessThanOrEqualTo(login.getEndTimeUnixNano());
        });
    }

    @Test
    void operations_areNamedInTheSpanOfTheirCall() {
        assertThat(ofMethod("Call"))
                .extracting(span -> attributes(span).get("latchkey.operation") + " "
                        + attributes(span).get("latchkey.answer"))
                .containsExactlyInAnyOrder(
                        "complete_registration done",
                        "allocate_key_ids done",
                        "store_secrets done",
                        "retrieve_storage_key done");
    }

    @Test
    void whatNobodyAskedFor_andHealthChecks_areNoSpans() {
        assertThat(spans)
                .allSatisfy(span -> assertThat(span.getName().startsWith(SERVICE)
                                || !span.getParentSpanId().isEmpty())
                        .as(span.getName())
                        .isTrue());
    }

    @Test
    void traceOfAClient_isNotTaken() {
        Span named = ofMethod("StartLogin").get(1);

        assertThat(attributes(named)).containsEntry("latchkey.outcome", "malformed");
        assertThat(named.getParentSpanId().isEmpty()).isTrue();
        assertThat(HEX.formatHex(named.getTraceId().toByteArray())).isNotEqualTo(TRACE_OF_A_CLIENT);
    }

    @Test
    void spans_nameNobody() {
        String sent = new String(collector.bytes(), StandardCharsets.ISO_8859_1);

        assertThat(sent).as("what is sought in it").contains("OpenSession", "store_secrets");
        assertThat(sent).doesNotContain(NAME, PASSWORD, "127.0.0.1", "localhost", TRACE_OF_A_CLIENT);
        for (byte[] value : List.of(
                session.id().toByteArray(),
                session.user().toByteArray(),
                secret.getKeyId().toByteArray(),
                secret.getLabelTag().toByteArray(),
                secret.getSealedSecret().toByteArray())) {
            assertThat(sent).doesNotContain(new String(value, StandardCharsets.ISO_8859_1), HEX.formatHex(value));
        }
    }

    @Test
    void collector_thatNeverAnswers_holdsUpNoCallAndNoStop(@TempDir Path folder) throws Exception {
        try (Collector hangs = Collector.thatNeverAnswers()) {
            ServerFixture server =
                    ServerFixture.start(folder.resolve("server"), options -> options.traces(hangs.address()));
            Duration login;
            Duration stop;
            try {
                login = longestLogin(server, hangs);
            } finally {
                stop = time(server::close);
            }

            System.out.printf(
                    "fault collector that never answers: a login within %d ms, the stop within %d ms%n",
                    login.toMillis(), stop.toMillis());
            // Whoever waits for it waits for five seconds.
            assertThat(login).isLessThan(Duration.ofMillis(4500));
            assertThat(stop).isLessThan(Duration.ofMillis(4800));
        }
    }

    private static Duration longestLogin(ServerFixture server, Collector hangs) throws Exception {
        try (RawClient client = server.client()) {
            client.startRegistration(NAME, UserId.random(client.random()), PASSWORD)
                    .complete();
            assertThat(hangs.sent().tryAcquire(DEADLINE_SECONDS, TimeUnit.SECONDS))
                    .isTrue();
            Duration longest = Duration.ZERO;
            for (int i = 0; i < 5; i++) {
                Duration login = time(() -> client.logIn(NAME, PASSWORD));
                longest = longest.compareTo(login) < 0 ? login : longest;
            }
            return longest;
        }
    }

    private static Duration time(Step step) throws Exception {
        long start = System.nanoTime();
        step.take();
        return Duration.ofNanos(System.nanoTime() - start);
    }

    @FunctionalInterface
    private interface Step {
        void take() throws Exception;
    }

    @Test
    void server_withoutACollector_loadsNothingOfIt(@TempDir Path folder) throws Exception {
        TestDeployment deployment = TestDeployment.init(folder.resolve("deployment"));
        Path loaded = folder.resolve("loaded");
        try (Node node = new Node(
                "node",
                folder.resolve("node"),
                deployment,
                TestStore.sqlite(deployment),
                List.of("-Xlog:class+load:file=" + loaded))) {
            node.start();
            try (RawClient client = new RawClient(node.port(), deployment.ca())) {
                client.startRegistration(NAME, UserId.random(client.random()), PASSWORD)
                        .complete();
            }
            node.end();
        }

        assertThat(Files.readString(loaded))
                .contains("dev.latchkey.server.ops.Operations ", "dev.latchkey.server.ops.CallersStore ")
                .doesNotContain("io.opentelemetry.", "dev.latchkey.server.ops.Traces ", "java.net.http.HttpClient ");
    }
}
