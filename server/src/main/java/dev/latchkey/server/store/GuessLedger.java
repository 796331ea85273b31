package dev.latchkey.server.store;

import dev.latchkey.protocol.SessionId;
import java.time.Duration;
import java.util.List;

/**
 * Counts guesses for every account name alike, known or not, and remembers the failed ones for the owner. A known device
 * draws on a budget of its own; whatever an attempt draws on, it is remembered under the name.
 */
public interface GuessLedger {
    /**
     * Takes one unit and notes the attempt as unfinished, in one conditional update by the database's clock. A refusal
     * takes nothing and extends nothing.
     */
    Take take(NameTag name, BudgetTag budget, SessionId handshake);

    /** Takes one unit of the name's own budget. */
    default Take take(NameTag name, SessionId handshake) {
        return take(name, BudgetTag.of(name), handshake);
    }

    /**
     * Gives back the unit of this very handshake and forgets its attempt: the password was right.
     *
     * @param budget what it was taken from
     */
    void giveBack(NameTag name, BudgetTag budget, SessionId handshake);

    /** Gives back a unit of the name's own budget. */
    default void giveBack(NameTag name, SessionId handshake) {
        giveBack(name, BudgetTag.of(name), handshake);
    }

    /** Notes that the attempt ended with a proof that did not verify. The unit stays taken. */
    void markRefused(NameTag name, SessionId handshake);

    /**
     * Takes out the attempts that have failed: those refused, and those begun more than {@code handshakeLifetime} ago
     * and never finished. Oldest first; attempts still under way stay.
     */
    Failures collectFailures(NameTag name, Duration handshakeLifetime);

    /** How many attempts are kept for the owner of the name; those under way are among them. */
    int attempts(NameTag name);

    Budget budget(BudgetTag budget);

    /**
     * Makes a budget full, and says what it was. Attempts stay as they are, and one under way may still give its unit back.
     * Where several are to be filled, those of devices come first.
     */
    Budget refill(BudgetTag budget);

    /**
     * What there is to guess with.
     *
     * @param left units that can be taken now
     * @param capacity units that a full one holds
     * @param nextUnit after which one more returns; zero if it is full
     */
    record Budget(int left, int capacity, Duration nextUnit) {}

    /** What {@link #take} came to. */
    sealed interface Take {
        /** The unit is taken. */
        record Taken() implements Take {}

        /**
         * No unit was left, and nothing was taken.
         *
         * @param retryAfter until one unit has returned
         */
        record Refused(Duration retryAfter) implements Take {}
    }

    /**
     * Failed attempts on one name.
     *
     * @param attempts oldest first
     * @param dropped how many older ones were only counted
     */
    record Failures(List<FailedAttempt> attempts, long dropped) {}

    /**
     * One login that was begun and not proven.
     *
     * @param unixMillis when it was begun
     * @param refused whether a proof was shown and did not verify; otherwise none was shown
     */
    record FailedAttempt(SessionId handshake, long unixMillis, boolean refused) {}
}
