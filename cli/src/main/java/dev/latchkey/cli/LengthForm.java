package dev.latchkey.cli;

import dev.latchkey.opaque.SecretBytes;
import java.nio.ByteBuffer;

/** {@code len ‖ secret}: one byte of length for 1 to 255 bytes, else {@code 0x00 ‖ I2OSP(length, 4) ‖ secret} (§5). */
final class LengthForm {

    private static final int LONGEST_SHORT = 255;
    private static final int LONG_HEADER = 1 + Integer.BYTES;

    private LengthForm() {}

    static SecretBytes encode(SecretBytes secret) {
        boolean isShort = secret.length() <= LONGEST_SHORT;
        SecretBytes out = SecretBytes.allocate((isShort ? 1 : LONG_HEADER) + secret.length());
        ByteBuffer buffer = ByteBuffer.wrap(out.exposed());
        if (isShort) {
            buffer.put((byte) secret.length());
        } else {
            buffer.put((byte) 0).putInt(secret.length());
        }
        buffer.put(secret.exposed());
        return out;
    }

    static SecretBytes decode(SecretBytes text) throws CommandFailure {
        ByteBuffer buffer = ByteBuffer.wrap(text.exposed());
        int header = 1;
        int length = buffer.hasRemaining() ? Byte.toUnsignedInt(buffer.get()) : 0;
        if (length == 0) {
            header = LONG_HEADER;
            if (buffer.remaining() < Integer.BYTES) {
                throw KeyFormat.refused("It ends before its length does.");
            }
            length = buffer.getInt();
            if (length >= 0 && length <= LONGEST_SHORT) {
                throw KeyFormat.refused("Its length stands in five bytes though one is enough.");
            }
        }
        if (length != buffer.remaining()) {
            throw KeyFormat.refused("Its length is said to be " + Integer.toUnsignedString(length) + " bytes, and "
                    + InWords.bytes(buffer.remaining()) + " follow.");
        }
        return text.slice(header, length);
    }
}
