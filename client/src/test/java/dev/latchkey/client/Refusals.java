package dev.latchkey.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.latchkey.client.KeyClientException.Reason;
import dev.latchkey.protocol.wire.Refusal;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusException;
import java.time.Duration;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** The refusals of a server, and the assertion that a call fails in the way a person can be told about. */
final class Refusals {

    private Refusals() {}

    static KeyClientException assertRefused(Reason reason, ThrowingCallable call) {
        Throwable thrown = catchThrowable(call);
        assertThat(thrown).isInstanceOf(KeyClientException.class);
        KeyClientException failure = (KeyClientException) thrown;
        assertThat(failure.reason()).as(failure.getMessage()).isEqualTo(reason);
        return failure;
    }

    /** The status of a call that is refused for {@code reason}, with the time to wait. */
    static StatusException refusal(Refusal.Reason reason, Duration wait) {
        Metadata trailers = new Metadata();
        trailers.put(
                StatusReader.REFUSAL,
                Refusal.newBuilder()
                        .setReason(reason)
                        .setRetryAfterMs(wait.toMillis())
                        .build()
                        .toByteArray());
        return Status.RESOURCE_EXHAUSTED.asException(trailers);
    }
}
