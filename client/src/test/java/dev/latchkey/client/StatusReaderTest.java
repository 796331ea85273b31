package dev.latchkey.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.client.KeyClientException.Reason;
import dev.latchkey.protocol.wire.Refusal;
import io.grpc.Metadata;
import io.grpc.Status;
import java.nio.channels.ClosedChannelException;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.time.Duration;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

final class StatusReaderTest {

    private static final ServerAddress SERVER = ServerAddress.parse("keys.example.org:7443");

    private static KeyClientException read(Status status) {
        return StatusReader.read(status.asRuntimeException(), SERVER);
    }

    private static KeyClientException read(Status status, byte[] refusal) {
        Metadata trailers = new Metadata();
        trailers.put(StatusReader.REFUSAL, refusal);
        return StatusReader.read(status.asRuntimeException(trailers), SERVER);
    }

    @ParameterizedTest
    @CsvSource({
        "UNAVAILABLE,         UNREACHABLE",
        "DEADLINE_EXCEEDED,   UNREACHABLE",
        "CANCELLED,           UNREACHABLE",
        "UNAUTHENTICATED,     SESSION_ENDED",
        "RESOURCE_EXHAUSTED,  INTEGRITY",
        "INVALID_ARGUMENT,    REFUSED",
        "UNIMPLEMENTED,       REFUSED",
        "INTERNAL,            REFUSED",
        "UNKNOWN,             REFUSED",
        "PERMISSION_DENIED,   REFUSED",
    })
    void code_without_more_has_one_reason(Status.Code code, Reason reason) {
        assertThat(read(code.toStatus()).reason()).isEqualTo(reason);
    }

    @ParameterizedTest
    @EnumSource(value = Status.Code.class, mode = EnumSource.Mode.EXCLUDE, names = "OK")
    void text_of_the_server_is_never_shown(Status.Code code) {
        KeyClientException failure = read(code.toStatus().withDescription("evil \u001b[2J text"));

        assertThat(failure.getMessage()).doesNotContain("evil").matches("[A-Z].*[.?]");
        assertThat(failure.getCause()).isNull();
    }

    @Nested
    final class A_refusal {

        private static byte[] refusal(Refusal.Reason reason, long millis) {
            return Refusal.newBuilder()
                    .setReason(reason)
                    .setRetryAfterMs(millis)
                    .build()
                    .toByteArray();
        }

        @Test
        void guess_budget_locks_out_and_says_for_how_long() {
            KeyClientException failure =
                    read(Status.RESOURCE_EXHAUSTED, refusal(Refusal.Reason.REASON_GUESS_BUDGET, 5_400_000));

            assertThat(failure.reason()).isEqualTo(Reason.LOCKED_OUT);
            assertThat(failure.retryAfter()).contains(Duration.ofMinutes(90));
            assertThat(failure).hasMessageContaining("90 minutes");
        }

        @Test
        void throughput_throttles_and_says_for_how_long() {
            KeyClientException failure =
                    read(Status.RESOURCE_EXHAUSTED, refusal(Refusal.Reason.REASON_THROUGHPUT, 1_500));

            assertThat(failure.reason()).isEqualTo(Reason.THROTTLED);
            assertThat(failure.retryAfter()).contains(Duration.ofMillis(1_500));
            assertThat(failure).hasMessageContaining("2 seconds");
        }

        @Test
        void without_a_reason_is_not_believed() {
            assertThat(read(Status.RESOURCE_EXHAUSTED, refusal(Refusal.Reason.REASON_UNSPECIFIED, 1_500))
                            .reason())
                    .isEqualTo(Reason.INTEGRITY);
        }

        @ParameterizedTest
        @CsvSource({"-1", "9223372036854775807", "2592000001"})
        void wait_beyond_measure_is_not_believed(long millis) {
            assertThat(read(Status.RESOURCE_EXHAUSTED, refusal(Refusal.Reason.REASON_GUESS_BUDGET, millis))
                            .reason())
                    .isEqualTo(Reason.INTEGRITY);
        }

        @Test
        void that_is_no_message_is_not_believed() {
            assertThat(read(Status.RESOURCE_EXHAUSTED, "garbage".getBytes(StandardCharsets.US_ASCII))
                            .reason())
                    .isEqualTo(Reason.INTEGRITY);
        }

        @Test
        void beside_another_status_means_nothing() {
            assertThat(read(Status.UNAUTHENTICATED, refusal(Refusal.Reason.REASON_GUESS_BUDGET, 1_500))
                            .reason())
                    .isEqualTo(Reason.SESSION_ENDED);
        }
    }

    /** What the transport says of a connection that it finds closed when it writes; no server's status has a cause. */
    @Test
    void connection_closed_under_a_request_is_an_outage_like_any_other() {
        Status closed = Status.UNKNOWN.withDescription("channel closed").withCause(new ClosedChannelException());

        assertThat(read(closed).reason()).isEqualTo(Reason.UNREACHABLE);
        assertThat(StatusReader.isUnavailable(closed.asRuntimeException())).isTrue();
        assertThat(StatusReader.isUnavailable(Status.UNKNOWN.asRuntimeException()))
                .isFalse();
    }

    @Nested
    final class A_failed_handshake {

        private static KeyClientException broken(Exception cause) {
            SSLHandshakeException tls = new SSLHandshakeException("handshake");
            tls.initCause(cause);
            return read(Status.UNAVAILABLE.withCause(tls));
        }

        @Test
        void over_an_expired_certificate_says_so() {
            KeyClientException failure = broken(new CertificateExpiredException());

            assertThat(failure.reason()).isEqualTo(Reason.UNTRUSTED_SERVER);
            assertThat(failure).hasMessageContaining("expired");
        }

        @Test
        void over_a_certificate_of_tomorrow_says_so() {
            KeyClientException failure = broken(new CertificateNotYetValidException());

            assertThat(failure.reason()).isEqualTo(Reason.UNTRUSTED_SERVER);
            assertThat(failure).hasMessageContaining("not valid yet");
        }

        @Test
        void over_something_else_means_that_it_is_no_key_server() {
            KeyClientException failure = broken(null);

            assertThat(failure.reason()).isEqualTo(Reason.UNREACHABLE);
            assertThat(failure).hasMessageContaining("TLS 1.3");
        }
    }
}
