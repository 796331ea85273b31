package dev.latchkey.server.rpc;

import java.time.Duration;

/**
 * A call that is refused outside the seal. It says no more than a stranger may know: unknown, expired, forged and
 * repeated are all alike.
 */
final class Rejection extends Refused {
    private static final long serialVersionUID = 1L;

    enum Reason {
        MALFORMED,
        UNAUTHENTICATED,
        GUESS_BUDGET,
        THROUGHPUT
    }

    private final Reason reason;
    private final Duration retryAfter;

    private Rejection(Reason reason, Duration retryAfter) {
        super(reason.name());
        this.reason = reason;
        this.retryAfter = retryAfter;
    }

    static Rejection malformed() {
        return new Rejection(Reason.MALFORMED, Duration.ZERO);
    }

    static Rejection unauthenticated() {
        return new Rejection(Reason.UNAUTHENTICATED, Duration.ZERO);
    }

    static Rejection guessBudget(Duration retryAfter) {
        return new Rejection(Reason.GUESS_BUDGET, retryAfter);
    }

    static Rejection throughput(Duration retryAfter) {
        return new Rejection(Reason.THROUGHPUT, retryAfter);
    }

    Reason reason() {
        return reason;
    }

    Duration retryAfter() {
        return retryAfter;
    }
}
