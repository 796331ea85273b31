package dev.latchkey.server.rpc;

import dev.latchkey.protocol.wire.Refusal;
import dev.latchkey.server.store.StoreUnavailableException;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusException;
import java.time.Duration;

/** What the outside sees of a call that did not succeed: a status with a constant text, and how long to wait. */
final class Statuses {
    static final Metadata.Key<byte[]> REFUSAL =
            Metadata.Key.of("latchkey-refusal-bin", Metadata.BINARY_BYTE_MARSHALLER);

    private Statuses() {}

    static StatusException of(Rejection rejection) {
        return switch (rejection.reason()) {
            case MALFORMED ->
                Status.INVALID_ARGUMENT.withDescription("malformed request").asException();
            case UNAUTHENTICATED ->
                Status.UNAUTHENTICATED.withDescription("unauthenticated").asException();
            case GUESS_BUDGET -> exhausted(Refusal.Reason.REASON_GUESS_BUDGET, rejection.retryAfter());
            case THROUGHPUT -> exhausted(Refusal.Reason.REASON_THROUGHPUT, rejection.retryAfter());
        };
    }

    static StatusException exhausted(Refusal.Reason reason, Duration retryAfter) {
        return Status.RESOURCE_EXHAUSTED.withDescription("try again later").asException(refusal(reason, retryAfter));
    }

    static Metadata refusal(Refusal.Reason reason, Duration retryAfter) {
        Metadata trailers = new Metadata();
        trailers.put(
                REFUSAL,
                Refusal.newBuilder()
                        .setReason(reason)
                        .setRetryAfterMs(Math.max(0, retryAfter.toMillis()))
                        .build()
                        .toByteArray());
        return trailers;
    }

    static StatusException ofFailure(Exception failure) {
        // What is damaged does not heal by being asked for again.
        return failure instanceof StoreUnavailableException unavailable
                        && unavailable.reason() != StoreUnavailableException.Reason.DAMAGED
                ? Status.UNAVAILABLE.withDescription("storage unavailable").asException()
                : Status.INTERNAL.withDescription("internal error").asException();
    }
}
