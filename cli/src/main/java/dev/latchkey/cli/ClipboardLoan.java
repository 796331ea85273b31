package dev.latchkey.cli;

import dev.latchkey.opaque.SecretBytes;
import java.io.IOException;
import java.time.Duration;

/** A secret on the clipboard, which is taken from there again, once, unless somebody put something else there. */
final class ClipboardLoan implements AutoCloseable {

    /** How long a secret stays there. */
    static final Duration TIME = Duration.ofSeconds(45);

    private final Clipboard clipboard;
    private final SecretBytes secret;
    private boolean ended;

    private ClipboardLoan(Clipboard clipboard, SecretBytes secret) {
        this.clipboard = clipboard;
        this.secret = secret;
    }

    /** @param secret still the caller's; a copy is kept to see what the clipboard holds, and wiped at the end */
    static ClipboardLoan begin(Clipboard clipboard, SecretBytes secret) throws CommandFailure {
        clipboard.put(secret);
        return new ClipboardLoan(clipboard, secret.copy());
    }

    /** Ends the loan: says what became of it, or nothing if it had ended before. */
    synchronized String end() throws CommandFailure {
        if (ended) {
            return "";
        }
        ended = true;
        try (secret) {
            return clipboard.clear(secret)
                    ? "The clipboard was cleared."
                    : "The clipboard holds something else by now, and was left as it is.";
        } catch (IOException e) {
            throw new CommandFailure(
                            FailureCode.NO_CLIPBOARD,
                            "The clipboard could not be cleared.",
                            "The secret may still be there.",
                            "Copy something else, so that it takes the secret's place.")
                    .because(e);
        }
    }

    /** Ends the loan where nobody listens any more. */
    @Override
    public void close() {
        try {
            end();
        } catch (CommandFailure e) {
            // Said by whoever ends it in time; here the process is ending.
            return;
        }
    }
}
