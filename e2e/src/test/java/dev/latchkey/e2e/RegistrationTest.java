package dev.latchkey.e2e;

import static dev.latchkey.e2e.ServerFixture.assertRefused;
import static dev.latchkey.e2e.ServerFixture.statusOf;
import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.opaque.ClientRegistration;
import dev.latchkey.opaque.OpaqueClient;
import dev.latchkey.opaque.OpaqueException;
import dev.latchkey.opaque.SecretBytes;
import dev.latchkey.protocol.Direction;
import dev.latchkey.protocol.UserId;
import dev.latchkey.protocol.wire.CloseSession;
import dev.latchkey.protocol.wire.FailureCode;
import dev.latchkey.protocol.wire.Request;
import dev.latchkey.protocol.wire.Response;
import dev.latchkey.protocol.wire.SealedCall;
import dev.latchkey.protocol.wire.SessionKind;
import dev.latchkey.protocol.wire.StartRegistrationRequest;
import dev.latchkey.protocol.wire.StartRegistrationResponse;
import dev.latchkey.protocol.wire.SubmitRecordRequest;
import io.grpc.Status;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A registration, step by step, kept and broken. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class RegistrationTest {
    private static final String PASSWORD = "correct horse battery staple";

    private ServerFixture server;
    private RawClient client;
    private int names;
    private String name;
    private UserId user;

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        server = ServerFixture.start(folder.resolve("server"));
    }

    @AfterAll
    void stop() {
        server.close();
    }

    @BeforeEach
    void connect() throws Exception {
        client = server.client();
        name = "owner-" + names++;
        user = UserId.random(client.random());
    }

    @AfterEach
    void disconnect() {
        client.close();
    }

    @Test
    void registration_kept_opensTheAccount() throws Exception {
        RawSession session = client.startRegistration(name, user, PASSWORD);

        assertThat(session.opened().getKind()).isEqualTo(SessionKind.SESSION_KIND_REGISTRATION);
        assertThat(session.user()).isEqualTo(user);
        assertThat(session.complete().getRegistrationCompleted().getAudit().getN())
                .isEqualTo(1);
        assertThat(client.logIn(name, PASSWORD).user()).isEqualTo(user);
    }

    @Test
    void name_taken_isSaidOnlyAtTheEndAndSealed() throws Exception {
        client.startRegistration(name, user, PASSWORD).complete();

        Response second = client.startRegistration(name, UserId.random(client.random()), "another password")
                .complete();

        assertThat(second.getFailure().getCode()).isEqualTo(FailureCode.FAILURE_CODE_NAME_TAKEN);
        assertThat(client.logIn(name, PASSWORD).user()).isEqualTo(user);
    }

    @Test
    void name_racedFor_isGivenOnce() throws Exception {
        int racers = 4;
        ExecutorService threads = Executors.newFixedThreadPool(racers);
        try {
            List<RawSession> sessions =
                    Stream.generate(this::startedSession).limit(racers).toList();
            List<Future<Response>> answers = threads.invokeAll(
                    sessions.stream().map(s -> (Callable<Response>) s::complete).toList(), 30, TimeUnit.SECONDS);
            int completed = 0;
            for (Future<Response> answer : answers) {
                Response response = answer.get();
                if (response.hasRegistrationCompleted()) {
                    completed++;
                } else {
                    assertThat(response.getFailure().getCode()).isEqualTo(FailureCode.FAILURE_CODE_NAME_TAKEN);
                }
            }
            assertThat(completed).isEqualTo(1);
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void userId_taken_isRefused() throws Exception {
        client.startRegistration(name, user, PASSWORD).complete();

        Response second = client.startRegistration(name + "-b", user, PASSWORD).complete();

        assertThat(second.getFailure().getCode()).isEqualTo(FailureCode.FAILURE_CODE_USER_ID_TAKEN);
        assertNotRegistered(name + "-b");
    }

    @Test
    void userId_notTheSessions_destroysTheRegistration() throws Exception {
        RawSession session = client.startRegistration(name, user, PASSWORD);
        byte[] other = UserId.random(client.random()).toByteArray();

        Response response = session.call(RawSession.completion(other, session.sealedStorageKey()));

        assertThat(response.getFailure().getCode()).isEqualTo(FailureCode.FAILURE_CODE_WRONG_USER);
        assertRefused(session::complete, Status.Code.UNAUTHENTICATED);
        assertNotRegistered(name);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 92, 94, 1024})
    void encryptedStorageKey_ofAnotherLength_destroysTheRegistration(int length) throws Exception {
        RawSession session = client.startRegistration(name, user, PASSWORD);
        byte[] wrong = Arrays.copyOf(session.sealedStorageKey(), length);

        assertMalformedAndGone(session, wrong);
    }

    @Test
    void encryptedStorageKey_ofAnotherVersion_destroysTheRegistration() throws Exception {
        RawSession session = client.startRegistration(name, user, PASSWORD);
        byte[] wrong = session.sealedStorageKey();
        wrong[0] = 2;

        assertMalformedAndGone(session, wrong);
    }

    @Test
    void session_usedForSomethingElse_isOver() throws Exception {
        RawSession session = client.startRegistration(name, user, PASSWORD);

        Response response = session.call(Request.newBuilder()
                .setCloseSession(CloseSession.getDefaultInstance())
                .build());

        assertThat(response.getFailure().getCode()).isEqualTo(FailureCode.FAILURE_CODE_NOT_ALLOWED);
        assertRefused(session::complete, Status.Code.UNAUTHENTICATED);
        assertNotRegistered(name);
    }

    @Test
    void session_secondRequest_isRefused() throws Exception {
        RawSession session = client.startRegistration(name, user, PASSWORD);
        session.complete();

        assertRefused(session::complete, Status.Code.UNAUTHENTICATED);
        assertRefused(
                () -> session.call(Request.newBuilder()
                        .setCloseSession(CloseSession.getDefaultInstance())
                        .build()),
                Status.Code.UNAUTHENTICATED);
    }

    @Test
    void request_beforeKe3_isRefused() throws Exception {
        RawHandshake handshake = client.submitRecord(name, user, PASSWORD);
        byte[] sealed = handshake
                .keys()
                .seal(
                        Direction.CLIENT_TO_SERVER,
                        handshake.sessionId(),
                        1,
                        RawSession.completion(user.toByteArray(), new byte[93]).toByteArray(),
                        client.random());

        assertRefused(
                () -> client.stub()
                        .call(SealedCall.newBuilder()
                                .setSessionId(
                                        RawClient.bytes(handshake.sessionId().toByteArray()))
                                .setSealed(RawClient.bytes(sealed))
                                .build()),
                Status.Code.UNAUTHENTICATED);
        assertThat(client.open(handshake).complete().hasRegistrationCompleted()).isTrue();
    }

    @Test
    void ke3_sentTwice_isRefusedTheSecondTime() throws Exception {
        RawHandshake handshake = client.submitRecord(name, user, PASSWORD);
        RawSession session = client.open(handshake);

        assertRefused(() -> client.send(handshake), Status.Code.UNAUTHENTICATED);
        assertThat(session.complete().hasRegistrationCompleted()).isTrue();
    }

    @Test
    void ke3_forged_destroysTheHandshake() throws Exception {
        RawHandshake handshake = client.submitRecord(name, user, PASSWORD);
        byte[] forged = handshake.ke3();
        forged[63] ^= 1;

        assertRefused(() -> client.send(handshake.withKe3(forged)), Status.Code.UNAUTHENTICATED);
        assertRefused(() -> client.send(handshake), Status.Code.UNAUTHENTICATED);
    }

    @Test
    void registration_leftHalfWay_blocksNothing() throws Exception {
        client.submitRecord(name, UserId.random(client.random()), "somebody who never came back");
        client.startRegistration(name, UserId.random(client.random()), "nor did this one");

        Response response = client.startRegistration(name, user, PASSWORD).complete();

        assertThat(response.hasRegistrationCompleted()).isTrue();
    }

    @Test
    void registration_tooSlow_isOver() throws Exception {
        RawHandshake handshake = client.submitRecord(name, user, PASSWORD);
        server.advance(Duration.ofSeconds(61));
        assertRefused(() -> client.send(handshake), Status.Code.UNAUTHENTICATED);

        RawSession session = client.startRegistration(name, user, PASSWORD);
        server.advance(Duration.ofMinutes(2).plusSeconds(1));
        assertRefused(session::complete, Status.Code.UNAUTHENTICATED);
        assertNotRegistered(name);
    }

    @Test
    void registration_slowAtEveryStep_isOverAfterTwoMinutesAllTheSame() throws Exception {
        RawHandshake handshake = client.submitRecord(name, user, PASSWORD);
        server.advance(Duration.ofSeconds(30));
        RawSession session = client.open(handshake);
        server.advance(Duration.ofSeconds(91));

        assertRefused(session::complete, Status.Code.UNAUTHENTICATED);
        assertNotRegistered(name);
    }

    @Test
    void registrationId_usedTwice_isRefused() throws Exception {
        StartRegistrationResponse started = client.stub().startRegistration(startRequest(name, user.toByteArray()));
        SubmitRecordRequest submit = SubmitRecordRequest.newBuilder()
                .setRegistrationId(started.getRegistrationId())
                .setRegistrationRecord(RawClient.bytes(Elements.record()))
                .setKe1(RawClient.bytes(Elements.ke1()))
                .build();
        client.stub().submitRecord(submit);

        assertRefused(() -> client.stub().submitRecord(submit), Status.Code.UNAUTHENTICATED);
    }

    static Stream<String> badNames() {
        return Stream.of(
                "",
                "Upper",
                "two words",
                " lead",
                "tab\tbed",
                "zero\u0000byte",
                "right\u202eleft",
                "zwj\u200dname",
                "e\u0301decomposed",
                "new\uD83E\uDEE8emoji-of-unicode-15",
                "x".repeat(255));
    }

    @ParameterizedTest
    @MethodSource("badNames")
    void name_notInTheFormItMustHave_isRefusedAndNotRepaired(String bad) {
        assertRefused(
                () -> client.stub().startRegistration(startRequest(bad, user.toByteArray())),
                Status.Code.INVALID_ARGUMENT);
        assertRefused(
                () -> client.stub().startLogin(RawClient.loginRequest(bad, Elements.ke1())),
                Status.Code.INVALID_ARGUMENT);
    }

    static Stream<byte[]> badUserIds() {
        byte[] version1 = Elements.userId();
        version1[6] = (byte) ((version1[6] & 0x0f) | 0x10);
        byte[] version7 = Elements.userId();
        version7[6] = (byte) ((version7[6] & 0x0f) | 0x70);
        byte[] variant = Elements.userId();
        variant[8] = (byte) (variant[8] & 0x3f);
        return Stream.of(version1, version7, variant, new byte[16], new byte[15], new byte[17], new byte[0]);
    }

    @ParameterizedTest
    @MethodSource("badUserIds")
    void userId_notVersion4_isRefused(byte[] bad) {
        assertRefused(() -> client.stub().startRegistration(startRequest(name, bad)), Status.Code.INVALID_ARGUMENT);
    }

    static Stream<byte[]> badElements() {
        return Elements.bad();
    }

    @ParameterizedTest
    @MethodSource("badElements")
    void element_notOneOfTheGroup_isRefusedInEveryField(byte[] bad) {
        StartRegistrationResponse started = client.stub().startRegistration(startRequest(name, user.toByteArray()));

        assertThat(statusOf(() -> client.stub()
                        .startRegistration(startRequest(name, user.toByteArray()).toBuilder()
                                .setRegistrationRequest(RawClient.bytes(bad))
                                .build())))
                .as("registration_request")
                .isEqualTo(Status.Code.INVALID_ARGUMENT);
        SubmitRecordRequest honest = SubmitRecordRequest.newBuilder()
                .setRegistrationId(started.getRegistrationId())
                .setRegistrationRecord(RawClient.bytes(Elements.record()))
                .setKe1(RawClient.bytes(Elements.ke1()))
                .build();
        assertThat(statusOf(() -> client.stub()
                        .submitRecord(honest.toBuilder()
                                .setRegistrationRecord(RawClient.bytes(Elements.with(Elements.record(), 0, bad)))
                                .build())))
                .as("client_public_key")
                .isEqualTo(Status.Code.INVALID_ARGUMENT);
        for (int offset : new int[] {0, 64}) {
            byte[] ke1 = Elements.with(Elements.ke1(), offset, bad);
            assertThat(statusOf(() -> client.stub()
                            .submitRecord(honest.toBuilder()
                                    .setKe1(RawClient.bytes(ke1))
                                    .build())))
                    .as("KE1 of a registration at " + offset)
                    .isEqualTo(Status.Code.INVALID_ARGUMENT);
            assertThat(statusOf(() -> client.stub().startLogin(RawClient.loginRequest(name, ke1))))
                    .as("KE1 of a login at " + offset)
                    .isEqualTo(Status.Code.INVALID_ARGUMENT);
        }
        assertThat(client.stub().submitRecord(honest).getKe2().size())
                .as("malformed messages consumed nothing")
                .isEqualTo(320);
    }

    private void assertMalformedAndGone(RawSession session, byte[] encryptedStorageKey) {
        Response response = session.call(RawSession.completion(user.toByteArray(), encryptedStorageKey));

        assertThat(response.getFailure().getCode()).isEqualTo(FailureCode.FAILURE_CODE_MALFORMED);
        assertRefused(session::complete, Status.Code.UNAUTHENTICATED);
        assertNotRegistered(name);
    }

    /** Whoever registers the name now gets it. */
    private void assertNotRegistered(String free) {
        try {
            assertThat(client.startRegistration(free, UserId.random(client.random()), PASSWORD)
                            .complete()
                            .hasRegistrationCompleted())
                    .isTrue();
        } catch (OpaqueException broken) {
            throw new AssertionError(broken);
        }
    }

    private RawSession startedSession() {
        try {
            return client.startRegistration(name, UserId.random(client.random()), PASSWORD);
        } catch (OpaqueException broken) {
            throw new AssertionError(broken);
        }
    }

    private StartRegistrationRequest startRequest(String accountName, byte[] userId) {
        try (SecretBytes password = SecretBytes.takeOwnership(RawClient.utf8(PASSWORD));
                ClientRegistration registration = new OpaqueClient(client.random()).startRegistration(password)) {
            return StartRegistrationRequest.newBuilder()
                    .setAccountName(accountName)
                    .setUserId(RawClient.bytes(userId))
                    .setRegistrationRequest(
                            RawClient.bytes(registration.request().toByteArray()))
                    .build();
        }
    }
}
