package dev.latchkey.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class WaitingTest {

    @ParameterizedTest
    @CsvSource({
        "PT0S,        1 second",
        "PT0.001S,    1 second",
        "PT1.001S,    2 seconds",
        "PT2M,        120 seconds",
        "PT2M1S,      3 minutes",
        "PT1H59M,     119 minutes",
        "PT2H,        120 minutes",
        "PT2H0.001S,  3 hours",
        "PT24H,       24 hours",
    })
    void wait_in_words_is_never_too_short(Duration wait, String words) {
        assertThat(Waiting.inWords(wait)).isEqualTo(words);
    }
}
