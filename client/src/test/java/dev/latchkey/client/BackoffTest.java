package dev.latchkey.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.SecureRandom;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class BackoffTest {

    private final Backoff backoff = new Backoff(new SecureRandom());

    @Test
    void pauses_double_and_stay_within_their_half() {
        for (int i = 0; i < 200; i++) {
            assertThat(backoff.after(1))
                    .hasValueSatisfying(
                            pause -> assertThat(pause).isBetween(Duration.ofMillis(100), Duration.ofMillis(200)));
            assertThat(backoff.after(2))
                    .hasValueSatisfying(
                            pause -> assertThat(pause).isBetween(Duration.ofMillis(200), Duration.ofMillis(400)));
        }
    }

    @Test
    void pauses_of_many_clients_are_spread() {
        assertThat(java.util.stream.IntStream.range(0, 100)
                        .mapToObj(i -> backoff.after(1).orElseThrow())
                        .distinct())
                .hasSizeGreaterThan(10);
    }

    @Test
    void pauses_ride_out_three_seconds_and_leave_time_for_the_attempts() {
        for (int i = 0; i < 200; i++) {
            Duration all = Duration.ZERO;
            for (int failed = 1; backoff.after(failed).isPresent(); failed++) {
                all = all.plus(backoff.after(failed).orElseThrow());
            }
            assertThat(all).isBetween(Duration.ofSeconds(3), Duration.ofSeconds(7));
        }
    }

    @Test
    void sixth_failure_is_the_last() {
        assertThat(backoff.after(5)).isPresent();
        assertThat(backoff.after(6)).isEmpty();
        assertThat(backoff.after(7)).isEmpty();
    }
}
