package dev.latchkey.server.store;

import java.time.Duration;

/**
 * How many guesses an account name is worth.
 *
 * @param capacity units a full budget holds
 * @param interval after which one unit returns
 * @param keptFailures failed attempts kept for the owner between two logins; older ones are only counted. At least
 *     {@code capacity}: an attempt still under way must not be forgotten, or its unit could not be given back
 */
public record GuessLimits(int capacity, Duration interval, int keptFailures) {
    public static final GuessLimits DEFAULT = new GuessLimits(10, Duration.ofHours(2), 64);

    public GuessLimits {
        if (capacity < 1 || interval.toMillis() < 1 || keptFailures < 1) {
            throw new IllegalArgumentException("guess limits must be positive");
        }
        if (keptFailures < capacity) {
            throw new IllegalArgumentException("at least as many failures are kept as a budget holds units");
        }
    }
}
