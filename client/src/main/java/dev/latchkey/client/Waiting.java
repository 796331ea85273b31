package dev.latchkey.client;

import java.time.Duration;

/** A time to wait, in words, rounded up so that nobody comes back too early. */
final class Waiting {

    private static final int MINUTE = 60;
    private static final int HOUR = 60 * MINUTE;

    private Waiting() {}

    static String inWords(Duration wait) {
        long seconds = Math.max(1, (wait.toMillis() + 999) / 1000);
        if (seconds <= 2 * MINUTE) {
            return count(seconds, "second");
        }
        if (seconds <= 2 * HOUR) {
            return count((seconds + MINUTE - 1) / MINUTE, "minute");
        }
        return count((seconds + HOUR - 1) / HOUR, "hour");
    }

    private static String count(long n, String unit) {
        return n + " " + unit + (n == 1 ? "" : "s");
    }
}
