package dev.latchkey.client;

import static dev.latchkey.client.Loopback.label;
import static dev.latchkey.client.Loopback.name;
import static dev.latchkey.client.Loopback.password;
import static dev.latchkey.client.Refusals.assertRefused;
import static dev.latchkey.client.Refusals.refusal;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.latchkey.client.KeyClientException.Reason;
import dev.latchkey.client.testserver.Snapshot;
import dev.latchkey.client.testserver.Steps;
import dev.latchkey.opaque.SecretBytes;
import dev.latchkey.protocol.KeyId;
import dev.latchkey.protocol.Password;
import dev.latchkey.protocol.SecretType;
import dev.latchkey.protocol.wire.Refusal;
import dev.latchkey.protocol.wire.Request;
import dev.latchkey.protocol.wire.Request.OperationCase;
import dev.latchkey.protocol.wire.Response;
import dev.latchkey.protocol.wire.SessionClosed;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a client does when the server or the way to it fails. */
final class OutageTest {

    private static final Status OUTAGE = Status.UNAVAILABLE;

    private final Password password = password("correct horse battery staple");
    private final Failing steps = new Failing();
    private final Loopback loopback = Loopback.with(steps);

    @AfterEach
    void close() {
        password.close();
        loopback.close();
    }

    /** Fails the next calls of one operation, before or after it was carried out. */
    private static final class Failing extends Steps {

        final List<Request> seen = new ArrayList<>();
        final AtomicInteger logins = new AtomicInteger();
        OperationCase operation = OperationCase.OPERATION_NOT_SET;
        Status status = OUTAGE;
        int before;
        int after;
        StatusException atLogin;
        Runnable onRequest = () -> {};
        Runnable onAnswer = () -> {};
        Response replacement;

        @Override
        protected void beforeLogin() throws StatusException {
            logins.incrementAndGet();
            if (atLogin != null) {
                throw atLogin;
            }
        }

        @Override
        protected void beforeCarryingOut(Request request) throws StatusException {
            if (request.getOperationCase() == operation) {
                seen.add(request);
                onRequest.run();
                if (before-- > 0) {
                    throw status.asException();
                }
            }
        }

        @Override
        protected Response answer(Request request, Response honest) throws StatusException {
            if (request.getOperationCase() == operation) {
                onAnswer.run();
                if (after-- > 0) {
                    throw status.asException();
                }
                return replacement == null ? honest : replacement;
            }
            return honest;
        }
    }

    @Nested
    final class In_an_open_session {

        private KeySession session;
        private final SecretBytes secret = SecretBytes.allocate(32);

        @BeforeEach
        void open() throws KeyClientException {
            KeyClient client = loopback.newClient();
            client.register(name("alice"), password);
            session = client.logIn(name("alice"), password);
        }

        @AfterEach
        void closeSession() {
            secret.close();
            session.close();
        }

        private KeyId store() throws KeyClientException {
            return session.store(label("code"), secret, SecretType.OPAQUE_BYTES);
        }

        @Test
        void store_is_sent_again_until_the_server_is_back() throws KeyClientException {
            steps.operation = OperationCase.STORE_SECRETS;
            steps.before = 2;

            store();

            assertThat(steps.seen).hasSize(3);
            assertThat(loopback.pauses()).hasSize(2);
            assertThat(session.list(0, 10).secrets()).hasSize(1);
        }

        @Test
        void store_whose_answer_was_lost_is_sent_again_with_the_same_bytes() throws KeyClientException {
            steps.operation = OperationCase.STORE_SECRETS;
            steps.after = 2;

            KeyId keyId = store();

            assertThat(steps.seen).hasSize(3).containsOnly(steps.seen.get(0));
            assertThat(session.list(0, 10).secrets())
                    .extracting(SecretSummary::keyId)
                    .containsExactly(keyId);
        }

        @Test
        void request_is_sent_six_times_and_no_more() {
            steps.operation = OperationCase.LIST_SECRETS;
            steps.before = 100;

            assertRefused(Reason.UNREACHABLE, () -> session.list(0, 10));
            assertThat(steps.seen).hasSize(6);
            assertThat(loopback.pauses()).hasSize(5);
            assertThat(loopback.pauses().get(0)).isBetween(Duration.ofMillis(100), Duration.ofMillis(200));
            assertThat(loopback.pauses().get(1)).isBetween(Duration.ofMillis(200), Duration.ofMillis(400));
        }

