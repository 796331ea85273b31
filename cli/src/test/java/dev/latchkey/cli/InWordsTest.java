package dev.latchkey.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InWordsTest {

    @ParameterizedTest
    @CsvSource({
        "PT0S, 1 second",
        "PT0.001S, 1 second",
        "PT1.001S, 2 seconds",
        "PT59S, 59 seconds",
        "PT60S, 1 minute",
        "PT61S, 2 minutes",
        "PT1H, 1 hour",
        "PT1H57M1S, 1 hour 58 minutes",
        "PT2H, 2 hours",
        "PT25H1M, 25 hours 1 minute"
    })
    void waitingTime_isRoundedUp(Duration time, String words) {
        assertThat(InWords.duration(time)).isEqualTo(words);
    }

    @Test
    void oneByte_isSingular() {
        assertThat(InWords.bytes(1)).isEqualTo("1 byte");
        assertThat(InWords.bytes(2)).isEqualTo("2 bytes");
    }
}
