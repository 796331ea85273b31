package dev.latchkey.cli;

import dev.latchkey.opaque.SecretBytes;

/** Two hexadecimal digits a byte, written in lower case and read in both. */
final class HexForm {

    private static final int LINE_FEED = '\n';
    private static final int CARRIAGE_RETURN = '\r';

    private HexForm() {}

    static SecretBytes encode(SecretBytes secret) {
        byte[] bytes = secret.exposed();
        SecretBytes out = SecretBytes.allocate(2 * bytes.length + 1);
        byte[] text = out.exposed();
        for (int i = 0; i < bytes.length; i++) {
            text[2 * i] = digit((bytes[i] >> 4) & 0xf);
            text[2 * i + 1] = digit(bytes[i] & 0xf);
        }
        text[text.length - 1] = LINE_FEED;
        return out;
    }

    static SecretBytes decode(SecretBytes text) throws CommandFailure {
        byte[] characters = text.exposed();
        try (SecretBytes room = SecretBytes.allocate(characters.length / 2)) {
            int digits = 0;
            for (byte character : characters) {
                // Only between two bytes: in the middle of one, something is missing.
                if (digits % 2 == 0 && (character == LINE_FEED || character == CARRIAGE_RETURN)) {
                    continue;
                }
                int value = value(character);
                if (value < 0) {
                    throw KeyFormat.refused("It is not hexadecimal: at least one character is no digit of it.");
                }
                if (digits / 2 < room.length()) {
                    room.exposed()[digits / 2] |= (byte) (digits % 2 == 0 ? value << 4 : value);
                }
                digits++;
            }
            if (digits % 2 != 0) {
                throw KeyFormat.refused("It is not hexadecimal: it has an odd number of digits.");
            }
            return room.slice(0, digits / 2);
        }
    }

    /** By arithmetic, not by looking it up: where in a table a secret leads could be seen from outside. */
    private static byte digit(int nibble) {
        int letter = (9 - nibble) >> 31;
        return (byte) ('0' + nibble + (letter & ('a' - '0' - 10)));
    }

    /** The digit's value, or a negative number. */
    private static int value(int character) {
        int lower = character | 0x20;
        int number = inRange(character, '0', '9');
        int letter = inRange(lower, 'a', 'f');
        return (number & (character - '0')) | (letter & (lower - 'a' + 10)) | ~(number | letter);
    }

    /** All ones if it is, else zero. */
    private static int inRange(int character, int from, int to) {
        return ~((character - from) | (to - character)) >> 31;
    }
}
