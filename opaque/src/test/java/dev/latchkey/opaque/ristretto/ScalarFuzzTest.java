package dev.latchkey.opaque.ristretto;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.Arrays;

/** Arbitrary bytes as scalars, judged by elisabeth and libsodium. */
class ScalarFuzzTest {

    @FuzzTest
    void decode_anyBytes_acceptsWhatElisabethAcceptsAndGivesItBack(byte[] data) {
        boolean accepted;
        try (Scalar scalar = Scalar.decode(data)) {
            assertThat(scalar.encode()).isEqualTo(data);
            accepted = true;
        } catch (InvalidEncodingException e) {
            accepted = false;
        }
        // libsodium has no test of canonical scalars; its reduction leaves exactly those unchanged.
        byte[] wide = Arrays.copyOf(data, Scalar.UNIFORM_BYTES);
        boolean unchanged = Arrays.equals(Arrays.copyOf(data, 32), Libsodium.INSTANCE.reduceScalar(wide));
        boolean expected = data.length == Scalar.BYTES && Elisabeth.INSTANCE.isScalar(data);
        assertThat(accepted).isEqualTo(expected).isEqualTo(data.length == Scalar.BYTES && unchanged);
    }

    @FuzzTest
    void fromUniformBytes_anyBytes_isTheScalarThatLibsodiumReducesTo(byte[] data) throws InvalidEncodingException {
        byte[] input = Arrays.copyOf(data, Scalar.UNIFORM_BYTES);
        try (Scalar scalar = Scalar.fromUniformBytes(input);
                Scalar again = Scalar.decode(scalar.encode())) {
            assertThat(scalar.encode()).isEqualTo(Libsodium.INSTANCE.reduceScalar(input));
            assertThat(again.constantTimeEquals(scalar)).isTrue();
        }
    }
}
