package dev.latchkey.cli;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.latchkey.opaque.SecretBytes;
import dev.latchkey.protocol.InvalidInputException;
import dev.latchkey.protocol.RecoveryCode;
import java.io.PrintStream;
import java.util.Arrays;

/** A recovery code between the person and the program, never as a {@code String}. */
final class CodeWords {

    private static final int WORDS_A_LINE = 5;

    private CodeWords() {}

    /** The words in one line, with its end; the caller closes the result. */
    static SecretBytes line(RecoveryCode code) {
        char[] words = code.words();
        try {
            SecretBytes line = SecretBytes.allocate(words.length + 1);
            for (int i = 0; i < words.length; i++) {
                line.exposed()[i] = (byte) words[i];
            }
            line.exposed()[words.length] = '\n';
            return line;
        } finally {
            Arrays.fill(words, '\0');
        }
    }

    /** Shows the words in short lines. */
    static void show(RecoveryCode code, PrintStream screen) {
        try (SecretBytes line = line(code)) {
            byte[] words = line.exposed();
            int word = 0;
            int from = 0;
            for (int to = 0; to < words.length; to++) {
                if (words[to] != ' ' && words[to] != '\n') {
                    continue;
                }
                screen.writeBytes((word % WORDS_A_LINE == 0 ? "  " : " ").getBytes(US_ASCII));
                screen.write(words, from, to - from);
                from = to + 1;
                word++;
                if (word % WORDS_A_LINE == 0 || word == RecoveryCode.WORDS) {
                    screen.println();
                }
            }
        }
    }

    /**
     * Reads what was typed, and wipes it; the caller closes the result.
     *
     * @throws CommandFailure {@code INVALID_INPUT} if the words are no code
     */
    static RecoveryCode read(char[] typed) throws CommandFailure {
        try {
            return RecoveryCode.parse(typed);
        } catch (InvalidInputException e) {
            throw new CommandFailure(
                            FailureCode.INVALID_INPUT,
                            e.getMessage(),
                            CommandFailure.NOTHING_CHANGED,
                            "It is the " + RecoveryCode.WORDS
                                    + " words that backup showed, in their order; of each the first four letters are enough.")
                    .because(e);
        } finally {
            Arrays.fill(typed, '\0');
        }
    }
}
