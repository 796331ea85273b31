package dev.latchkey.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.latchkey.cli.Main;
import dev.latchkey.protocol.UserId;
import dev.latchkey.protocol.wire.OpenSessionRequest;
import dev.latchkey.protocol.wire.StartLoginRequest;
import dev.latchkey.server.KeyServer;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The log of {@code latchkey server run} as JSON, after registrations, logins, failures and a fault. */
final class LogsTest {
    private static final Metadata.Key<String> REQUEST_ID =
            Metadata.Key.of("latchkey-request-id", Metadata.ASCII_STRING_MARSHALLER);
    private static final List<String> JVM = List.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1");
    private static final int MORE = 3;
    private static final String NAME = "needle-of-an-account";
    private static final String PASSWORD = "needle of a password";

    private final List<String> sought = new ArrayList<>(List.of(NAME, PASSWORD));

    @TempDir
    private Path folder;

    @Test
    void log_isOneObjectALine_tracesTheFault_andNamesNobody() throws Exception {
        TestDeployment deployment = TestDeployment.init(folder.resolve("server"));
        // What a deployment began with stays, and this is cheap to stretch.
        KeyServer.start(deployment.options().build()).close();
        JavaProcess server = JavaProcess.start(
                Main.class,
                Files.createDirectories(folder.resolve("process")),
                JVM,
                List.of("server", "run"),
                Map.of(
                        "LATCHKEY_LISTEN",
                        "localhost:0",
                        "LATCHKEY_STORAGE_URL",
                        "sqlite:" + deployment.database(),
                        "LATCHKEY_TLS_CERTIFICATE",
                        deployment.certificate().toString(),
                        "LATCHKEY_TLS_KEY",
                        deployment.certificateKey().toString(),
                        "LATCHKEY_KEYS_ROOT",
                        deployment.rootKey().toString(),
                        "LATCHKEY_LOG_FORMAT",
                        "json"));
        String requestId;
        try (server) {
            String port = server.await("The server listens at localhost:").replaceFirst("\\..*", "");
            hangUp(server);
            try (RawClient client = new RawClient(Integer.parseInt(port), deployment.ca())) {
                requestId = use(client, deployment);
            }
            server.terminate();
        }

        String log = server.errors();
        List<JsonObject> lines = log.lines()
                .map(line -> JsonParser.parseString(line).getAsJsonObject())
                .toList();
        assertThat(lines)
                .allSatisfy(line -> assertThat(line.keySet()).contains("time", "level", "logger", "thread", "message"));
        assertThat(lines)
                .filteredOn(line ->
                        line.has("request") && line.get("request").getAsString().equals(requestId))
                .as("the fault, by the id that the caller was told")
                .singleElement()
                .satisfies(line -> {
                    assertThat(line.get("level").getAsString()).isEqualTo("ERROR");
                    assertThat(line.get("message").getAsString()).isEqualTo("StartLoginRequest failed");
                    assertThat(line.get("exception").getAsString())
                            .contains("accounts.record of user", "\n\tat dev.latchkey.server");
                });
        assertThat(lines.get(lines.size() - 1).get("message").getAsString())
                .as("the end, after SIGTERM")
                .isEqualTo("stopped");
        assertThat(log).as("what is sought in it").containsOnlyOnce("StartLoginRequest failed");
        assertThat(sought).noneSatisfy(needle -> assertThat(log).containsIgnoringCase(needle));
    }

    /** SIGHUP: the server goes on, and says what came of it. */
    private static void hangUp(JavaProcess server) throws Exception {
        assertThat(new ProcessBuilder("kill", "-HUP", Long.toString(server.pid()))
                        .start()
                        .waitFor())
                .isZero();
        if (isDeafToHangUp(server.pid())) {
            // Started under nohup, as this test was then: it just goes on.
            return;
        }
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!server.errors().contains("the files of the certificate are as they were")) {
            assertThat(System.nanoTime()).isLessThan(until);
            Thread.onSpinWait();
        }
    }

    private static boolean isDeafToHangUp(long pid) throws IOException {
        Path status = Path.of("/proc", Long.toString(pid), "status");
        if (!Files.exists(status)) {
            return false;
        }
        try (Stream<String> lines = Files.lines(status)) {
            return lines.filter(line -> line.startsWith("SigIgn:"))
                    .anyMatch(line -> (Long.parseUnsignedLong(line.substring(7).trim(), 16) & 1) != 0);
        }
    }

    /** Gives the id under which the fault at the end can be found. */
    private String use(RawClient client, TestDeployment deployment) throws Exception {
        RawSession registered = client.startRegistration(NAME, UserId.random(client.random()), PASSWORD);
        registered.complete();
        note(registered);
        note(client.logIn(NAME, PASSWORD));
        RawHandshake wrong = client.startLogin(NAME, PASSWORD).withKe3(new byte[64]);
        noteBytes(wrong.sessionId().toByteArray());
        ServerFixture.assertRefused(() -> client.send(wrong), Status.Code.UNAUTHENTICATED);
        ServerFixture.assertRefused(
                () -> client.stub().openSession(OpenSessionRequest.getDefaultInstance()), Status.Code.INVALID_ARGUMENT);
        StartLoginRequest login = RawClient.loginRequest(NAME, Elements.ke1());
        try (Connection stranger = DriverManager.getConnection("jdbc:sqlite:" + deployment.database());
                Statement damage = stranger.createStatement()) {
            damage.execute("UPDATE erasure_keys SET key = zeroblob(32)");
        }
        StatusRuntimeException fault = catchThrowableOfType(
                StatusRuntimeException.class, () -> client.stub().startLogin(login));
        assertThat(fault.getStatus().getCode()).isEqualTo(Status.Code.INTERNAL);
        String requestId = fault.getTrailers().get(REQUEST_ID);
        assertThat(requestId).matches("[0-9a-f]{16}");
        for (int again = 0; again < MORE; again++) {
            ServerFixture.assertRefused(() -> client.stub().startLogin(login), Status.Code.INTERNAL);
        }
        return requestId;
    }

    /** Not the owner's id, which is said of a record that is damaged. */
    private void note(RawSession session) {
        noteBytes(session.id().toByteArray());
    }

    private void noteBytes(byte[] bytes) {
        sought.add(HexFormat.of().formatHex(bytes));
        sought.add(Base64.getEncoder().withoutPadding().encodeToString(bytes));
    }
}
