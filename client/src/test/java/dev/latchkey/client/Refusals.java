package dev.latchkey.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.latchkey.client.KeyClientException.Reason;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** Asserts that a call fails in the way a person can be told about. */
final class Refusals {

    private Refusals() {}

    static KeyClientException assertRefused(Reason reason, ThrowingCallable call) {
        Throwable thrown = catchThrowable(call);
        assertThat(thrown).isInstanceOf(KeyClientException.class);
        KeyClientException failure = (KeyClientException) thrown;
        assertThat(failure.reason()).as(failure.getMessage()).isEqualTo(reason);
        return failure;
    }
}
