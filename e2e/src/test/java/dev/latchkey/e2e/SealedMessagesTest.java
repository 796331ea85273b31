package dev.latchkey.e2e;

import static dev.latchkey.e2e.ServerFixture.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.protocol.SessionId;
import dev.latchkey.protocol.UserId;
import dev.latchkey.protocol.wire.FailureCode;
import dev.latchkey.protocol.wire.ListSecrets;
import dev.latchkey.protocol.wire.Request;
import dev.latchkey.protocol.wire.Response;
import dev.latchkey.protocol.wire.RetrieveStorageKey;
import io.grpc.Status;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What somebody on the way, or a client gone wrong, can do with sealed messages: nothing. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class SealedMessagesTest {
    private static final String PASSWORD = "correct horse battery staple";
    private static final int LIMIT = 1000;
    private static final Request REQUEST = Request.newBuilder()
            .setRetrieveStorageKey(RetrieveStorageKey.getDefaultInstance())
            .build();

    private ServerFixture server;
    private RawClient client;
    private RawSession session;

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        server = ServerFixture.start(folder.resolve("server"));
        client = server.client();
        client.startRegistration("alice", UserId.random(client.random()), PASSWORD)
                .complete();
        client.startRegistration("bob", UserId.random(client.random()), PASSWORD)
                .complete();
    }

    @AfterAll
    void stop() {
        client.close();
        server.close();
    }

    @BeforeEach
    void logIn() throws Exception {
        session = client.logIn("alice", PASSWORD);
    }

    @Test
    void message_replayed_isRefusedAndTheSessionGoesOn() {
        byte[] sealed = session.seal(1, REQUEST);
        session.send(sealed);

        assertRefused(() -> session.send(sealed), Status.Code.UNAUTHENTICATED);
        assertAnswered(2);
    }

    @Test
    void number_usedAgainForAnotherMessage_isRefused() {
        session.send(session.seal(1, REQUEST));

        assertRefused(() -> session.send(session.seal(1, REQUEST)), Status.Code.UNAUTHENTICATED);
    }

    @Test
    void numbers_reordered_areAcceptedOnce() {
        assertAnswered(3);
        assertAnswered(1);
        assertAnswered(2);

        assertRefused(() -> session.send(session.seal(3, REQUEST)), Status.Code.UNAUTHENTICATED);
        assertRefused(() -> session.send(session.seal(1, REQUEST)), Status.Code.UNAUTHENTICATED);
    }

    @Test
    void number_olderThanTheWindow_isRefused() {
        assertAnswered(100);
        assertAnswered(37);

        assertRefused(() -> session.send(session.seal(36, REQUEST)), Status.Code.UNAUTHENTICATED);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, LIMIT + 1, Long.MAX_VALUE})
    void number_zeroOrBeyondTheLimit_isRefusedAndTheSessionGoesOn(long number) {
        assertRefused(() -> session.send(session.seal(number, REQUEST)), Status.Code.UNAUTHENTICATED);
        assertAnswered(LIMIT);
    }

    @Test
    void answer_reflected_isRefused() {
        byte[] answer = session.send(session.seal(1, REQUEST)).getSealed().toByteArray();

        assertRefused(() -> session.send(answer), Status.Code.UNAUTHENTICATED);
    }

    @Test
    void message_sentToAnotherSession_isRefusedByBoth() throws Exception {
        RawSession bobs = client.logIn("bob", PASSWORD);
        byte[] alices = session.seal(1, REQUEST);

        assertRefused(() -> session.sendTo(bobs.id(), alices), Status.Code.UNAUTHENTICATED);
        assertRefused(() -> session.sendTo(SessionId.random(client.random()), alices), Status.Code.UNAUTHENTICATED);
        assertThat(bobs.call(REQUEST).hasStorageKeyRetrieved()).isTrue();
        assertThat(session.open(session.send(alices), 1).hasStorageKeyRetrieved())
                .as("what did not open was not counted")
                .isTrue();
    }

    @Test
    void message_withAnyBitFlipped_isRefused() {
        byte[] sealed = session.seal(1, REQUEST);
        for (int i = 0; i < sealed.length; i++) {
            byte[] flipped = sealed.clone();
            flipped[i] ^= (byte) (1 << (i % 8));
            assertRefused(() -> session.send(flipped), Status.Code.UNAUTHENTICATED);
        }
        assertThat(session.open(session.send(sealed), 1).hasStorageKeyRetrieved())
                .isTrue();
    }

    @Test
    void message_cutOrLengthened_isRefused() {
        byte[] sealed = session.seal(1, REQUEST);
        assertRefused(() -> session.send(Arrays.copyOf(sealed, 39)), Status.Code.INVALID_ARGUMENT);
        assertRefused(() -> session.send(new byte[0]), Status.Code.INVALID_ARGUMENT);
        assertRefused(() -> session.send(Arrays.copyOf(sealed, sealed.length - 1)), Status.Code.UNAUTHENTICATED);
        assertRefused(() -> session.send(Arrays.copyOf(sealed, sealed.length + 1)), Status.Code.UNAUTHENTICATED);
        assertAnswered(1);
    }

    @Test
    void message_largerThanTheServerTakes_isRefused() {
        assertRefused(() -> session.send(new byte[(1 << 20) + 41]), Status.Code.INVALID_ARGUMENT);
        assertRefused(() -> session.send(new byte[2 << 20]), Status.Code.RESOURCE_EXHAUSTED);
        assertAnswered(1);
    }

    @Test
    void body_thatIsNoRequest_failsSealedAndSpendsItsNumber() {
        byte[][] bodies = {
            {},
            {(byte) 0xff, (byte) 0xff},
            Request.newBuilder()
                    .setListSecrets(ListSecrets.newBuilder().setLimit(501))
                    .build()
                    .toByteArray(),
            // field 31, which no version has given a meaning yet
            {(byte) 0xfa, 0x01, 0x00}
        };
        for (int i = 0; i < bodies.length; i++) {
            byte[] body = bodies[i];
            long number = i + 1L;
            Response response = session.open(session.send(session.seal(number, body)), number);
            assertThat(response.getFailure().getCode()).isEqualTo(FailureCode.FAILURE_CODE_MALFORMED);
            assertRefused(() -> session.send(session.seal(number, body)), Status.Code.UNAUTHENTICATED);
        }
    }

    @Test
    void completeRegistration_inARequestSession_isNotAllowed() {
        Response response = session.call(RawSession.completion(session.user().toByteArray(), new byte[93]));

        assertThat(response.getFailure().getCode()).isEqualTo(FailureCode.FAILURE_CODE_NOT_ALLOWED);
        assertAnswered(2);
    }

    @Test
    void requests_upToTheLimit_areAnsweredAndNoMore() {
        for (int number = 1; number <= LIMIT; number++) {
            assertAnswered(number);
        }

        assertRefused(() -> session.call(REQUEST), Status.Code.UNAUTHENTICATED);
        assertRefused(() -> session.send(session.seal(LIMIT + 1, REQUEST)), Status.Code.UNAUTHENTICATED);
    }

    private void assertAnswered(long number) {
        Response response = session.open(session.send(session.seal(number, REQUEST)), number);
        assertThat(response.hasStorageKeyRetrieved()).isTrue();
    }
}
