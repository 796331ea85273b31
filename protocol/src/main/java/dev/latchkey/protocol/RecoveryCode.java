package dev.latchkey.protocol;

import dev.latchkey.opaque.Hkdf;
import dev.latchkey.opaque.SecretBytes;
import dev.latchkey.protocol.InvalidInputException.Reason;
import dev.latchkey.protocol.InvalidInputException.Subject;
import java.security.SecureRandom;
import java.util.Arrays;

/**
 * What opens a backup (§14): 128 random bits, written as thirteen words, the last fifteen bits of which check the others.
 *
 * <p>Thirteen on purpose: no wallet takes a phrase of that length, so that nobody mistakes the one for the other. As
 * strong as the key it gives; never derived from a password.
 */
public final class RecoveryCode implements AutoCloseable {

    /** The number of words. */
    public static final int WORDS = 13;

    private static final int ENTROPY_BYTES = 16;
    private static final int CHECK_BITS = WORDS * RecoveryWords.BITS - ENTROPY_BYTES * Byte.SIZE;
    private static final byte[] CHECK_LABEL = Octets.ascii("latchkey/1 recovery code");

    private final SecretBytes entropy;

    private RecoveryCode(SecretBytes entropy) {
        this.entropy = entropy;
    }

    /** Draws a new one, which the caller closes. */
    public static RecoveryCode random(SecureRandom random) {
        return new RecoveryCode(SecretBytes.random(ENTROPY_BYTES, random));
    }

    /**
     * Reads what a person typed: the words in any case, or the first four letters of each, with white space or hyphens
     * between them.
     *
     * @param typed still the caller's to wipe
     * @return the code, which the caller closes
     * @throws InvalidInputException {@code WORD_COUNT}, {@code UNKNOWN_WORD}, or {@code CHECKSUM} if the words are not in
     *     their places
     */
    public static RecoveryCode parse(char[] typed) throws InvalidInputException {
        int[] numbers = new int[WORDS];
        try {
            int count = 0;
            for (int from = 0; from < typed.length; ) {
                if (isBetween(typed[from])) {
                    from++;
                    continue;
                }
                int to = from;
                while (to < typed.length && !isBetween(typed[to])) {
                    to++;
                }
                if (count == WORDS) {
                    throw refused(Reason.WORD_COUNT);
                }
                numbers[count++] = RecoveryWords.numberOf(typed, from, to);
                from = to;
            }
            if (count != WORDS) {
                throw refused(count == 0 ? Reason.EMPTY : Reason.WORD_COUNT);
            }
            return ofNumbers(numbers);
        } finally {
            Arrays.fill(numbers, 0);
        }
    }

    private static RecoveryCode ofNumbers(int[] numbers) throws InvalidInputException {
        byte[] bits = new byte[(WORDS * RecoveryWords.BITS + 7) / Byte.SIZE];
        try {
            for (int word = 0; word < WORDS; word++) {
                if (numbers[word] < 0) {
                    throw refused(Reason.UNKNOWN_WORD);
                }
                for (int bit = 0; bit < RecoveryWords.BITS; bit++) {
                    int at = word * RecoveryWords.BITS + bit;
                    int value = (numbers[word] >>> (RecoveryWords.BITS - 1 - bit)) & 1;
                    bits[at / Byte.SIZE] |= (byte) (value << (Byte.SIZE - 1 - at % Byte.SIZE));
                }
            }
            RecoveryCode code = new RecoveryCode(SecretBytes.takeOwnership(Arrays.copyOf(bits, ENTROPY_BYTES)));
            int check = fifteenBits(bits[ENTROPY_BYTES], bits[ENTROPY_BYTES + 1]);
            if (check != code.check()) {
                code.close();
                throw refused(Reason.CHECKSUM);
            }
            return code;
        } finally {
            Arrays.fill(bits, (byte) 0);
        }
    }

    /** The words with one space between them, in lower case; the caller wipes them. */
    public char[] words() {
        char[] text = new char[WORDS * (RecoveryWords.LONGEST + 1)];
        try {
            int length = 0;
            for (int word = 0; word < WORDS; word++) {
                if (word > 0) {
                    text[length++] = ' ';
                }
                char[] letters = RecoveryWords.word(number(word));
                System.arraycopy(letters, 0, text, length, letters.length);
                length += letters.length;
            }
            return Arrays.copyOf(text, length);
        } finally {
            Arrays.fill(text, '\0');
        }
    }

    private int number(int word) {
        int check = check();
        int number = 0;
        for (int bit = 0; bit < RecoveryWords.BITS; bit++) {
            int at = word * RecoveryWords.BITS + bit;
            int inCheck = at - ENTROPY_BYTES * Byte.SIZE;
            int value = inCheck < 0
                    ? (entropy.exposed()[at / Byte.SIZE] >>> (Byte.SIZE - 1 - at % Byte.SIZE)) & 1
                    : (check >>> (CHECK_BITS - 1 - inCheck)) & 1;
            number = (number << 1) | value;
        }
        return number;
    }

    /** The first fifteen bits of {@code Hash("latchkey/1 recovery code" ‖ entropy)}. */
    private int check() {
        byte[] hash = Hashes.sha3_256(CHECK_LABEL, entropy.exposed());
        return fifteenBits(hash[0], hash[1]);
    }

    private static int fifteenBits(byte first, byte second) {
        return (Byte.toUnsignedInt(first) << 7) | (Byte.toUnsignedInt(second) >>> 1);
    }

    /** {@code KDF(entropy, label ‖ salt, length)}, which the caller closes. */
    SecretBytes derive(byte[] label, byte[] salt, int length) {
        return Hkdf.derive(entropy, Octets.concat(label, salt), length);
    }

    /** Wipes the code; closing again does nothing. */
    @Override
    public void close() {
        entropy.close();
    }

    @Override
    public String toString() {
        return "RecoveryCode[REDACTED]";
    }

    private static boolean isBetween(char c) {
        return c == '-' || Character.isWhitespace(c);
    }

    private static InvalidInputException refused(Reason reason) {
        return new InvalidInputException(Subject.RECOVERY_CODE, reason);
    }
}
