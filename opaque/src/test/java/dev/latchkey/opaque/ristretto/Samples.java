package dev.latchkey.opaque.ristretto;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Numbers at the edges and at random, and their encodings.
 *
 * <p>Every run draws its own seed; {@code -Dlatchkey.seed=N} repeats the run that named N when it failed.
 */
final class Samples {

    static final BigInteger P = BigInteger.TWO.pow(255).subtract(BigInteger.valueOf(19));
    static final BigInteger ORDER =
            BigInteger.TWO.pow(252).add(new BigInteger("27742317777372353535851937790883648493"));

    static final long SEED = Long.getLong("latchkey.seed", System.nanoTime());

    private static final BigInteger[] NEIGHBOURHOOD = {
        BigInteger.TWO.negate(), BigInteger.ONE.negate(), BigInteger.ZERO, BigInteger.ONE, BigInteger.TWO
    };

    private final Random random;

    /** Samples that depend on the seed and on {@code stream}, so that tests don't depend on each other's order. */
    Samples(String stream) {
        this.random = new Random(SEED ^ (long) stream.hashCode() << 32);
    }

    /** What a failure has to name to be repeatable. */
    static String seed() {
        return "-Dlatchkey.seed=" + SEED;
    }

    byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    BigInteger number(int bits) {
        return new BigInteger(bits, random);
    }

    /** A limb below {@code bound}, often at one of its ends. */
    long limb(long bound) {
        return switch (random.nextInt(4)) {
            case 0 -> bound - 1;
            case 1 -> 0;
            default -> random.nextLong(bound);
        };
    }

    int index(int bound) {
        return random.nextInt(bound);
    }

    /** Encodings around every number where the arithmetic turns over, all 32 bytes long. */
    static List<byte[]> edgeEncodings() {
        List<byte[]> encodings = new ArrayList<>();
        for (BigInteger number : turningPoints()) {
            for (BigInteger offset : NEIGHBOURHOOD) {
                BigInteger n = number.add(offset);
                if (n.signum() >= 0 && n.bitLength() <= 256) {
                    encodings.add(littleEndian(n, 32));
                }
            }
        }
        for (int i = 0; i < 32; i++) {
            // p + i up to p + 18 = 2^255 - 1 has 255 bits; what follows wraps into bit 255.
            encodings.add(littleEndian(P.add(BigInteger.valueOf(i)), 32));
        }
        return encodings;
    }

    private static List<BigInteger> turningPoints() {
        List<BigInteger> points = new ArrayList<>(List.of(
                BigInteger.ZERO,
                P,
                P.shiftRight(1),
                P.shiftLeft(1),
                ORDER,
                ORDER.shiftRight(1),
                ORDER.shiftLeft(1),
                ORDER.multiply(BigInteger.valueOf(8)),
                BigInteger.TWO.pow(256).subtract(BigInteger.ONE)));
        for (int limb = 0; limb <= 5; limb++) {
            points.add(BigInteger.TWO.pow(51 * limb));
            points.add(BigInteger.TWO.pow(Math.min(52 * limb, 256)));
        }
        for (int bit = 248; bit <= 256; bit++) {
            points.add(BigInteger.TWO.pow(bit));
        }
        for (int nibble = 1; nibble < 16; nibble++) {
            // Every window of four bits the same: all carries of signed digits, or none.
            points.add(BigInteger.TWO
                    .pow(256)
                    .subtract(BigInteger.ONE)
                    .divide(BigInteger.valueOf(15))
                    .multiply(BigInteger.valueOf(nibble)));
        }
        return points;
    }

    /** The edges that are scalars, the others reduced modulo the order. */
    static List<byte[]> edgeScalars() {
        List<byte[]> scalars = new ArrayList<>();
        for (byte[] encoding : edgeEncodings()) {
            scalars.add(littleEndian(number(encoding).mod(ORDER), 32));
        }
        for (int i = 0; i <= 32; i++) {
            scalars.add(littleEndian(BigInteger.valueOf(i), 32));
        }
        return scalars;
    }

    /** A random scalar's encoding. */
    byte[] scalar() {
        return littleEndian(number(512).mod(ORDER), 32);
    }

    /** A random element's encoding, made by a foreign library. */
    byte[] element() {
        return Libsodium.INSTANCE.fromUniformBytes(bytes(64));
    }

    static BigInteger number(byte[] littleEndian) {
        byte[] bigEndian = new byte[littleEndian.length];
        for (int i = 0; i < bigEndian.length; i++) {
            bigEndian[i] = littleEndian[littleEndian.length - 1 - i];
        }
        return new BigInteger(1, bigEndian);
    }

    static byte[] littleEndian(BigInteger number, int length) {
        byte[] bytes = new byte[length];
        BigInteger rest = number;
        for (int i = 0; i < length; i++) {
            bytes[i] = rest.byteValue();
            rest = rest.shiftRight(8);
        }
        return bytes;
    }
}
