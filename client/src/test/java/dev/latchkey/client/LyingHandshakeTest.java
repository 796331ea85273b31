package dev.latchkey.client;

import static dev.latchkey.client.Loopback.name;
import static dev.latchkey.client.Loopback.password;
import static dev.latchkey.client.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import dev.latchkey.client.KeyClientException.Reason;
import dev.latchkey.client.testserver.Steps;
import dev.latchkey.opaque.ServerKeyPair;
import dev.latchkey.protocol.Password;
import dev.latchkey.protocol.UserId;
import dev.latchkey.protocol.wire.Failure;
import dev.latchkey.protocol.wire.FailureCode;
import dev.latchkey.protocol.wire.KsfParameters;
import dev.latchkey.protocol.wire.OpenSessionRequest;
import dev.latchkey.protocol.wire.Request;
import dev.latchkey.protocol.wire.Response;
import dev.latchkey.protocol.wire.SessionKind;
import dev.latchkey.protocol.wire.SessionOpened;
import dev.latchkey.protocol.wire.StartLoginResponse;
import io.grpc.Status;
import io.grpc.StatusException;
import java.security.SecureRandom;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A server that lies before the session is open: the client stops at the lie, and no account comes into being.
 *
 * <p>One account for all logins: making one takes two stretched passwords.
 */
@TestInstance(Lifecycle.PER_CLASS)
final class LyingHandshakeTest {

    /** Behind the evaluated element and the masking nonce of a KE2. */
    private static final int ENVELOPE_AT = 32 + 32;

    private final SecureRandom random = new SecureRandom();
    private final Password password = password("correct horse battery staple");
    private final Lies lies = new Lies();
    private final Loopback loopback = Loopback.with(lies);

    @BeforeAll
    void register() throws KeyClientException {
        beHonest();
        loopback.newClient().register(name("alice"), password);
    }

    @BeforeEach
    void beHonest() {
        loopback.service().forgetSessions();
        lies.ksf = UnaryOperator.identity();
        lies.started = UnaryOperator.identity();
        lies.keyPair = UnaryOperator.identity();
        lies.ke2 = UnaryOperator.identity();
        lies.opened = UnaryOperator.identity();
        lies.storageKey = UnaryOperator.identity();
        lies.answer = UnaryOperator.identity();
        lies.seq = 0;
        lies.ke1s = 0;
        lies.losesKe2 = false;
        lies.losesKe3 = false;
        lies.forgetsHandshakes = false;
        loopback.told().clear();
    }

    @AfterAll
    void close() {
        password.close();
        loopback.close();
    }

    /** Honest until a test replaces one of the steps. */
    private static final class Lies extends Steps {

        UnaryOperator<KsfParameters> ksf;
        UnaryOperator<StartLoginResponse> started;
        UnaryOperator<ServerKeyPair> keyPair;
        UnaryOperator<ByteString> ke2;
        UnaryOperator<SessionOpened> opened;
        UnaryOperator<ByteString> storageKey;
        UnaryOperator<Response> answer;
        long seq;
        int ke1s;
        boolean losesKe2;
        boolean losesKe3;
        boolean forgetsHandshakes;

        @Override
        protected void beforeLogin() throws StatusException {
            ke1s++;
            if (losesKe2) {
                throw Status.UNAVAILABLE.asException();
            }
        }

        @Override
        protected void beforeReading(OpenSessionRequest request) throws StatusException {
            if (losesKe3) {
                throw Status.UNAVAILABLE.asException();
            }
            if (forgetsHandshakes) {
                throw Status.UNAUTHENTICATED.asException();
            }
        }

        @Override
        protected KsfParameters ksf(KsfParameters honest) {
            return ksf.apply(honest);
        }

        @Override
        protected StartLoginResponse loginStarted(StartLoginResponse honest) {
            return started.apply(honest);
        }

        @Override
        protected ServerKeyPair keyPairOfLogin(ServerKeyPair honest) {
            return keyPair.apply(honest);
        }

        @Override
        protected ByteString ke2(ByteString ke1, ByteString honest) {
            return ke2.apply(honest);
        }

