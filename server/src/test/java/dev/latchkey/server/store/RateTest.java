package dev.latchkey.server.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RateTest {
    @ParameterizedTest
    @CsvSource({"0,1", "-1,1", "1000001,1", "1,0", "1,-1", "1,3601", "10,36001", "2147483647,2147483647"})
    void rate_outOfBounds_isRefused(int perSecond, int burst) {
        assertThatThrownBy(() -> new Rate(perSecond, burst)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @CsvSource({"1,1,1000000000", "1,3600,1000000000", "3,1,333333333", "1000000,2147483647,1000"})
    void rate_withinBounds_comesBackEvenly(int perSecond, int burst, long interval) {
        Rate rate = new Rate(perSecond, burst);

        assertThat(rate.intervalNanos()).isEqualTo(interval);
        assertThat(rate.wholeNanos()).isEqualTo(interval * burst).isPositive();
    }

    @ParameterizedTest
    @CsvSource({"1,1", "999999,1", "1000000,1", "1000001,2", "0,0"})
    void wait_isRoundedUp(long nanos, long millis) {
        assertThat(Rate.roundedUp(nanos)).isEqualTo(Duration.ofMillis(millis));
    }
}