        @Test
        void session_goes_on_after_an_outage() throws KeyClientException {
            steps.operation = OperationCase.LIST_SECRETS;
            steps.before = 6;
            assertRefused(Reason.UNREACHABLE, () -> session.list(0, 10));

            assertThat(session.list(0, 10).secrets()).isEmpty();
        }

        @ParameterizedTest
        @EnumSource(
                value = Status.Code.class,
                names = {"INTERNAL", "DEADLINE_EXCEEDED", "CANCELLED", "ABORTED", "UNAUTHENTICATED"})
        void request_is_not_sent_again_after_another_failure(Status.Code code) {
            steps.operation = OperationCase.LIST_SECRETS;
            steps.status = code.toStatus();
            steps.before = 1;

            assertThat(catchThrowable(() -> session.list(0, 10))).isInstanceOf(KeyClientException.class);
            assertThat(steps.seen).hasSize(1);
            assertThat(loopback.pauses()).isEmpty();
        }

        @Test
        void request_waits_for_a_server_that_starts_again() throws KeyClientException {
            session.close();
            KeyClient patient = loopback.newClient(loopback.builder().pause(duration -> loopback.startAgain()));
            try (KeySession waiting = patient.logIn(name("alice"), password)) {
                loopback.stop();

                assertThat(waiting.list(0, 10).secrets()).isEmpty();
            }
        }

        @Test
        void request_under_way_ends_with_the_session() {
            steps.onAnswer = session::close;
            steps.operation = OperationCase.LIST_SECRETS;

            assertRefused(Reason.SESSION_ENDED, () -> session.list(0, 10));
        }

        @Test
        void interrupted_pause_ends_the_request_and_leaves_the_thread_interrupted() throws KeyClientException {
            session.close();
            KeyClient client = loopback.newClient(loopback.builder().pause(duration -> {
                throw new InterruptedException();
            }));
            try (KeySession interrupted = client.logIn(name("alice"), password)) {
                steps.operation = OperationCase.LIST_SECRETS;
                steps.before = 1;

                assertRefused(Reason.UNREACHABLE, () -> interrupted.list(0, 10));
                assertThat(Thread.interrupted()).isTrue();
            }
        }
    }

    @Nested
    final class At_a_login {

        @BeforeEach
        void register() throws KeyClientException {
            loopback.newClient().register(name("alice"), password);
        }

        @Test
        void login_is_begun_three_times_and_no_more_for_each_counts_as_a_guess() throws KeyClientException {
            KeyClient client = loopback.newClient();
            steps.atLogin = OUTAGE.asException();

            assertRefused(Reason.UNREACHABLE, () -> client.logIn(name("alice"), password));
            assertThat(steps.logins).hasValue(Restarts.TIMES);
            assertThat(loopback.pauses()).hasSize(2);
            assertThat(loopback.pauses().get(0)).isBetween(Duration.ofMillis(100), Duration.ofMillis(200));
            assertThat(loopback.pauses().get(1)).isBetween(Duration.ofMillis(1600), Duration.ofMillis(3200));
        }

        @Test
        void password_is_not_stretched_for_a_ke2_that_did_not_come() throws KeyClientException {
            KeyClient client = loopback.newClient();
            loopback.told().clear();
            steps.atLogin = OUTAGE.asException();

            assertRefused(Reason.UNREACHABLE, () -> client.logIn(name("alice"), password));
            assertThat(loopback.told()).containsOnly(Step.CONNECTING);
        }

        @ParameterizedTest
        @EnumSource(
                value = Status.Code.class,
                names = {"INTERNAL", "DEADLINE_EXCEEDED", "UNAUTHENTICATED", "PERMISSION_DENIED", "CANCELLED"})
        void login_is_not_begun_anew_after_another_failure(Status.Code code) throws KeyClientException {
            KeyClient client = loopback.newClient();
            steps.atLogin = code.toStatus().asException();

            assertThat(catchThrowable(() -> client.logIn(name("alice"), password)))
                    .isInstanceOf(KeyClientException.class);
            assertThat(steps.logins).hasValue(1);
        }

        @Test
        void login_is_not_begun_anew_later_than_two_deadlines_after_the_first() throws KeyClientException {
            KeyClient hasty = loopback.newClient(loopback.builder().deadline(Duration.ofMillis(50)));
            steps.atLogin = OUTAGE.asException();

            assertThat(catchThrowable(() -> hasty.logIn(name("alice"), password)))
                    .isInstanceOf(KeyClientException.class);
            assertThat(steps.logins.get()).isLessThan(Restarts.TIMES);
        }

