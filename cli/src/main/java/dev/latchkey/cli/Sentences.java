package dev.latchkey.cli;

import java.util.List;
import java.util.regex.Pattern;

/** Takes a library's message apart, which says in this order what happened, what was kept and what to do. */
final class Sentences {

    private static final Pattern BETWEEN = Pattern.compile("(?<=[.?!])\\s+(?=\\p{Lu})");

    private Sentences() {}

    static List<String> of(String message) {
        return List.of(BETWEEN.split(message));
    }
}
