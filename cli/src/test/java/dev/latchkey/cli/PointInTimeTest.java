package dev.latchkey.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.time.Instant;
import java.time.ZoneId;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PointInTimeTest {

    private final PointInTime times =
            new PointInTime(Instant.parse("2026-11-24T12:00:00Z"), ZoneId.of("Europe/Berlin"));

    @ParameterizedTest
    @CsvSource({
        "2026-11-24, 2026-11-23T23:00:00Z, 2026-11-24T23:00:00Z",
        // The day the clocks are put on has 23 hours.
        "2026-03-29, 2026-03-28T23:00:00Z, 2026-03-29T22:00:00Z",
        "2026-11-24T08:30, 2026-11-24T07:30:00Z, 2026-11-24T07:30:00Z",
        "2026-11-24T08:30:15, 2026-11-24T07:30:15Z, 2026-11-24T07:30:15Z",
        "2026-11-24T08:30:00Z, 2026-11-24T08:30:00Z, 2026-11-24T08:30:00Z",
        "2026-11-24T08:30+02:00, 2026-11-24T06:30:00Z, 2026-11-24T06:30:00Z",
        "90s, 2026-11-24T11:58:30Z, 2026-11-24T11:58:30Z",
        "30m, 2026-11-24T11:30:00Z, 2026-11-24T11:30:00Z",
        "12h, 2026-11-24T00:00:00Z, 2026-11-24T00:00:00Z",
        "7d, 2026-11-17T12:00:00Z, 2026-11-17T12:00:00Z",
        "2w, 2026-11-10T12:00:00Z, 2026-11-10T12:00:00Z",
    })
    void text_meansAMoment(String text, String first, String behind) throws Exception {
        assertThat(times.first(text)).isEqualTo(first);
        assertThat(times.behind(text)).isEqualTo(behind);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "yesterday",
                "7",
                "d",
                "-7d",
                "7 d",
                "1y",
                "2026-13-01",
                "24.11.2026",
                "2026-11-24T",
                "08:30",
                "9999999d",
                "+999999999-12-31"
            })
    void otherText_isRefused(String text) {
        CommandFailure failure = catchThrowableOfType(CommandFailure.class, () -> times.behind(text));
        assertThat(failure.code()).isEqualTo(FailureCode.INVALID_INPUT);
    }
}