        @Test
        void wrong_password_is_final_at_once() throws KeyClientException {
            KeyClient client = loopback.newClient();
            try (Password wrong = password("hunter2 hunter2")) {
                assertRefused(Reason.WRONG_PASSWORD, () -> client.logIn(name("alice"), wrong));
            }
            assertThat(steps.logins).hasValue(1);
        }

        @Test
        void used_up_guesses_are_final_at_once() throws KeyClientException {
            KeyClient client = loopback.newClient();
            steps.atLogin = refusal(Refusal.Reason.REASON_GUESS_BUDGET, Duration.ofMinutes(118));

            assertRefused(Reason.LOCKED_OUT, () -> client.logIn(name("alice"), password));
            assertThat(steps.logins).hasValue(1);
        }

        @Test
        void session_that_vanished_before_its_first_request_is_opened_anew() throws KeyClientException {
            steps.operation = OperationCase.RETRIEVE_STORAGE_KEY;
            steps.status = Status.UNAUTHENTICATED;
            steps.before = 1;

            loopback.newClient().logIn(name("alice"), password).close();

            assertThat(steps.logins).hasValue(2);
        }

        @Test
        void used_up_guesses_are_told_with_the_time_to_wait() throws KeyClientException {
            KeyClient client = loopback.newClient();
            steps.atLogin = refusal(Refusal.Reason.REASON_GUESS_BUDGET, Duration.ofMinutes(118));

            KeyClientException failure = assertRefused(Reason.LOCKED_OUT, () -> client.logIn(name("alice"), password));
            assertThat(failure.retryAfter()).contains(Duration.ofMinutes(118));
            assertThat(loopback.told()).last().isEqualTo(Step.CONNECTING);
        }

        @Test
        void too_much_work_is_told_with_the_time_to_wait() throws KeyClientException {
            KeyClient client = loopback.newClient();
            steps.atLogin = refusal(Refusal.Reason.REASON_THROUGHPUT, Duration.ofSeconds(2));

            KeyClientException failure = assertRefused(Reason.THROTTLED, () -> client.logIn(name("alice"), password));
            assertThat(failure.retryAfter()).contains(Duration.ofSeconds(2));
        }

        @Test
        void trailers_without_bound_are_not_read() throws KeyClientException {
            KeyClient client = loopback.newClient();
            Metadata trailers = new Metadata();
            trailers.put(StatusReader.REFUSAL, new byte[Transport.MAX_METADATA_BYTES]);
            steps.atLogin = Status.RESOURCE_EXHAUSTED.asException(trailers);

            assertRefused(Reason.REFUSED, () -> client.logIn(name("alice"), password));
        }

        @Test
        void storage_key_is_asked_for_again() throws KeyClientException {
            steps.operation = OperationCase.RETRIEVE_STORAGE_KEY;
            steps.before = 2;

            loopback.newClient().logIn(name("alice"), password).close();

            assertThat(steps.seen).hasSize(3);
        }

        @Test
        void storage_key_that_does_not_come_leaves_no_session() throws KeyClientException {
            KeyClient client = loopback.newClient();
            steps.operation = OperationCase.RETRIEVE_STORAGE_KEY;
            steps.before = 6;

            assertRefused(Reason.UNREACHABLE, () -> client.logIn(name("alice"), password));
            assertThat(steps.logins).hasValue(1);
            assertThat(loopback.service().sessions()).isZero();
        }
    }

    @Nested
    final class At_the_last_step_of_a_registration {

        private KeyClient client;

        @BeforeEach
        void open() throws KeyClientException {
            client = loopback.newClient();
            steps.operation = OperationCase.COMPLETE_REGISTRATION;
        }

        @ParameterizedTest
        @EnumSource(
                value = Status.Code.class,
                names = {"UNAVAILABLE", "DEADLINE_EXCEEDED", "CANCELLED", "INTERNAL", "UNAUTHENTICATED"})
        void lost_answer_is_resolved_by_logging_in(Status.Code code) throws KeyClientException {
            steps.status = code.toStatus();
            steps.after = 1;

            Registration registration = client.register(name("alice"), password);

            assertThat(loopback.service().accounts()).isEqualTo(1);
            assertThat(loopback.service().sessions()).isZero();
            assertThat(loopback.told()).contains(Step.CONFIRMING_REGISTRATION);
            try (KeySession session = client.logIn(name("alice"), password)) {
                assertThat(session.facts().userId()).isEqualTo(registration.userId());
            }
        }

