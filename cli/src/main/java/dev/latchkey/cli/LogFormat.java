package dev.latchkey.cli;

import java.util.Locale;
import java.util.Optional;

/** How a server writes its log. */
enum LogFormat {
    /** A line for a person. */
    TEXT,
    /** A JSON object a line. */
    JSON;

    static Optional<LogFormat> of(String name) {
        for (LogFormat format : values()) {
            if (format.id().equals(name)) {
                return Optional.of(format);
            }
        }
        return Optional.empty();
    }

    /** As it stands in the configuration. */
    String id() {
        return name().toLowerCase(Locale.ROOT);
    }
}
