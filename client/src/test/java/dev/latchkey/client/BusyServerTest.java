package dev.latchkey.client;

import static dev.latchkey.client.Loopback.name;
import static dev.latchkey.client.Loopback.password;
import static dev.latchkey.client.Refusals.assertRefused;
import static dev.latchkey.client.Refusals.refusal;
import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.client.KeyClientException.Reason;
import dev.latchkey.client.testserver.Steps;
import dev.latchkey.protocol.Password;
import dev.latchkey.protocol.wire.OpenSessionRequest;
import dev.latchkey.protocol.wire.Refusal;
import dev.latchkey.protocol.wire.Request;
import dev.latchkey.protocol.wire.Response;
import dev.latchkey.protocol.wire.SealedCall;
import dev.latchkey.protocol.wire.SessionOpened;
import io.grpc.Status;
import io.grpc.StatusException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** What a client does when the server has no time for its message and refuses it, or says so. */
final class BusyServerTest {

    private static final Duration WAIT = Duration.ofSeconds(1);

    private final Password password = password("correct horse battery staple");
    private final Busy steps = new Busy();
    private final Loopback loopback = Loopback.with(steps);
    private KeyClient client;

    @BeforeEach
    void connect() throws KeyClientException {
        client = loopback.newClient();
    }

    @AfterEach
    void close() {
        password.close();
        loopback.close();
    }

    /** Refuses the next messages of a kind unread, or loses the answers to them. */
    private static final class Busy extends Steps {

        final List<OpenSessionRequest> ke3s = new ArrayList<>();
        final List<SealedCall> calls = new ArrayList<>();
        StatusException status = refusal(Refusal.Reason.REASON_THROUGHPUT, WAIT);
        int refusedKe3s;
        int refusedCalls;
        int lostOpenings;
        int lostAnswers;

        @Override
        protected void beforeReading(OpenSessionRequest request) throws StatusException {
            ke3s.add(request);
            if (refusedKe3s-- > 0) {
                throw status;
            }
        }

        @Override
        protected SessionOpened opened(SessionOpened honest) throws StatusException {
            if (lostOpenings-- > 0) {
                throw status;
            }
            return honest;
        }

        @Override
        protected void beforeReading(SealedCall call) throws StatusException {
            calls.add(call);
            if (refusedCalls-- > 0) {
                throw status;
            }
        }

        @Override
        protected Response answer(Request request, Response honest) throws StatusException {
            if (lostAnswers-- > 0) {
                throw status;
            }
            return honest;
        }
    }

    private void assertPausesHonourTheServer(int count) {
        assertThat(loopback.pauses())
                .hasSize(count)
                .allSatisfy(pause -> assertThat(pause).isGreaterThan(WAIT));
    }

    @Nested
    final class At_the_end_of_a_login {

        @BeforeEach
        void register() throws KeyClientException {
            client.register(name("alice"), password);
            steps.ke3s.clear();
        }

        private KeyClientException loginRefused(Reason reason) {
            return assertRefused(reason, () -> client.logIn(name("alice"), password));
        }

        @Test
        void ke3_is_sent_again_after_the_time_the_server_names() throws KeyClientException {
            steps.refusedKe3s = 2;

            client.logIn(name("alice"), password).close();

            assertThat(steps.ke3s).hasSize(3).containsOnly(steps.ke3s.get(0));
            assertPausesHonourTheServer(2);
        }

        @Test
        void ke3_is_sent_three_times_and_no_more() {
            steps.refusedKe3s = 100;

            assertThat(loginRefused(Reason.THROTTLED).retryAfter()).contains(WAIT);
            assertThat(steps.ke3s).hasSize(3);
        }

        @Test
        void ke3_is_not_sent_again_when_its_time_is_over_before_the_wait() {
            steps.status = refusal(Refusal.Reason.REASON_THROUGHPUT, Duration.ofSeconds(11));
            steps.refusedKe3s = 1;

            assertThat(loginRefused(Reason.THROTTLED).retryAfter()).contains(Duration.ofSeconds(11));
            assertThat(steps.ke3s).hasSize(1);
            assertThat(loopback.pauses()).isEmpty();
        }

        @Test
        void ke3_is_not_sent_again_when_guesses_are_used_up() {
            steps.status = refusal(Refusal.Reason.REASON_GUESS_BUDGET, WAIT);
            steps.refusedKe3s = 1;

            loginRefused(Reason.LOCKED_OUT);
            assertThat(steps.ke3s).hasSize(1);
        }

        @Test
        void ke3_is_sent_again_in_an_outage() throws KeyClientException {
            steps.status = Status.UNAVAILABLE.asException();
            steps.refusedKe3s = 2;

            client.logIn(name("alice"), password).close();

            assertThat(steps.ke3s).hasSize(3);
        }

        @Test
        void ke3_whose_answer_was_lost_opens_no_second_session_so_the_login_is_begun_anew() throws KeyClientException {
            steps.status = Status.UNAVAILABLE.asException();
            steps.lostOpenings = 1;

            client.logIn(name("alice"), password).close();

            assertThat(steps.ke3s).hasSize(3);
            assertThat(steps.ke3s.get(1)).isEqualTo(steps.ke3s.get(0));
            assertThat(steps.ke3s.get(2)).isNotEqualTo(steps.ke3s.get(0));
        }

        @Test
        void storage_key_is_asked_for_again() throws KeyClientException {
            steps.calls.clear();
            steps.refusedCalls = 2;

            client.logIn(name("alice"), password).close();

            assertPausesHonourTheServer(2);
        }
    }

    @Nested
    final class At_a_registration {

        @Test
        void ke3_is_sent_again_after_the_time_the_server_names() throws KeyClientException {
            steps.refusedKe3s = 2;

            client.register(name("alice"), password);

            assertPausesHonourTheServer(2);
        }

        @Test
        void last_step_is_sent_again_with_the_same_sealed_bytes() throws KeyClientException {
            steps.refusedCalls = 2;

            client.register(name("alice"), password);

            assertThat(steps.calls).hasSize(3).containsOnly(steps.calls.get(0));
            assertThat(loopback.told()).doesNotContain(Step.CONFIRMING_REGISTRATION);
            assertPausesHonourTheServer(2);
        }

        @Test
        void last_step_that_is_refused_to_the_end_is_told_as_not_registered_after_a_login_found_nothing() {
            steps.refusedCalls = 3;

            KeyClientException failure =
                    assertRefused(Reason.THROTTLED, () -> client.register(name("alice"), password));

            assertThat(failure).hasMessageContaining("no account was made with this password");
            assertThat(failure.retryAfter()).contains(WAIT);
            assertThat(steps.calls).hasSize(3);
            assertThat(loopback.told()).last().isEqualTo(Step.STRETCHING_PASSWORD);
        }

        @Test
        void last_step_that_was_carried_out_and_told_as_refused_is_resolved_by_logging_in() throws KeyClientException {
            steps.lostAnswers = 1;

            Registration registration = client.register(name("alice"), password);

            assertThat(loopback.told()).contains(Step.CONFIRMING_REGISTRATION);
            try (KeySession session = client.logIn(name("alice"), password)) {
                assertThat(session.facts().userId()).isEqualTo(registration.userId());
            }
        }

        @Test
        void lock_out_without_a_seal_is_resolved_by_logging_in() throws KeyClientException {
            steps.status = refusal(Refusal.Reason.REASON_GUESS_BUDGET, WAIT);
            steps.lostAnswers = 1;

            client.register(name("alice"), password);

            assertThat(loopback.told()).contains(Step.CONFIRMING_REGISTRATION);
        }
    }
}
