package dev.latchkey.e2e;

import static dev.latchkey.e2e.ServerFixture.assertRefused;
import static dev.latchkey.e2e.ServerFixture.refusalOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchkey.opaque.OpaqueException;
import dev.latchkey.protocol.UserId;
import dev.latchkey.protocol.wire.CloseSession;
import dev.latchkey.protocol.wire.Refusal;
import dev.latchkey.protocol.wire.Request;
import dev.latchkey.protocol.wire.RetrieveStorageKey;
import dev.latchkey.protocol.wire.SealedCall;
import dev.latchkey.protocol.wire.SessionKind;
import dev.latchkey.protocol.wire.SessionOpened;
import dev.latchkey.protocol.wire.StartLoginRequest;
import dev.latchkey.protocol.wire.StartLoginResponse;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Logins, right and wrong, and what they cost. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class LoginTest {
    private static final String PASSWORD = "correct horse battery staple";
    private static final int BUDGET = 10;
    private static final Duration UNIT = Duration.ofHours(2);
    private static final Request STORAGE_KEY = Request.newBuilder()
            .setRetrieveStorageKey(RetrieveStorageKey.getDefaultInstance())
            .build();

    private ServerFixture server;
    private RawClient client;
    private int names;
    private String name;
    private byte[] encryptedStorageKey;

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        server = ServerFixture.start(folder.resolve("server"));
    }

    @AfterAll
    void stop() {
        server.close();
    }

    @BeforeEach
    void register() throws Exception {
        client = server.client();
        name = "owner-" + names++;
        RawSession session = client.startRegistration(name, UserId.random(client.random()), PASSWORD);
        encryptedStorageKey = session.sealedStorageKey();
        session.call(RawSession.completion(session.user().toByteArray(), encryptedStorageKey));
    }

    @AfterEach
    void disconnect() {
        client.close();
    }

    @Test
    void login_rightPassword_bringsTheStorageKeyBack() throws Exception {
        RawSession session = client.logIn(name, PASSWORD);

        assertThat(session.opened().getKind()).isEqualTo(SessionKind.SESSION_KIND_REQUEST);
        assertThat(session.opened().getAudit().getN()).isEqualTo(2);
        assertThat(session.call(STORAGE_KEY)
                        .getStorageKeyRetrieved()
                        .getEncryptedStorageKey()
                        .toByteArray())
                .isEqualTo(encryptedStorageKey);
    }

    @Test
    void login_wrongPassword_showsAtTheClientAlone() {
        assertThatThrownBy(() -> client.startLogin(name, "wrong")).isInstanceOf(OpaqueException.class);
    }

    @Test
    void login_unknownName_isAnsweredLikeAWrongPassword() {
        StartLoginResponse known = client.stub().startLogin(RawClient.loginRequest(name, Elements.ke1()));
        StartLoginResponse unknown = client.stub().startLogin(RawClient.loginRequest("nobody-" + name, Elements.ke1()));

        assertThat(unknown.getSerializedSize()).isEqualTo(known.getSerializedSize());
        assertThat(unknown.getKsf()).isEqualTo(known.getKsf());
        assertThatThrownBy(() -> client.startLogin("nobody-" + name, PASSWORD))
                .isInstanceOf(OpaqueException.class)
                .extracting(e -> ((OpaqueException) e).reason())
                .isEqualTo(reasonOfWrongPassword());
    }

    @Test
    void login_kindThatNoLoginOpens_isRefused() {
        for (SessionKind kind : List.of(SessionKind.SESSION_KIND_UNSPECIFIED, SessionKind.SESSION_KIND_REGISTRATION)) {
            StartLoginRequest request = RawClient.loginRequest(name, Elements.ke1()).toBuilder()
                    .setKind(kind)
                    .build();
            assertRefused(() -> client.stub().startLogin(request), Status.Code.INVALID_ARGUMENT);
        }
        assertThat(guessesLeft(name)).isEqualTo(BUDGET);
    }

    @Test
    void guesses_neverFinished_areCountedAndRefusedAtTheEnd() throws Exception {
        assertThat(guessesLeft(name)).isEqualTo(BUDGET);

        Refusal refusal = refusalOf(() -> client.logIn(name, PASSWORD));

        assertThat(refusal.getReason()).isEqualTo(Refusal.Reason.REASON_GUESS_BUDGET);
        assertThat(refusal.getRetryAfterMs()).isBetween(UNIT.minusMinutes(2).toMillis(), UNIT.toMillis());
    }

    @Test
    void guesses_forAnUnknownName_areCountedAlike() {
        assertThat(guessesLeft("nobody-" + name)).isEqualTo(BUDGET);
    }

    @Test
    void refusal_repeated_takesAndExtendsNothing() throws Exception {
        guessesLeft(name);
        long before = refusalOf(() -> client.logIn(name, PASSWORD)).getRetryAfterMs();
        for (int i = 0; i < 5; i++) {
            refusalOf(() -> client.logIn(name, PASSWORD));
        }

        assertThat(refusalOf(() -> client.logIn(name, PASSWORD)).getRetryAfterMs())
                .isLessThanOrEqualTo(before);
        server.advance(UNIT);
        assertThat(client.logIn(name, PASSWORD).opened().getAudit().getN()).isGreaterThan(1);
    }

    @Test
    void budget_restarted_isStillSpent() throws Exception {
        guessesLeft(name);
        server.restart();
        try (RawClient again = server.client()) {
            assertThat(refusalOf(() -> again.logIn(name, PASSWORD)).getReason())
                    .isEqualTo(Refusal.Reason.REASON_GUESS_BUDGET);
        }
    }

    @Test
    void login_finished_givesItsOwnUnitBackAndNoOther() throws Exception {
        for (int i = 0; i < 3 * BUDGET; i++) {
            client.logIn(name, PASSWORD);
        }
        client.stub().startLogin(RawClient.loginRequest(name, Elements.ke1()));
        client.logIn(name, PASSWORD);

        assertThat(guessesLeft(name)).isEqualTo(BUDGET - 1);
    }

    @Test
    void failures_ofBothKinds_joinTheLogAtTheNextGoodLogin() throws Exception {
        client.stub().startLogin(RawClient.loginRequest(name, Elements.ke1()));
        RawHandshake handshake = client.startLogin(name, PASSWORD);
        assertRefused(() -> client.send(handshake.withKe3(new byte[64])), Status.Code.UNAUTHENTICATED);
        server.advance(Duration.ofSeconds(61));

        SessionOpened first = client.logIn(name, PASSWORD).opened();
        SessionOpened second = client.logIn(name, PASSWORD).opened();

        assertThat(first.getFailuresSinceLastLogin()).isEqualTo(2);
        assertThat(first.getLastLoginUnixMs()).isZero();
        assertThat(first.getAudit().getN())
                .as("registered, two failures, opened")
                .isEqualTo(4);
        assertThat(second.getFailuresSinceLastLogin()).isZero();
        assertThat(second.getLastLoginUnixMs()).isPositive();
        assertThat(second.getLastFailureUnixMs())
                .isEqualTo(first.getLastFailureUnixMs())
                .isPositive();
    }

    @Test
    void attempt_stillUnderWay_isNoFailure() throws Exception {
        client.stub().startLogin(RawClient.loginRequest(name, Elements.ke1()));

        assertThat(client.logIn(name, PASSWORD).opened().getFailuresSinceLastLogin())
                .isZero();
    }

    @Test
    void handshakes_interleaved_openTheirOwnSessionsOnly() throws Exception {
        RawHandshake first = client.startLogin(name, PASSWORD);
        RawHandshake second = client.startLogin(name, PASSWORD);

        RawSession overtaking = client.open(second);
        RawSession overtaken = client.open(first);

        assertThat(overtaken.call(STORAGE_KEY).hasStorageKeyRetrieved()).isTrue();
        assertThat(overtaking.call(STORAGE_KEY).hasStorageKeyRetrieved()).isTrue();
    }

    @Test
    void ke3_ofAnotherHandshake_opensNothing() throws Exception {
        RawHandshake first = client.startLogin(name, PASSWORD);
        RawHandshake second = client.startLogin(name, PASSWORD);

        assertRefused(() -> client.send(first.withKe3(second.ke3())), Status.Code.UNAUTHENTICATED);
        assertRefused(() -> client.send(first), Status.Code.UNAUTHENTICATED);
        assertThat(client.open(second).call(STORAGE_KEY).hasStorageKeyRetrieved())
                .isTrue();
    }

    @Test
    void ke3_twiceOrTooLateOrToNobody_isAllTheSame() throws Exception {
        RawHandshake twice = client.startLogin(name, PASSWORD);
        client.open(twice);
        assertRefused(() -> client.send(twice), Status.Code.UNAUTHENTICATED);

        RawHandshake late = client.startLogin(name, PASSWORD);
        server.advance(Duration.ofSeconds(61));
        assertRefused(() -> client.send(late), Status.Code.UNAUTHENTICATED);
    }

    @Test
    void session_idleOrOld_isOver() throws Exception {
        RawSession idle = client.logIn(name, PASSWORD);
        server.advance(Duration.ofMinutes(5).plusSeconds(1));
        assertRefused(() -> idle.call(STORAGE_KEY), Status.Code.UNAUTHENTICATED);

        RawSession old = client.logIn(name, PASSWORD);
        for (int minutes = 0; minutes < 56; minutes += 4) {
            assertThat(old.call(STORAGE_KEY).hasStorageKeyRetrieved()).isTrue();
            server.advance(Duration.ofMinutes(4));
        }
        server.advance(Duration.ofMinutes(4).plusSeconds(1));
        assertRefused(() -> old.call(STORAGE_KEY), Status.Code.UNAUTHENTICATED);
    }

    @Test
    void session_closed_isOver() throws Exception {
        RawSession session = client.logIn(name, PASSWORD);

        assertThat(session.call(Request.newBuilder()
                                .setCloseSession(CloseSession.getDefaultInstance())
                                .build())
                        .hasSessionClosed())
                .isTrue();
        assertRefused(() -> session.call(STORAGE_KEY), Status.Code.UNAUTHENTICATED);
    }

    @Test
    void session_seventeenth_closesTheOneIdleLongest() throws Exception {
        List<RawSession> sessions = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            sessions.add(client.logIn(name, PASSWORD));
            server.advance(Duration.ofMillis(10));
        }
        sessions.get(0).call(STORAGE_KEY);
        server.advance(Duration.ofMillis(10));
        sessions.add(client.logIn(name, PASSWORD));

        assertRefused(() -> sessions.get(1).call(STORAGE_KEY), Status.Code.UNAUTHENTICATED);
        for (RawSession open : sessions) {
            if (open != sessions.get(1)) {
                assertThat(open.call(STORAGE_KEY).hasStorageKeyRetrieved()).isTrue();
            }
        }
    }

    @Test
    void session_ofAStrangerWithTheSameUserId_closesNoneOfTheOwners() throws Exception {
        RawSession owners = client.logIn(name, PASSWORD);
        for (int i = 0; i < 17; i++) {
            server.advance(Duration.ofMillis(10));
            client.startRegistration("stranger-" + name + "-" + i, owners.user(), "guess");
        }

        assertThat(owners.call(STORAGE_KEY).hasStorageKeyRetrieved()).isTrue();
    }

    @Test
    void session_afterARestart_isOver() throws Exception {
        RawSession session = client.logIn(name, PASSWORD);
        server.restart();
        try (RawClient again = server.client()) {
            assertThat(again.logIn(name, PASSWORD).call(STORAGE_KEY).hasStorageKeyRetrieved())
                    .isTrue();
            assertRefused(
                    () -> again.stub()
                            .call(SealedCall.newBuilder()
                                    .setSessionId(RawClient.bytes(session.id().toByteArray()))
                                    .setSealed(RawClient.bytes(session.seal(1, STORAGE_KEY)))
                                    .build()),
                    Status.Code.UNAUTHENTICATED);
        }
    }

    /** Spends what is left of a budget and counts it. */
    private int guessesLeft(String accountName) {
        int answered = 0;
        while (answered <= BUDGET) {
            try {
                client.stub().startLogin(RawClient.loginRequest(accountName, Elements.ke1()));
            } catch (StatusRuntimeException refused) {
                assertThat(refused.getStatus().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
                return answered;
            }
            answered++;
        }
        return answered;
    }

    private OpaqueException.Reason reasonOfWrongPassword() {
        try {
            client.startLogin(name, "wrong");
            throw new AssertionError("a wrong password opened a login");
        } catch (OpaqueException wrong) {
            return wrong.reason();
        }
    }
}
