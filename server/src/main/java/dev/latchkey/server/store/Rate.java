package dev.latchkey.server.store;

import java.time.Duration;

/**
 * How much may be begun: so many a second, and so many at once by whoever began nothing for a while.
 *
 * @param perSecond 1 to 1,000,000
 * @param burst at least 1, and no more than comes back within an hour
 */
public record Rate(int perSecond, int burst) {
    public static final int MOST_PER_SECOND = 1_000_000;

    private static final long NANOS = 1_000_000_000;
    private static final long SECONDS_TO_FULL = 3600;

    public Rate {
        if (perSecond < 1 || perSecond > MOST_PER_SECOND) {
            throw new IllegalArgumentException("a rate is 1 to " + MOST_PER_SECOND + " a second");
        }
        if (burst < 1 || burst > mostAtOnce(perSecond)) {
            throw new IllegalArgumentException("a burst is at least 1 and at most what comes back within an hour");
        }
    }

    /** The largest burst of a rate of so many a second. */
    public static int mostAtOnce(int perSecond) {
        return (int) Math.min(SECONDS_TO_FULL * perSecond, Integer.MAX_VALUE);
    }

    /** After which one more may be begun, in nanoseconds: a thousand at the least, so that rounding costs no more than 0.1%. */
    public long intervalNanos() {
        return NANOS / perSecond;
    }

    /** In which all of a burst comes back, in nanoseconds. */
    public long wholeNanos() {
        return burst * intervalNanos();
    }

    /** What is left to wait of so many nanoseconds, in whole milliseconds, so that who waits that long is not too early. */
    public static Duration roundedUp(long nanos) {
        return Duration.ofMillis(Math.floorDiv(nanos + 999_999, 1_000_000));
    }
}
