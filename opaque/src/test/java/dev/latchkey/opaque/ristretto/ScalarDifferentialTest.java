package dev.latchkey.opaque.ristretto;

import static dev.latchkey.opaque.ristretto.Samples.ORDER;
import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Scalars against two foreign implementations and {@link BigInteger}, on edges and at random.
 *
 * <p>libsodium has no test of canonical scalars and elisabeth no inversion; there one oracle and BigInteger have to do.
 */
class ScalarDifferentialTest {

    private static final HexFormat HEX = HexFormat.of();
    private static final List<Oracle> ORACLES = List.of(Libsodium.INSTANCE, Elisabeth.INSTANCE);

    private final Samples samples = new Samples("scalars");

    @Test
    void decode_anyBytes_agreesOnWhatIsAScalar() {
        List<byte[]> encodings = new ArrayList<>(Samples.edgeEncodings());
        encodings.addAll(Samples.edgeScalars());
        for (int i = 0; i < 15_000; i++) {
            byte[] bytes = samples.bytes(32);
            encodings.add(bytes);
            // Nearly all random bytes are too large; with a high byte of 0x10 it takes a comparison to tell.
            byte[] close = bytes.clone();
            close[31] &= 0x1f;
            encodings.add(close);
        }
        for (byte[] encoding : encodings) {
            byte[] again = decodeAndEncode(encoding);
            boolean expected = Samples.number(encoding).compareTo(ORDER) < 0;
            assertThat(again != null).as(() -> describe(encoding)).isEqualTo(expected);
            assertThat(Elisabeth.INSTANCE.isScalar(encoding))
                    .as(() -> describe(encoding))
                    .isEqualTo(expected);
            if (expected) {
                assertThat(again).as(() -> describe(encoding)).isEqualTo(encoding);
            }
        }
    }

    @Test
    void fromUniformBytes_anyBytes_isTheResidue() {
        List<byte[]> inputs = new ArrayList<>();
        List<byte[]> edges = Samples.edgeEncodings();
        for (byte[] edge : edges) {
            BigInteger number = Samples.number(edge);
            BigInteger other = Samples.number(edges.get(samples.index(edges.size())));
            inputs.add(Samples.littleEndian(number, 64));
            inputs.add(Samples.littleEndian(number.shiftLeft(256), 64));
            inputs.add(Samples.littleEndian(number.shiftLeft(256).add(other), 64));
            inputs.add(Samples.littleEndian(number.shiftLeft(259).add(number).mod(BigInteger.TWO.pow(512)), 64));
        }
        inputs.add(Samples.littleEndian(BigInteger.TWO.pow(512).subtract(BigInteger.ONE), 64));
        for (BigInteger multiple = BigInteger.TWO.pow(512).divide(ORDER).multiply(ORDER), i = BigInteger.TWO.negate();
                i.intValue() <= 2;
                i = i.add(BigInteger.ONE)) {
            inputs.add(Samples.littleEndian(multiple.add(i), 64));
        }
        for (int i = 0; i < 20_000; i++) {
            inputs.add(samples.bytes(64));
        }
        for (byte[] input : inputs) {
            byte[] residue = Scalar.fromUniformBytes(input).encode();
            assertThat(residue)
                    .as(() -> describe(input))
                    .isEqualTo(Samples.littleEndian(Samples.number(input).mod(ORDER), 32));
            for (Oracle oracle : ORACLES) {
                assertThat(residue).as(() -> oracle + ", " + describe(input)).isEqualTo(oracle.reduceScalar(input));
            }
        }
    }

    @Test
    void addAndMultiply_anyScalars_areSumAndProduct() throws InvalidEncodingException {
        List<byte[]> edges = Samples.edgeScalars();
        for (byte[] a : edges) {
            for (int i = 0; i < 20; i++) {
                verifySumAndProduct(a, edges.get(samples.index(edges.size())));
            }
            verifySumAndProduct(a, Samples.littleEndian(ORDER.subtract(BigInteger.ONE), 32));
        }
        for (int i = 0; i < 15_000; i++) {
            verifySumAndProduct(samples.scalar(), samples.scalar());
        }
    }

    @Test
    void invert_anyScalarButZero_isTheInverse() throws InvalidEncodingException {
        List<byte[]> scalars = new ArrayList<>(Samples.edgeScalars());
        for (int i = 0; i < 5_000; i++) {
            scalars.add(samples.scalar());
        }
        for (byte[] bytes : scalars) {
            if (Samples.number(bytes).signum() != 0) {
                byte[] inverse = Scalar.decode(bytes).invert().encode();
                assertThat(inverse)
                        .as(() -> describe(bytes))
                        .isEqualTo(Samples.littleEndian(Samples.number(bytes).modInverse(ORDER), 32))
                        .isEqualTo(Libsodium.INSTANCE.invertScalar(bytes));
            }
        }
    }

    private static void verifySumAndProduct(byte[] aBytes, byte[] bBytes) throws InvalidEncodingException {
        BigInteger x = Samples.number(aBytes);
        BigInteger y = Samples.number(bBytes);
        try (Scalar a = Scalar.decode(aBytes);
                Scalar b = Scalar.decode(bBytes);
                Scalar sum = a.add(b);
                Scalar product = a.multiply(b)) {
            String input = describe(aBytes) + " and " + describe(bBytes);
            assertThat(sum.encode())
                    .as(input)
                    .isEqualTo(Samples.littleEndian(x.add(y).mod(ORDER), 32));
            assertThat(product.encode())
                    .as(input)
                    .isEqualTo(Samples.littleEndian(x.multiply(y).mod(ORDER), 32));
            for (Oracle oracle : ORACLES) {
                assertThat(sum.encode()).as(input).isEqualTo(oracle.addScalars(aBytes, bBytes));
                assertThat(product.encode()).as(input).isEqualTo(oracle.multiplyScalars(aBytes, bBytes));
            }
        }
    }

    /** The encoding of what was decoded, or null if nothing was. */
    private static byte[] decodeAndEncode(byte[] encoding) {
        try {
            return Scalar.decode(encoding).encode();
        } catch (InvalidEncodingException e) {
            return null;
        }
    }

    private static String describe(byte[] input) {
        return HEX.formatHex(input) + ", " + Samples.seed();
    }
}