        @Override
        protected SessionOpened opened(SessionOpened honest) {
            return opened.apply(honest);
        }

        @Override
        protected ByteString storageKey(ByteString honest) {
            return storageKey.apply(honest);
        }

        @Override
        protected Response answer(Request request, Response honest) {
            return answer.apply(honest);
        }

        @Override
        protected long seqOfAnswer(long seqOfRequest) {
            return seqOfRequest + seq;
        }
    }

    private void registrationRefused() throws KeyClientException {
        KeyClient client = loopback.newClient();
        int before = loopback.service().accounts();

        assertRefused(Reason.INTEGRITY, () -> client.register(name("bob"), password));
        assertThat(loopback.service().accounts()).isEqualTo(before);
    }

    private KeyClientException loginRefused(Reason reason) throws KeyClientException {
        KeyClient client = loopback.newClient();
        return assertRefused(reason, () -> client.logIn(name("alice"), password));
    }

    private static KsfParameters ksf(int memoryKib, int iterations, int parallelism) {
        return KsfParameters.newBuilder()
                .setMemoryKib(memoryKib)
                .setIterations(iterations)
                .setParallelism(parallelism)
                .build();
    }

    private static ByteString flipped(ByteString bytes, int index) {
        byte[] changed = bytes.toByteArray();
        changed[index] ^= 1;
        return ByteString.copyFrom(changed);
    }

    @Nested
    final class About_the_stretching {

        @ParameterizedTest
        @CsvSource({
            "65535,   3, 4", // less memory than the floor
            "65536,   2, 4", // fewer passes than the floor
            "8,       1, 1", // next to nothing
            "65536,   3, 17", // more lanes than any client takes
            "1048577, 3, 4", // more memory than any client takes
            "65536,  33, 4", // more work than any client takes
            "100,     3, 200", // no Argon2id at all
        })
        void registration_stops_before_the_password_is_stretched(int memoryKib, int iterations, int parallelism)
                throws KeyClientException {
            lies.ksf = honest -> ksf(memoryKib, iterations, parallelism);
            KeyClient client = clientWithDefaultFloor();

            assertRefused(Reason.WEAK_SERVER_PARAMETERS, () -> client.register(name("bob"), password));
            assertThat(loopback.told()).containsExactly(Step.CONNECTING);
        }

        @ParameterizedTest
        @CsvSource({"0, 3, 4", "65536, 0, 4", "65536, 3, 0", "4194305, 3, 4", "65536, 4097, 4", "65536, 3, 256"})
        void registration_stops_at_what_the_wire_does_not_carry(int memoryKib, int iterations, int parallelism)
                throws KeyClientException {
            lies.ksf = honest -> ksf(memoryKib, iterations, parallelism);
            KeyClient client = clientWithDefaultFloor();

            assertRefused(Reason.INTEGRITY, () -> client.register(name("bob"), password));
            assertThat(loopback.told()).containsExactly(Step.CONNECTING);
        }

        private KeyClient clientWithDefaultFloor() throws KeyClientException {
            return loopback.newClient(
                    KeyClient.builder(loopback.address()).trust(Loopback.ca()).progress(loopback.told()::add));
        }

        @ParameterizedTest
        @CsvSource({
            "19455,   2, 1",
            "19456,   1, 1",
            "65536,   3, 17",
            "1048577, 2, 4",
            "65536,  33, 4",
            "2097152, 4096, 16",
        })
        void login_stops_before_the_password_is_stretched(int memoryKib, int iterations, int parallelism)
                throws KeyClientException {
            lies.ksf = honest -> ksf(memoryKib, iterations, parallelism);

            loginRefused(Reason.WEAK_SERVER_PARAMETERS);

            assertThat(loopback.told()).containsExactly(Step.CONNECTING);
        }

        /** Protobuf would add the second to the first, and give what was sent. */
        @Test
        void login_stops_at_parameters_that_are_there_twice() throws KeyClientException {
            lies.started = honest -> honest.toBuilder()
                    .setUnknownFields(UnknownFieldSet.newBuilder()
                            .addField(
                                    StartLoginResponse.KSF_FIELD_NUMBER,
                                    UnknownFieldSet.Field.newBuilder()
                                            .addLengthDelimited(ByteString.EMPTY)
                                            .build())
                            .build())
                    .build();

            loginRefused(Reason.INTEGRITY);

            assertThat(loopback.told()).containsExactly(Step.CONNECTING);
        }

