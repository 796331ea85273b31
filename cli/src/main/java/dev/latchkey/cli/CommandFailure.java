package dev.latchkey.cli;

import java.io.EOFException;
import java.io.Serial;
import java.io.Serializable;
import java.time.Duration;
import java.util.Optional;

/** The end of a command that did not do what it was asked: for the shell a code, for the person three sentences. */
final class CommandFailure extends Exception {

    static final String NOTHING_CHANGED = "Nothing was changed.";

    @Serial
    private static final long serialVersionUID = 1L;

    private final FailureCode code;
    private final Sentences sentences;
    private final Duration retryAfter;

    /**
     * @param code the stable code
     * @param what what happened
     * @param kept what was kept or changed; empty if the first sentence says it already
     * @param next what to do now
     */
    CommandFailure(FailureCode code, String what, String kept, String next) {
        this(code, new Sentences(what, kept, next), null, null);
    }

    /** Whoever was asked for something ended the input instead, which Ctrl-D does. */
    static CommandFailure leftAtPrompt(EOFException cause) {
        return new CommandFailure(
                        FailureCode.CANCELLED,
                        "Nothing was typed, and the input ended.",
                        NOTHING_CHANGED,
                        "Run the command again if you mean it.")
                .because(cause);
    }

    private CommandFailure(FailureCode code, Sentences sentences, Duration retryAfter, Throwable cause) {
        super(sentences.what(), cause);
        this.code = code;
        this.sentences = sentences;
        this.retryAfter = retryAfter;
    }

    /** The same failure, with the time to wait before trying again. */
    CommandFailure retryAfter(Duration time) {
        return new CommandFailure(code, sentences, time, getCause());
    }

    /** The same failure with what lies behind it, which only {@code --debug} prints. */
    CommandFailure because(Throwable cause) {
        return new CommandFailure(code, sentences, retryAfter, cause);
    }

    FailureCode code() {
        return code;
    }

    String what() {
        return sentences.what();
    }

    String kept() {
        return sentences.kept();
    }

    String next() {
        return sentences.next();
    }

    Optional<Duration> retryAfter() {
        return Optional.ofNullable(retryAfter);
    }

    private record Sentences(String what, String kept, String next) implements Serializable {}
}
