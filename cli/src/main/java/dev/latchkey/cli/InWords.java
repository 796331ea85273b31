package dev.latchkey.cli;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Times as a person says them. */
final class InWords {

    private static final DateTimeFormatter MOMENT = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss xxx", Locale.ROOT);

    private InWords() {}

    /** "1 hour 58 minutes", rounded up to whole minutes from one minute on, to whole seconds below. */
    static String duration(Duration time) {
        long seconds = Math.max(1, time.plusMillis(999).toSeconds());
        if (seconds < 60) {
            return amount(seconds, "second");
        }
        long minutes = (seconds + 59) / 60;
        List<String> parts = new ArrayList<>();
        if (minutes >= 60) {
            parts.add(amount(minutes / 60, "hour"));
        }
        if (minutes % 60 > 0) {
            parts.add(amount(minutes % 60, "minute"));
        }
        return String.join(" ", parts);
    }

    /** Date, time and offset in the zone of this machine. */
    static String moment(Instant instant) {
        return MOMENT.format(instant.atZone(ZoneId.systemDefault()));
    }

    /** "1 byte", "12 bytes". */
    static String bytes(int number) {
        return amount(number, "byte");
    }

    private static String amount(long number, String unit) {
        return number + " " + unit + (number == 1 ? "" : "s");
    }

    /** "1 entry", "2 entries". */
    static String amount(long number, String one, String many) {
        return number + " " + (number == 1 ? one : many);
    }
}
