package dev.latchkey.server.seal;

import dev.latchkey.opaque.SecretBytes;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;

/**
 * The text of a root key file: fixed lines around the key and its fingerprint, both in lower-case hexadecimal.
 *
 * <p>The fingerprint is the check value as well: it shows a mistyped or cut file, and an operator can compare it with
 * the one a database names. Digits are made and read without a branch or a table, for they are the key.
 */
final class RootKeyText {

    private static final byte[] BEFORE_KEY = ascii("""
            latchkey root key 1
            # Everything the key server stores is sealed under this key.
            # Keep a copy of this file apart from the database: without it, everything is lost.
            key\s""");
    private static final byte[] BEFORE_FINGERPRINT = ascii("\nfingerprint ");
    private static final byte[] END = ascii("\n");

    private static final int KEY_AT = BEFORE_KEY.length;
    private static final int FINGERPRINT_AT = KEY_AT + 2 * RootKey.BYTES + BEFORE_FINGERPRINT.length;
    private static final int END_AT = FINGERPRINT_AT + 2 * RootKey.FINGERPRINT_BYTES;
    private static final int BYTES = END_AT + END.length;

    private RootKeyText() {}

    /** The caller closes the text. */
    static SecretBytes write(RootKey key) {
        SecretBytes text = SecretBytes.allocate(BYTES);
        byte[] out = text.exposed();
        put(out, 0, BEFORE_KEY);
        writeHex(key.key().exposed(), out, KEY_AT);
        put(out, KEY_AT + 2 * RootKey.BYTES, BEFORE_FINGERPRINT);
        writeHex(key.fingerprint(), out, FINGERPRINT_AT);
        put(out, END_AT, END);
        return text;
    }

    /** The caller closes the key. */
    static SecretBytes parse(SecretBytes text, Path file) throws RootKeyException {
        byte[] in = text.exposed();
        if (in.length != BYTES
                || !holds(in, 0, BEFORE_KEY)
                || !holds(in, KEY_AT + 2 * RootKey.BYTES, BEFORE_FINGERPRINT)
                || !holds(in, END_AT, END)) {
            throw new RootKeyException(RootKeyException.Reason.MALFORMED, file, null);
        }
        SecretBytes key = SecretBytes.allocate(RootKey.BYTES);
        byte[] fingerprint = new byte[RootKey.FINGERPRINT_BYTES];
        boolean keyIsHex = readHex(in, KEY_AT, key.exposed());
        boolean fingerprintIsHex = readHex(in, FINGERPRINT_AT, fingerprint);
        if (!keyIsHex || !fingerprintIsHex || !MessageDigest.isEqual(fingerprint, RootKey.fingerprintOf(key))) {
            key.close();
            throw new RootKeyException(RootKeyException.Reason.DAMAGED, file, null);
        }
        return key;
    }

    private static void writeHex(byte[] bytes, byte[] out, int at) {
        for (int i = 0; i < bytes.length; i++) {
            out[at + 2 * i] = digit((bytes[i] >> 4) & 0xf);
            out[at + 2 * i + 1] = digit(bytes[i] & 0xf);
        }
    }

    /** @return whether all were lower-case hexadecimal digits */
    private static boolean readHex(byte[] in, int at, byte[] bytes) {
        int wrong = 0;
        for (int i = 0; i < bytes.length; i++) {
            int high = value(in[at + 2 * i]);
            int low = value(in[at + 2 * i + 1]);
            wrong |= high | low;
            bytes[i] = (byte) ((high << 4) | (low & 0xf));
        }
        return wrong >= 0;
    }

    private static byte digit(int value) {
        int aboveNine = (9 - value) >> 31;
        return (byte) ('0' + value + (aboveNine & ('a' - '0' - 10)));
    }

    /** The digit's value, or -1. */
    private static int value(byte digit) {
        int decimal = digit - '0';
        int letter = digit - 'a';
        int isDecimal = ~(decimal | (9 - decimal)) >> 31;
        int isLetter = ~(letter | (5 - letter)) >> 31;
        return (decimal & isDecimal) | ((letter + 10) & isLetter) | ~(isDecimal | isLetter);
    }

    private static void put(byte[] out, int at, byte[] part) {
        System.arraycopy(part, 0, out, at, part.length);
    }

    private static boolean holds(byte[] in, int at, byte[] part) {
        return Arrays.equals(in, at, at + part.length, part, 0, part.length);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
