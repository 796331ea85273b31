package dev.latchkey.protocol;

import dev.latchkey.protocol.InvalidInputException.Reason;
import dev.latchkey.protocol.InvalidInputException.Subject;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.Optional;
import java.util.function.IntFunction;

/** What names and labels, which are text a person may see, have in common. */
final class Text {

    /**
     * The most UTF-16 units looked at before mapping. NFC makes text shorter, at most eight times in these units (four by
     * composing, two by replacing supplementary ideographs), so nothing of 1024 mapped bytes is refused by it.
     */
    static final int MAX_UNMAPPED = 8 * 1024;

    private Text() {}

    /** Refuses text that is absurdly long, or has a code point that {@code refused} names a reason for. */
    static void requireAllowed(Subject subject, CharSequence text, IntFunction<Optional<Reason>> refused)
            throws InvalidInputException {
        if (text.length() > MAX_UNMAPPED) {
            throw new InvalidInputException(subject, Reason.TOO_LONG);
        }
        for (int i = 0; i < text.length(); ) {
            int codePoint = Character.codePointAt(text, i);
            Optional<Reason> reason = refused.apply(codePoint);
            if (reason.isPresent()) {
                throw new InvalidInputException(subject, reason.get());
            }
            i += Character.charCount(codePoint);
        }
    }

    static String nfc(String text) {
        return Normalizer.normalize(text, Normalizer.Form.NFC);
    }

    /** Refuses a mapped text of no bytes or more than {@code maxBytes} in UTF-8. */
    static void requireLength(Subject subject, String text, int maxBytes) throws InvalidInputException {
        if (text.isEmpty()) {
            throw new InvalidInputException(subject, Reason.EMPTY);
        }
        if (text.getBytes(StandardCharsets.UTF_8).length > maxBytes) {
            throw new InvalidInputException(subject, Reason.TOO_LONG);
        }
    }
}
