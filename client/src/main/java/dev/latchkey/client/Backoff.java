package dev.latchkey.client;

import java.security.SecureRandom;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/**
 * How often, and after which pauses, a client tries again what it may try again.
 *
 * <p>Six attempts in all, so that an outage of three seconds is ridden out. The pauses double and are spread over half
 * their length, so that the clients of a server that comes back do not all come back at once.
 */
final class Backoff {

    static final int ATTEMPTS = 6;
    static final Duration FIRST = Duration.ofMillis(200);

    private final SecureRandom random;

    Backoff(SecureRandom random) {
        this.random = Objects.requireNonNull(random, "random");
    }

    /** The pause after the {@code failed}-th failed attempt, counted from 1; empty when there shall be no further one. */
    Optional<Duration> after(int failed) {
        if (failed >= ATTEMPTS) {
            return Optional.empty();
        }
        long full = FIRST.toMillis() << (failed - 1);
        return Optional.of(Duration.ofMillis(full / 2 + random.nextInt((int) (full / 2) + 1)));
    }
}
