package dev.latchkey.opaque.ristretto;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.Arrays;

/** Arbitrary bytes as scalars, judged by elisabeth and libsodium; run like {@link ElementFuzzTest}. */
class ScalarFuzzTest {

    @FuzzTest(maxDuration = "2m")
    void decode_anyBytes_acceptsWhatElisabethAcceptsAndGivesItBack(byte[] data) {
        // Long inputs would all fail alike; cut, they reach the arithmetic.
        byte[] encoding = data.length > Scalar.BYTES + 1 ? Arrays.copyOf(data, Scalar.BYTES) : data;
        boolean accepted;
        try (Scalar scalar = Scalar.decode(encoding)) {
            assertThat(scalar.encode()).isEqualTo(encoding);
            accepted = true;
        } catch (InvalidEncodingException e) {
            accepted = false;
        }
        boolean expected = encoding.length == Scalar.BYTES && Elisabeth.INSTANCE.isScalar(encoding);
        assertThat(accepted).isEqualTo(expected);
        if (encoding.length == Scalar.BYTES) {
            // libsodium has no test of canonical scalars; its reduction leaves exactly those unchanged.
            byte[] reduced = Libsodium.INSTANCE.reduceScalar(Arrays.copyOf(encoding, Scalar.UNIFORM_BYTES));
            assertThat(accepted).isEqualTo(Arrays.equals(encoding, reduced));
        }
    }

    @FuzzTest(maxDuration = "2m")
    void fromUniformBytes_anyBytes_isTheScalarThatLibsodiumReducesTo(byte[] data) throws InvalidEncodingException {
        byte[] input = Arrays.copyOf(data, Scalar.UNIFORM_BYTES);
        try (Scalar scalar = Scalar.fromUniformBytes(input);
                Scalar again = Scalar.decode(scalar.encode())) {
            assertThat(scalar.encode()).isEqualTo(Libsodium.INSTANCE.reduceScalar(input));
            assertThat(again.constantTimeEquals(scalar)).isTrue();
        }
    }
}
