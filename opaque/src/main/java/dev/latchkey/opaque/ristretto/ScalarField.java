package dev.latchkey.opaque.ristretto;

import java.util.Arrays;

/**
 * Arithmetic modulo ℓ = 2²⁵² + 27742317777372353535851937790883648493, the order of the group.
 *
 * <p>A number is five limbs of 52 bits, the least significant first. Operands and results are in [0, ℓ), each limb
 * below 2⁵², unless a method says otherwise. Products are Montgomery's with R = 2²⁶⁰.
 */
final class ScalarField {

    static final int BYTES = 32;
    static final int WIDE_BYTES = 64;
    static final int LIMBS = 5;

    private static final int BITS = 52;
    private static final long MASK = (1L << BITS) - 1;
    private static final int DIGITS_PER_LIMB = BITS / 4;

    /** ℓ. */
    private static final long[] ORDER = {0x2631a5cf5d3edL, 0xdea2f79cd6581L, 0x000000014def9L, 0, 0x0100000000000L};

    /** −1/ℓ modulo 2⁵². */
    private static final long NEGATIVE_INVERSE = 0x51da312547e1bL;

    /** R modulo ℓ: the Montgomery form of 1, and the factor that reduces a number below R. */
    private static final long[] R = {
        0xf48bd6721e6edL, 0x3bab5ac67e45aL, 0xfffffeb35e51bL, 0xfffffffffffffL, 0x00fffffffffffL
    };

    /** R² modulo ℓ: the factor that multiplies by R. */
    private static final long[] R2 = {
        0x9d265e952d13bL, 0xd63c715bea69fL, 0x5be65cb687604L, 0x3dceec73d217fL, 0x009411b7c309aL
    };

    private static final long[] ONE = {1, 0, 0, 0, 0};

    /** ℓ − 2. */
    private static final long[] INVERSION_EXPONENT = {ORDER[0] - 2, ORDER[1], ORDER[2], ORDER[3], ORDER[4]};

    private ScalarField() {}

    /** The number in 32 bytes, which may be ℓ or more: limbs below 2⁵², the last below 2⁴⁸. */
    static long[] fromBytes(byte[] bytes) {
        return load(bytes, 0);
    }

    /** The mask of "is below ℓ". Operand: any limbs below 2⁵². */
    static long canonicalMask(long[] a) {
        long borrow = 0;
        for (int i = 0; i < LIMBS; i++) {
            borrow = (a[i] - ORDER[i] + borrow) >> BITS;
        }
        return borrow;
    }

    static byte[] toBytes(long[] a) {
        byte[] bytes = new byte[BYTES];
        LittleEndian.store(a[0] | a[1] << 52, bytes, 0);
        LittleEndian.store(a[1] >>> 12 | a[2] << 40, bytes, 8);
        LittleEndian.store(a[2] >>> 24 | a[3] << 28, bytes, 16);
        LittleEndian.store(a[3] >>> 36 | a[4] << 16, bytes, 24);
        return bytes;
    }

    /** The number in 64 bytes modulo ℓ. */
    static long[] reduceWide(byte[] bytes) {
        // The number is low + high · R; low is below R and high below 2²⁵², as a Montgomery factor may be.
        long[] low = load(bytes, 0);
        long[] high = load(bytes, BYTES);
        shiftRightFour(low, high);
        long[] result = new long[LIMBS];
        montgomery(low, low, R);
        montgomery(high, high, R2);
        add(result, low, high);
        Arrays.fill(low, 0);
        Arrays.fill(high, 0);
        return result;
    }

    /** Moves the lowest 4 bits of {@code high} above the 256 bits of {@code low}. */
    private static void shiftRightFour(long[] low, long[] high) {
        low[4] |= (high[0] & 15) << 48;
        for (int i = 0; i < LIMBS - 1; i++) {
            high[i] = high[i] >>> 4 | (high[i + 1] & 15) << 48;
        }
        high[4] >>>= 4;
    }

