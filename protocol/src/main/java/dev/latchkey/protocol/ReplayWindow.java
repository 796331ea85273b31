package dev.latchkey.protocol;

import java.util.Optional;

/**
 * Which of the last 64 numbers of a session were used (§4): each is accepted once, in any order inside the window.
 *
 * <p>Immutable: whoever keeps it exchanges the old for the new one, compare-and-set, before acting on the request.
 *
 * @param highest the highest number accepted; 0 when none was
 * @param seenBits bit i is set when {@code highest - i} was accepted
 */
public record ReplayWindow(long highest, long seenBits) {

    /** How many numbers it looks back on, the highest included. */
    public static final int SIZE = 64;

    /** The window of a session that has accepted nothing. */
    public static final ReplayWindow EMPTY = new ReplayWindow(0, 0);

    /**
     * Takes a window as it was stored.
     *
     * @throws IllegalArgumentException if no row of accepted numbers leads to it
     */
    public ReplayWindow {
        boolean possible = highest == 0 ? seenBits == 0 : highest > 0 && (seenBits & 1) == 1;
        boolean onlyFromOne = highest >= SIZE || seenBits >>> Math.max(highest, 0) == 0;
        if (!possible || !onlyFromOne) {
            throw new IllegalArgumentException("no session has this window");
        }
    }

    /** The window after {@code seq}, or nothing when {@code seq} is below one, used before, or too old to tell. */
    public Optional<ReplayWindow> accept(long seq) {
        if (seq < 1) {
            return Optional.empty();
        }
        if (seq > highest) {
            long ahead = seq - highest;
            long kept = ahead < SIZE ? seenBits << ahead : 0;
            return Optional.of(new ReplayWindow(seq, kept | 1));
        }
        long behind = highest - seq;
        if (behind >= SIZE) {
            return Optional.empty();
        }
        long bit = 1L << behind;
        return (seenBits & bit) == 0 ? Optional.of(new ReplayWindow(highest, seenBits | bit)) : Optional.empty();
    }
}