        @Test
        void lost_request_is_begun_anew_with_a_new_account() throws KeyClientException {
            steps.before = 1;

            Registration registration = client.register(name("alice"), password);

            assertThat(loopback.service().accounts()).isEqualTo(1);
            assertThat(steps.logins).as("to see that there is no account yet").hasValue(1);
            assertThat(steps.seen).hasSize(2).doesNotHaveDuplicates();
            try (KeySession session = client.logIn(name("alice"), password)) {
                assertThat(session.facts().userId()).isEqualTo(registration.userId());
            }
        }

        /** A database may carry out what a server that is dead has asked it for. */
        @Test
        void request_that_is_carried_out_late_is_found_when_it_is_begun_anew() throws KeyClientException {
            Snapshot none = loopback.service().snapshot();
            List<Snapshot> late = new ArrayList<>();
            steps.after = 1;
            steps.onAnswer = () -> {
                late.add(loopback.service().snapshot());
                loopback.service().restore(none);
                steps.onAnswer = () -> {};
                steps.onRequest = () -> loopback.service().restore(late.get(0));
            };

            Registration registration = client.register(name("alice"), password);

            assertThat(steps.seen).hasSize(2);
            assertThat(registration.userId().toByteArray())
                    .isEqualTo(steps.seen
                            .get(0)
                            .getCompleteRegistration()
                            .getUserId()
                            .toByteArray());
            try (KeySession session = client.logIn(name("alice"), password)) {
                assertThat(session.facts().userId()).isEqualTo(registration.userId());
            }
        }

        @Test
        void request_that_is_lost_again_and_again_is_told_as_not_registered_and_may_be_repeated()
                throws KeyClientException {
            steps.before = Restarts.TIMES;

            assertThat(assertRefused(Reason.UNREACHABLE, () -> client.register(name("alice"), password)))
                    .hasMessageContaining("no account was made");
            assertThat(loopback.service().accounts()).isZero();

            client.register(name("alice"), password);
            assertThat(loopback.service().accounts()).isEqualTo(1);
        }

        @Test
        void outage_that_lasts_is_told_as_unknown() {
            steps.after = 1;
            steps.atLogin = OUTAGE.asException();

            assertThat(assertRefused(Reason.UNREACHABLE, () -> client.register(name("alice"), password)))
                    .hasMessageContaining("not known");
            assertThat(steps.logins).hasValue(Restarts.TIMES);
        }

        @Test
        void lock_out_meanwhile_is_told_as_unknown_with_the_time_to_wait() {
            steps.after = 1;
            steps.atLogin = refusal(Refusal.Reason.REASON_GUESS_BUDGET, Duration.ofHours(2));

            KeyClientException failure =
                    assertRefused(Reason.LOCKED_OUT, () -> client.register(name("alice"), password));
            assertThat(failure).hasMessageContaining("not known");
            assertThat(failure.retryAfter()).contains(Duration.ofHours(2));
        }

        @Test
        void account_of_somebody_with_the_same_password_is_not_taken_for_the_new_one() throws KeyClientException {
            client.register(name("alice"), password);
            steps.before = 1;

            assertRefused(Reason.NAME_TAKEN, () -> client.register(name("alice"), password));
        }

        @Test
        void account_of_somebody_with_another_password_is_not_taken_for_the_new_one() throws KeyClientException {
            try (Password other = password("hunter2 hunter2")) {
                client.register(name("alice"), other);
            }
            steps.before = 1;

            assertRefused(Reason.NAME_TAKEN, () -> client.register(name("alice"), password));
        }

        @Test
        void answer_to_another_request_is_told_as_unknown() {
            steps.replacement = Response.newBuilder()
                    .setSessionClosed(SessionClosed.getDefaultInstance())
                    .build();

            assertThat(assertRefused(Reason.INTEGRITY, () -> client.register(name("alice"), password)))
                    .hasMessageContaining("not known");
        }

        @Test
        void empty_answer_is_told_as_unknown() {
            steps.replacement = Response.getDefaultInstance();

            assertThat(assertRefused(Reason.INTEGRITY, () -> client.register(name("alice"), password)))
                    .hasMessageContaining("not known");
        }

        @Test
        void session_that_is_over_is_told_as_not_registered_after_a_login_found_nothing() {
            steps.status = Status.UNAUTHENTICATED;
            steps.before = 1;

            assertThat(assertRefused(Reason.SESSION_ENDED, () -> client.register(name("alice"), password)))
                    .hasMessageContaining("no account was made with this password");
            assertThat(steps.logins).hasValue(1);
        }
    }
}
