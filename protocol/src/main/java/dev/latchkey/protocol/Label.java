package dev.latchkey.protocol;

import dev.latchkey.protocol.IntegrityException.Reason;
import dev.latchkey.protocol.InvalidInputException.Subject;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * What an owner calls a secret: NFC, 1 to 255 bytes of UTF-8, without control characters.
 *
 * <p>The server never learns it.
 */
public final class Label extends Text {

    /** The longest label, in bytes of UTF-8. */
    public static final int MAX_BYTES = 255;

    private Label(String value) {
        super(value);
    }

    /**
     * Maps what a person typed to NFC; case and white space stay.
     *
     * @throws InvalidInputException if it is empty, too long, or has a character no label may have
     */
    public static Label of(String typed) throws InvalidInputException {
        requireAllowed(Subject.LABEL, typed, Unicode13::refusedAnywhere);
        String mapped = nfc(typed);
        requireLength(Subject.LABEL, mapped, MAX_BYTES);
        return new Label(mapped);
    }

    /**
     * Reads the label of an opened descriptor, as its maker wrote it: a later version may know more characters. Control
     * characters are refused still, as nobody's terminal should be at the mercy of a label.
     */
    static Label read(byte[] utf8) throws IntegrityException {
        try {
            String value = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(utf8))
                    .toString();
            boolean control = value.codePoints().anyMatch(Character::isISOControl);
            if (value.isEmpty() || utf8.length > MAX_BYTES || control) {
                throw new IntegrityException(Reason.DESCRIPTOR);
            }
            return new Label(value);
        } catch (CharacterCodingException e) {
            throw new IntegrityException(Reason.DESCRIPTOR);
        }
    }
}