        @Test
        void login_with_other_parameters_than_at_registration_does_not_open() throws KeyClientException {
            lies.ksf = honest -> ksf(19_457, 2, 1);

            loginRefused(Reason.WRONG_PASSWORD);
        }
    }

    @Nested
    final class About_its_key {

        private final ServerKeyPair other = ServerKeyPair.generate(random);

        @Test
        void registration_notices_another_key_in_its_login() throws KeyClientException {
            lies.keyPair = honest -> other;

            registrationRefused();
        }

        @Test
        void login_does_not_open_at_a_server_with_another_key() throws KeyClientException {
            lies.keyPair = honest -> other;

            loginRefused(Reason.WRONG_PASSWORD);
        }

        @Test
        void login_notices_a_server_that_can_not_prove_its_key() throws KeyClientException {
            lies.ke2 = honest -> flipped(honest, honest.size() - 1);

            assertThat(loginRefused(Reason.INTEGRITY)).hasMessageContaining("The password is right");
        }
    }

    @Nested
    final class In_ke2 {

        @Test
        void group_element_that_is_none_is_not_used() throws KeyClientException {
            lies.ke2 = honest -> ByteString.copyFrom(new byte[32]).concat(honest.substring(32));

            loginRefused(Reason.INTEGRITY);
        }

        @ParameterizedTest
        @ValueSource(ints = {0, 319, 321})
        void wrong_length_is_not_used(int length) throws KeyClientException {
            lies.ke2 = honest -> ByteString.copyFrom(new byte[length]);

            loginRefused(Reason.INTEGRITY);
        }

        @Test
        void changed_envelope_does_not_open() throws KeyClientException {
            lies.ke2 = honest -> flipped(honest, 100);

            loginRefused(Reason.WRONG_PASSWORD);
        }

        @Test
        void changed_envelope_in_a_registration_is_not_taken_for_a_wrong_password() throws KeyClientException {
            lies.ke2 = honest -> flipped(honest, 100);

            registrationRefused();
        }
    }

    @Nested
    final class In_SessionOpened {

        private ByteString another() {
            return ByteString.copyFrom(UserId.random(random).toByteArray());
        }

        @Test
        void another_user_id_stops_the_registration() throws KeyClientException {
            lies.opened = honest -> honest.toBuilder().setUserId(another()).build();

            registrationRefused();
        }

        @Test
        void another_user_id_stops_the_login() throws KeyClientException {
            lies.opened = honest -> honest.toBuilder().setUserId(another()).build();

            loginRefused(Reason.INTEGRITY);
        }

        @Test
        void another_number_stops_the_registration() throws KeyClientException {
            lies.seq = 1;

            registrationRefused();
        }

        static Stream<UnaryOperator<SessionOpened.Builder>> lies() {
            return Stream.of(
                    opened -> opened.setUserId(ByteString.copyFrom(new byte[16])),
                    opened -> opened.setUserId(ByteString.copyFrom(new byte[15])),
                    opened -> opened.setKind(SessionKind.SESSION_KIND_REGISTRATION),
                    opened -> opened.setKind(SessionKind.SESSION_KIND_ACCOUNT),
                    opened -> opened.setKindValue(77),
                    SessionOpened.Builder::clearLimits,
                    opened -> opened.setLimits(opened.getLimitsBuilder().setIdleMs(-1)),
                    opened -> opened.setLimits(opened.getLimitsBuilder().setLifetimeMs(0)),
                    opened -> opened.setLimits(opened.getLimitsBuilder().setMaxRequests(-1)),
                    opened -> opened.setLimits(opened.getLimitsBuilder().setMaxMessageBytes(-1)),
                    SessionOpened.Builder::clearAudit,
                    opened -> opened.setAudit(opened.getAudit().toBuilder().setN(-1)),
                    opened -> opened.setAudit(opened.getAudit().toBuilder().setHead(ByteString.EMPTY)),
                    opened -> opened.setLastLoginUnixMs(-1),
                    opened -> opened.setLastFailureUnixMs(-1),
                    opened -> opened.setFailuresSinceLastLogin(-1));
        }

