package dev.latchkey.client;

import static dev.latchkey.client.Loopback.label;
import static dev.latchkey.client.Loopback.name;
import static dev.latchkey.client.Loopback.password;
import static dev.latchkey.client.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.latchkey.client.KeyClientException.Reason;
import dev.latchkey.client.testserver.Steps;
import dev.latchkey.opaque.KsfParameters;
import dev.latchkey.opaque.ServerKeyPair;
import dev.latchkey.protocol.Password;
import dev.latchkey.protocol.SecretType;
import dev.latchkey.protocol.wire.Failure;
import dev.latchkey.protocol.wire.FailureCode;
import dev.latchkey.protocol.wire.Request;
import dev.latchkey.protocol.wire.Request.OperationCase;
import dev.latchkey.protocol.wire.Response;
import io.grpc.Status;
import io.grpc.StatusException;
import java.security.SecureRandom;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The change of a password and the end of an account, also when answers are lost or lies. */
final class AccountChangesTest {

    private final Bent steps = new Bent();
    private final Loopback loopback = Loopback.with(steps);
    private final Password current = password("correct horse battery staple");
    private final Password next = password("a different mule and its charger");
    private KeyClient client;

    /** Loses a request or its answer, or bends the server's part of a change. */
    private static final class Bent extends Steps {

        OperationCase lostRequest;
        OperationCase lostAnswer;
        UnaryOperator<Response> answer = UnaryOperator.identity();
        ServerKeyPair ofRegistration;

        @Override
        protected ServerKeyPair keyPairOfRegistration(ServerKeyPair honest) {
            return ofRegistration != null ? ofRegistration : honest;
        }

        @Override
        protected void beforeCarryingOut(Request request) throws StatusException {
            if (request.getOperationCase() == lostRequest) {
                throw Status.UNAVAILABLE.asException();
            }
        }

        @Override
        protected Response answer(Request request, Response honest) throws StatusException {
            if (request.getOperationCase() == lostAnswer) {
                throw Status.UNAVAILABLE.asException();
            }
            return answer.apply(honest);
        }
    }

    @BeforeEach
    void register() throws KeyClientException {
        client = loopback.newClient();
        client.register(name("alice"), current);
        try (KeySession session = client.logIn(name("alice"), current)) {
            session.generate(label("kept"), SecretType.OPAQUE_BYTES, 5);
        }
        loopback.told().clear();
    }

    @AfterEach
    void close() {
        current.close();
        next.close();
        loopback.close();
    }

    private void works(Password password) throws KeyClientException {
        try (KeySession session = loopback.newClient().logIn(name("alice"), password)) {
            session.retrieve(label("kept"), RetrievalIntent.LOCAL_USE).close();
        }
    }

    private void worksNoMore(Password password) {
        assertRefused(Reason.WRONG_PASSWORD, () -> loopback.newClient().logIn(name("alice"), password));
    }

    private KeyClientException changeRefused(Reason reason) {
        return assertRefused(reason, () -> client.changePassword(name("alice"), current, next));
    }

    @Nested
    final class A_change_of_password {

        @Test
        void opens_the_same_secrets_under_the_new_one_alone() throws KeyClientException {
            PasswordChange change = client.changePassword(name("alice"), current, next);

            assertThat(change.head().n())
                    .isEqualTo(loopback.service().account(name("alice")).log().n());
            assertThat(loopback.told())
                    .contains(Step.CHANGING_PASSWORD)
                    .doesNotContain(Step.CONFIRMING_PASSWORD_CHANGE);
            works(next);
            worksNoMore(current);
        }

        @Test
        void ends_the_other_sessions() throws KeyClientException {
            try (KeySession session = client.logIn(name("alice"), current)) {
                client.changePassword(name("alice"), current, next);

                assertRefused(Reason.SESSION_ENDED, session::listAll);
            }
        }

        @Test
        void can_be_made_again_and_undone() throws KeyClientException {
            client.changePassword(name("alice"), current, next);
            client.changePassword(name("alice"), next, current);

            works(current);
            worksNoMore(next);
        }

        @Test
        void encrypts_the_storage_key_under_fresh_pad_and_nonce() throws KeyClientException {
            ByteString before = loopback.service().account(name("alice")).encryptedStorageKey();
            client.changePassword(name("alice"), current, current);
            ByteString after = loopback.service().account(name("alice")).encryptedStorageKey();

            assertThat(after.substring(1, 33)).isNotEqualTo(before.substring(1, 33));
            assertThat(after.substring(33, 45)).isNotEqualTo(before.substring(33, 45));
            works(current);
        }

