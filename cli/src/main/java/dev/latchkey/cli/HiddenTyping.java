package dev.latchkey.cli;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.util.concurrent.TimeUnit;

/** A terminal that does not show what is typed, until {@link #end} or the end of the process. */
final class HiddenTyping {

    private static final int STTY_SECONDS = 5;

    private final File tty;
    private final String before;
    private final Thread hook;

    private HiddenTyping(File tty, String before) {
        this.tty = tty;
        this.before = before;
        this.hook = new Thread(this::restore, "show typing again");
    }

    /** @throws IOException if the terminal can't be told to hide what is typed; then nothing must be asked */
    static HiddenTyping at(File tty) throws IOException {
        HiddenTyping hidden = new HiddenTyping(tty, stty(tty, "-g"));
        Runtime.getRuntime().addShutdownHook(hidden.hook);
        stty(tty, "-echo");
        return hidden;
    }

    /** Shows typing again. */
    void end() {
        restore();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The process is ending, and the hook restores the terminal too: doing it twice harms nothing.
            return;
        }
    }

    private void restore() {
        try {
            stty(tty, before);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String stty(File tty, String argument) throws IOException {
        Process stty = new ProcessBuilder("stty", argument)
                .redirectInput(tty)
                .redirectError(Redirect.DISCARD)
                .start();
        String answer = new String(stty.getInputStream().readAllBytes(), US_ASCII).strip();
        try {
            if (!stty.waitFor(STTY_SECONDS, TimeUnit.SECONDS) || stty.exitValue() != 0) {
                throw new IOException("the terminal can't be told to hide what is typed (stty failed)");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting for stty", e);
        }
        return answer;
    }
}
