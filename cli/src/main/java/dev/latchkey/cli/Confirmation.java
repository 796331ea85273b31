package dev.latchkey.cli;

import java.io.EOFException;
import java.io.IOException;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Asks before something is done that can't be undone. */
final class Confirmation {

    private static final Set<String> YES = Set.of("y", "yes");

    private final Terminal terminal;

    Confirmation(Terminal terminal) {
        this.terminal = terminal;
    }

    /**
     * Returns if the person says yes, or {@code yes} says so already.
     *
     * @throws CommandFailure {@code CANCELLED} on any other answer, {@code USAGE} if there is nobody to ask
     */
    void of(String question, boolean yes) throws CommandFailure {
        if (yes) {
            return;
        }
        String answer = ask(question + " [y/N] ", "--yes");
        if (!YES.contains(answer.strip().toLowerCase(Locale.ROOT))) {
            throw cancelled();
        }
    }

    /**
     * The answer to a question that takes more than yes.
     *
     * @param option what a script gives instead
     */
    String ask(String question, String option) throws CommandFailure {
        Optional<String> answer;
        try {
            answer = terminal.readLine(question);
        } catch (EOFException e) {
            throw CommandFailure.leftAtPrompt(e);
        } catch (IOException e) {
            throw nobody(option).because(e);
        }
        return answer.orElseThrow(() -> nobody(option));
    }

    private static CommandFailure cancelled() {
        return new CommandFailure(
                FailureCode.CANCELLED,
                "The question was not answered with yes.",
                CommandFailure.NOTHING_CHANGED,
                "Run the command again if you mean it.");
    }

    private static CommandFailure nobody(String option) {
        return new CommandFailure(
                FailureCode.USAGE,
                "This takes a confirmation, and there is no terminal to ask for it.",
                CommandFailure.NOTHING_CHANGED,
                "Add " + option + " if you mean it.");
    }
}
