package dev.latchkey.opaque.ristretto;

import dev.latchkey.opaque.ristretto.InvalidEncodingException.Reason;
import java.security.SecureRandom;
import java.util.Arrays;

/**
 * An integer modulo ℓ, the order of ristretto255 (RFC 9496 §4.4): a secret that is wiped when closed.
 *
 * <p>Whoever creates one closes it; so does whoever receives one as a result. {@code equals} and {@code hashCode} are
 * those of the object, not of its value. Every method but {@link #close()} and {@link #toString()} throws {@link
 * IllegalStateException} once it is closed. Not safe for use by several threads while one of them closes it.
 */
public final class Scalar implements AutoCloseable {

    /** The length of an encoding. */
    public static final int BYTES = ScalarField.BYTES;

    /** The length of what {@link #fromUniformBytes} reduces. */
    public static final int UNIFORM_BYTES = ScalarField.WIDE_BYTES;

    private final long[] limbs;
    private boolean closed;

    private Scalar(long[] limbs) {
        this.limbs = limbs;
    }

    /**
     * Draws a scalar other than zero: RandomScalar of RFC 9497 §4.7.2.
     *
     * <p>Each try asks {@code random} once for 64 bytes and reduces them; zero means another try.
     */
    public static Scalar random(SecureRandom random) {
        byte[] bytes = new byte[UNIFORM_BYTES];
        try {
            while (true) {
                random.nextBytes(bytes);
                Scalar scalar = fromUniformBytes(bytes);
                if (!scalar.isZero()) {
                    return scalar;
                }
            }
        } finally {
            Arrays.fill(bytes, (byte) 0);
        }
    }

    /**
     * Reduces 64 bytes, taken as a little-endian integer, modulo ℓ (RFC 9496 §4.4).
     *
     * @throws IllegalArgumentException if there are not 64 bytes
     */
    public static Scalar fromUniformBytes(byte[] bytes) {
        if (bytes.length != UNIFORM_BYTES) {
            throw new IllegalArgumentException("a scalar is reduced from 64 bytes");
        }
        return new Scalar(ScalarField.reduceWide(bytes));
    }

    /**
     * Decodes 32 little-endian bytes, which must be below ℓ.
     *
     * @throws InvalidEncodingException if they are not 32 or not below ℓ
     */
    public static Scalar decode(byte[] bytes) throws InvalidEncodingException {
        if (bytes.length != BYTES) {
            throw new InvalidEncodingException(Reason.WRONG_LENGTH);
        }
        long[] limbs = ScalarField.fromBytes(bytes);
        if (ScalarField.canonicalMask(limbs) == 0) {
            Arrays.fill(limbs, 0);
            throw new InvalidEncodingException(Reason.NOT_CANONICAL);
        }
        return new Scalar(limbs);
    }

    /** The canonical 32 little-endian bytes, which the caller owns and must wipe. */
    public byte[] encode() {
        return ScalarField.toBytes(openLimbs());
    }

    /** This plus {@code other} modulo ℓ. */
    public Scalar add(Scalar other) {
        long[] result = new long[ScalarField.LIMBS];
        ScalarField.add(result, openLimbs(), other.openLimbs());
        return new Scalar(result);
    }

    /** This times {@code other} modulo ℓ. */
    public Scalar multiply(Scalar other) {
        long[] result = new long[ScalarField.LIMBS];
        ScalarField.multiply(result, openLimbs(), other.openLimbs());
        return new Scalar(result);
    }

    /**
     * The scalar that this must be multiplied by to give 1.
     *
     * @throws ArithmeticException if this is zero, which has none
     */
    public Scalar invert() {
        if (isZero()) {
            throw new ArithmeticException("zero has no inverse");
        }
        long[] result = new long[ScalarField.LIMBS];
        ScalarField.invert(result, openLimbs());
        return new Scalar(result);
    }

    /** Whether this is zero, in a time that does not depend on the value. */
    public boolean isZero() {
        long bits = 0;
        for (long limb : openLimbs()) {
            bits |= limb;
        }
        return bits == 0;
    }

    /** Whether both have the same value, in a time that does not depend on the values. */
    public boolean constantTimeEquals(Scalar other) {
        long[] a = openLimbs();
        long[] b = other.openLimbs();
        long difference = 0;
        for (int i = 0; i < ScalarField.LIMBS; i++) {
            difference |= a[i] ^ b[i];
        }
        return difference == 0;
    }

    /** The digits for a multiplication, which the caller closes. */
    SignedDigits signedDigits() {
        byte[] bytes = encode();
        try {
            return new SignedDigits(bytes);
        } finally {
            Arrays.fill(bytes, (byte) 0);
        }
    }

    /** Zeroes the value; closing again does nothing. */
    @Override
    public void close() {
        closed = true;
        Arrays.fill(limbs, 0);
    }

    @Override
    public String toString() {
        return "Scalar[REDACTED]";
    }

    private long[] openLimbs() {
        if (closed) {
            throw new IllegalStateException("the scalar is closed and wiped");
        }
        return limbs;
    }
}
