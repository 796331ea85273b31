package dev.latchkey.protocol;

import dev.latchkey.protocol.InvalidInputException.Reason;
import dev.latchkey.protocol.InvalidInputException.Subject;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.Optional;
import java.util.function.IntFunction;

/**
 * Text that a person typed and may see again, in the one form its mapping gives. {@code toString} does not show it, so that
 * it enters no log by accident.
 */
abstract sealed class Text permits AccountName, Label, DeviceName {

    /**
     * The most UTF-16 units looked at before mapping. NFC makes text shorter, at most eight times in these units (four by
     * composing, two by replacing supplementary ideographs), so nothing of 1024 mapped bytes is refused by it.
     */
    static final int MAX_UNMAPPED = 8 * 1024;

    private final String value;

    Text(String value) {
        this.value = value;
    }

    /** The mapped text. */
    public final String value() {
        return value;
    }

    /** The mapped text in UTF-8. */
    public final byte[] utf8() {
        return value.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public final boolean equals(Object other) {
        return other instanceof Text that && getClass() == that.getClass() && value.equals(that.value);
    }

    @Override
    public final int hashCode() {
        return value.hashCode();
    }

    @Override
    public final String toString() {
        return getClass().getSimpleName() + "[" + utf8().length + " bytes]";
    }

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