    private static long[] load(byte[] bytes, int offset) {
        long w0 = LittleEndian.load(bytes, offset);
        long w1 = LittleEndian.load(bytes, offset + 8);
        long w2 = LittleEndian.load(bytes, offset + 16);
        long w3 = LittleEndian.load(bytes, offset + 24);
        return new long[] {
            w0 & MASK,
            (w0 >>> 52 | w1 << 12) & MASK,
            (w1 >>> 40 | w2 << 24) & MASK,
            (w2 >>> 28 | w3 << 36) & MASK,
            w3 >>> 16
        };
    }

    /** result = a + b. */
    static void add(long[] result, long[] a, long[] b) {
        long carry = 0;
        for (int i = 0; i < LIMBS; i++) {
            carry += a[i] + b[i];
            result[i] = carry & MASK;
            carry >>>= BITS;
        }
        subtractOrderOnce(result);
    }

    /** result = a · b. */
    static void multiply(long[] result, long[] a, long[] b) {
        montgomery(result, a, b);
        montgomery(result, result, R2);
    }

    /** result = 1 / a = a^(ℓ − 2), or 0 for a = 0, in windows of four bits of the exponent, which is public. */
    static void invert(long[] result, long[] a) {
        long[][] powers = new long[16][LIMBS];
        powers[0] = R.clone();
        montgomery(powers[1], a, R2);
        for (int i = 2; i < powers.length; i++) {
            montgomery(powers[i], powers[i - 1], powers[1]);
        }

        long[] power = powers[0].clone();
        for (int digit = LIMBS * DIGITS_PER_LIMB - 1; digit >= 0; digit--) {
            for (int i = 0; i < 4; i++) {
                montgomery(power, power, power);
            }
            long limb = INVERSION_EXPONENT[digit / DIGITS_PER_LIMB];
            int index = (int) (limb >>> (4 * (digit % DIGITS_PER_LIMB))) & 15;
            montgomery(power, power, powers[index]);
        }
        montgomery(result, power, ONE);

        for (long[] entry : powers) {
            Arrays.fill(entry, 0);
        }
        Arrays.fill(power, 0);
    }

    /**
     * result = a · b / R. Operands: a in [0, R), b in [0, ℓ).
     *
     * <p>A product of two limbs is split at bit 52 as in {@link FieldElement#setProduct}; no limb exceeds 2⁵², so each
     * of the ten columns gathers at most ten lower and ten upper parts below 2⁵² and one carry, which stays below 2⁵⁷.
     */
    private static void montgomery(long[] result, long[] a, long[] b) {
        long[] t = new long[2 * LIMBS];
        for (int i = 0; i < LIMBS; i++) {
            addProduct(t, i, a[i], b);
        }
        // Adding the right multiple of ℓ makes each of the lower columns a multiple of 2⁵² in turn.
        for (int i = 0; i < LIMBS; i++) {
            addProduct(t, i, t[i] * NEGATIVE_INVERSE & MASK, ORDER);
            t[i + 1] += t[i] >>> BITS;
        }
        // What is left is below (R·ℓ + R·ℓ) / R = 2ℓ.
        long carry = 0;
        for (int i = 0; i < LIMBS; i++) {
            carry += t[LIMBS + i];
            result[i] = carry & MASK;
            carry >>>= BITS;
        }
        subtractOrderOnce(result);
        Arrays.fill(t, 0);
    }

    /** t += a · b · 2^(52·column). */
    private static void addProduct(long[] t, int column, long a, long[] b) {
        for (int i = 0; i < LIMBS; i++) {
            long high = Math.multiplyHigh(a << 8, b[i] << 4);
            t[column + i] += a * b[i] - (high << BITS);
            t[column + i + 1] += high;
        }
    }

    /** a = a mod ℓ, for a below 2ℓ. */
    private static void subtractOrderOnce(long[] a) {
        long keep = canonicalMask(a);
        long borrow = 0;
        for (int i = 0; i < LIMBS; i++) {
            borrow += a[i] - (ORDER[i] & ~keep);
            a[i] = borrow & MASK;
            borrow >>= BITS;
        }
    }
}
