package dev.latchkey.opaque.ristretto;

import java.util.Arrays;

/**
 * A scalar as 64 digits dᵢ with −8 ≤ dᵢ < 8 and Σ dᵢ·16ⁱ equal to it, wiped when closed.
 *
 * <p>Digits with a sign halve the table of multiples that a window needs, for a point is negated almost for free.
 */
final class SignedDigits implements AutoCloseable {

    static final int COUNT = 64;

    private final byte[] digits = new byte[COUNT];

    /** The digits of a little-endian number below 2²⁵³, as scalars are: the last digit has room for the last carry. */
    SignedDigits(byte[] bytes) {
        for (int i = 0; i < bytes.length; i++) {
            digits[2 * i] = (byte) (bytes[i] & 15);
            digits[2 * i + 1] = (byte) (bytes[i] >>> 4 & 15);
        }
        int carry = 0;
        for (int i = 0; i < COUNT; i++) {
            int digit = digits[i] + carry;
            carry = (digit + 8) >> 4;
            digits[i] = (byte) (digit - (carry << 4));
        }
    }

    int get(int index) {
        return digits[index];
    }

    @Override
    public void close() {
        Arrays.fill(digits, (byte) 0);
    }
}
