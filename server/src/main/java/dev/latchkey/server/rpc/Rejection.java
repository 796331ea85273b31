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
    private final Tally.Bound bound;

    private Rejection(Reason reason, Duration retryAfter) {
        this(reason, retryAfter, Tally.Bound.ROOM);
    }

    private Rejection(Reason reason, Duration retryAfter, Tally.Bound bound) {
        super(reason.name());
        this.reason = reason;
        this.retryAfter = retryAfter;
        this.bound = bound;
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

    /** There is no room for what would have to be kept. */
    static Rejection throughput(Duration retryAfter) {
        return new Rejection(Reason.THROUGHPUT, retryAfter);
    }

    static Rejection throughput(Duration retryAfter, Tally.Bound bound) {
        return new Rejection(Reason.THROUGHPUT, retryAfter, bound);
    }

    Reason reason() {
        return reason;
    }

    Duration retryAfter() {
        return retryAfter;
    }

    /** Tells of a guess or of a bound that was refused. */
    void count(Tally tally) {
        switch (reason) {
            case GUESS_BUDGET -> tally.guess(Tally.Guess.REFUSED);
            case THROUGHPUT -> tally.bound(bound);
            case MALFORMED, UNAUTHENTICATED -> {}
        }
    }
}
