package dev.latchkey.cli;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * When a person means: {@code 2026-11-24}, {@code 2026-11-24T08:30}, {@code 2026-11-24T08:30:00Z}, or so long ago ({@code
 * 90s}, {@code 30m}, {@code 12h}, {@code 7d}, {@code 2w}). Without an offset it is the time of this machine's zone.
 */
final class PointInTime {

    private static final Pattern AGO = Pattern.compile("([0-9]{1,6})([smhdw])");
    private static final Map<String, Duration> UNITS = Map.of(
            "s", Duration.ofSeconds(1),
            "m", Duration.ofMinutes(1),
            "h", Duration.ofHours(1),
            "d", Duration.ofDays(1),
            "w", Duration.ofDays(7));

    private final Instant now;
    private final ZoneId zone;

    PointInTime(Instant now, ZoneId zone) {
        this.now = now;
        this.zone = zone;
    }

    /** The first moment that is meant: of a day its start. */
    Instant first(String text) throws CommandFailure {
        return read(text, 0);
    }

    /** The first moment behind what is meant: of a day the start of the next. */
    Instant behind(String text) throws CommandFailure {
        return read(text, 1);
    }

    private Instant read(String text, int daysOn) throws CommandFailure {
        try {
            Matcher ago = AGO.matcher(text);
            if (ago.matches()) {
                return now.minus(UNITS.get(ago.group(2)).multipliedBy(Long.parseLong(ago.group(1))));
            }
            if (text.indexOf('T') < 0) {
                return LocalDate.parse(text).plusDays(daysOn).atStartOfDay(zone).toInstant();
            }
            return text.matches(".*(Z|[+-][0-9]{2}:[0-9]{2})")
                    ? OffsetDateTime.parse(text).toInstant()
                    : LocalDateTime.parse(text).atZone(zone).toInstant();
        } catch (DateTimeException | ArithmeticException e) {
            throw new CommandFailure(
                            FailureCode.INVALID_INPUT,
                            "\"" + text + "\" is no time.",
                            "Nothing was sent.",
                            "Times are like 2026-11-24, 2026-11-24T08:30, 2026-11-24T08:30:00Z, or like 12h or 7d for so"
                                    + " long ago.")
                    .because(e);
        }
    }
}