        @ParameterizedTest
        @MethodSource("lies")
        void value_that_can_not_be_stops_the_login(UnaryOperator<SessionOpened.Builder> lie) throws KeyClientException {
            lies.opened = honest -> lie.apply(honest.toBuilder()).build();

            loginRefused(Reason.INTEGRITY);
        }
    }

    /** Every KE1 is a chance to try a password on the client, so the server must not get as many as it likes. */
    @Nested
    final class That_provokes_logins {

        @Test
        void by_never_answering_a_ke1_gets_three() throws KeyClientException {
            lies.losesKe2 = true;

            loginRefused(Reason.UNREACHABLE);
            assertThat(lies.ke1s).isEqualTo(3);
        }

        @Test
        void by_never_answering_a_ke3_gets_three() throws KeyClientException {
            lies.losesKe3 = true;

            loginRefused(Reason.UNREACHABLE);
            assertThat(lies.ke1s).isEqualTo(3);
        }

        @Test
        void by_losing_every_session_gets_three() throws KeyClientException {
            lies.forgetsHandshakes = true;

            loginRefused(Reason.SESSION_ENDED);
            assertThat(lies.ke1s).isEqualTo(3);
        }

        @Test
        void by_a_ke2_that_does_not_open_gets_no_other() throws KeyClientException {
            lies.ke2 = honest -> {
                byte[] ke2 = honest.toByteArray();
                ke2[ENVELOPE_AT] ^= 1;
                return ByteString.copyFrom(ke2);
            };
            lies.losesKe3 = true;

            assertThat(catchThrowable(() -> loopback.newClient().logIn(name("alice"), password)))
                    .isInstanceOf(KeyClientException.class);
            assertThat(lies.ke1s).isEqualTo(1);
        }

        @Test
        void by_guessing_a_password_has_one_guess() throws KeyClientException {
            lies.losesKe3 = true;

            try (Password guessed = password("hunter2 hunter2")) {
                assertRefused(Reason.WRONG_PASSWORD, () -> loopback.newClient().logIn(name("alice"), guessed));
            }
            assertThat(lies.ke1s).isEqualTo(1);
        }
    }

    @Nested
    final class About_the_storage_key {

        @ParameterizedTest
        @ValueSource(ints = {0, 1, 32, 33, 44, 45, 76, 77, 92})
        void changed_byte_is_noticed_at_the_login(int index) throws KeyClientException {
            lies.storageKey = honest -> flipped(honest, index);

            assertThat(loginRefused(Reason.INTEGRITY)).hasMessageContaining("storage key");
        }

        @ParameterizedTest
        @ValueSource(ints = {0, 92, 94})
        void wrong_length_is_noticed_at_the_login(int length) throws KeyClientException {
            lies.storageKey = honest -> ByteString.copyFrom(new byte[length]);

            loginRefused(Reason.INTEGRITY);
        }

        @Test
        void key_that_is_said_not_to_be_there_is_noticed_at_the_login() throws KeyClientException {
            lies.answer = honest -> Response.newBuilder()
                    .setFailure(Failure.newBuilder().setCode(FailureCode.FAILURE_CODE_NOT_FOUND))
                    .build();

            loginRefused(Reason.INTEGRITY);
        }

        @Test
        void login_that_stops_here_leaves_no_session_at_the_server() throws KeyClientException {
            lies.storageKey = honest -> flipped(honest, 92);

            loginRefused(Reason.INTEGRITY);

            assertThat(loopback.service().sessions()).isZero();
        }

        @Test
        void key_of_another_account_is_noticed_at_the_login() throws KeyClientException {
            KeyClient client = loopback.newClient();
            client.register(name("mallory"), password);
            ByteString[] taken = new ByteString[1];
            lies.storageKey = honest -> {
                taken[0] = honest;
                return honest;
            };
            client.logIn(name("mallory"), password).close();
            lies.storageKey = honest -> taken[0];

            loginRefused(Reason.INTEGRITY);
        }
    }
}