        @Test
        void with_a_wrong_password_changes_nothing() throws KeyClientException {
            assertRefused(Reason.WRONG_PASSWORD, () -> client.changePassword(name("alice"), next, next));

            works(current);
        }

        @Test
        void with_a_lost_answer_finds_that_the_new_one_works() throws KeyClientException {
            steps.lostAnswer = OperationCase.COMPLETE_PASSWORD_CHANGE;

            PasswordChange change = client.changePassword(name("alice"), current, next);

            assertThat(loopback.told()).contains(Step.CONFIRMING_PASSWORD_CHANGE);
            assertThat(change.head().n())
                    .isEqualTo(loopback.service().account(name("alice")).log().n());
            works(next);
        }

        @Test
        void with_a_lost_request_finds_that_the_one_before_works() throws KeyClientException {
            steps.lostRequest = OperationCase.COMPLETE_PASSWORD_CHANGE;

            assertThat(changeRefused(Reason.UNREACHABLE)).hasMessageContaining("the current one works");

            steps.lostRequest = null;
            works(current);
            worksNoMore(next);
        }

        @ParameterizedTest
        @EnumSource(
                value = OperationCase.class,
                names = {"START_PASSWORD_CHANGE", "SUBMIT_NEW_RECORD"})
        void broken_off_before_its_end_says_that_the_one_before_works(OperationCase lost) throws KeyClientException {
            steps.lostAnswer = lost;

            assertThat(changeRefused(Reason.UNREACHABLE)).hasMessageContaining("the current one works");

            steps.lostAnswer = null;
            works(current);
        }

        @Test
        void that_was_not_proven_says_that_the_one_before_works() throws KeyClientException {
            steps.answer = honest -> honest.hasPasswordChanged()
                    ? Response.newBuilder()
                            .setFailure(Failure.newBuilder().setCode(FailureCode.FAILURE_CODE_NOT_PROVEN))
                            .build()
                    : honest;

            assertThat(changeRefused(Reason.INTEGRITY)).hasMessageContaining("The old password stays");
        }

        @Test
        void for_another_key_of_the_server_is_refused_before_a_record_is_sent() throws KeyClientException {
            steps.ofRegistration = ServerKeyPair.generate(new SecureRandom());

            assertThat(changeRefused(Reason.INTEGRITY)).hasMessageContaining("the current one works");

            works(current);
        }

        @Test
        void with_less_stretching_than_at_registration_is_refused() throws KeyClientException {
            KeyClient strict = loopback.newClient(loopback.builder().ksfFloor(new KsfParameters(65_536, 3, 4)));

            KeyClientException failure = assertRefused(
                    Reason.WEAK_SERVER_PARAMETERS, () -> strict.changePassword(name("alice"), current, next));

            assertThat(failure).hasMessageContaining("the current one works");
            works(current);
        }
    }

    @Nested
    final class A_deletion {

        @Test
        void leaves_no_account_and_frees_the_name() throws KeyClientException {
            client.deleteAccount(name("alice"), current);

            assertThat(loopback.service().accounts()).isZero();
            assertThat(loopback.told()).contains(Step.DELETING_ACCOUNT);
            worksNoMore(current);
            client.register(name("alice"), next);
        }

        @Test
        void with_a_wrong_password_deletes_nothing() throws KeyClientException {
            assertRefused(Reason.WRONG_PASSWORD, () -> client.deleteAccount(name("alice"), next));

            works(current);
        }

        @Test
        void with_a_lost_answer_finds_that_it_was_done() throws KeyClientException {
            steps.lostAnswer = OperationCase.DELETE_ACCOUNT;

            client.deleteAccount(name("alice"), current);

            assertThat(loopback.service().accounts()).isZero();
        }

        @Test
        void with_a_lost_request_finds_that_it_was_not_done() throws KeyClientException {
            steps.lostRequest = OperationCase.DELETE_ACCOUNT;

            assertThat(assertRefused(Reason.UNREACHABLE, () -> client.deleteAccount(name("alice"), current)))
                    .hasMessageContaining("still there");
            works(current);
        }
    }
}
