package dev.latchkey.opaque.ristretto;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.Arrays;

/**
 * Arbitrary bytes as elements, judged by libsodium.
 *
 * <p>A build runs the inputs kept beside the test; with {@code JAZZER_FUZZ=1} and one target chosen by {@code -Dtest}
 * it looks for new ones.
 */
class ElementFuzzTest {

    @FuzzTest(maxDuration = "2m")
    void decode_anyBytes_acceptsWhatLibsodiumAcceptsAndGivesItBack(byte[] data) {
        // Long inputs would all fail alike; cut, they reach the arithmetic.
        byte[] encoding = data.length > Element.BYTES + 1 ? Arrays.copyOf(data, Element.BYTES) : data;
        boolean accepted;
        try {
            assertThat(Element.decode(encoding).encode()).isEqualTo(encoding);
            accepted = true;
        } catch (InvalidEncodingException e) {
            accepted = false;
        }
        boolean expected = encoding.length == Element.BYTES && Libsodium.INSTANCE.isElement(encoding);
        assertThat(accepted).isEqualTo(expected);
    }

    @FuzzTest(maxDuration = "2m")
    void fromUniformBytes_anyBytes_isTheElementThatLibsodiumMapsTo(byte[] data) throws InvalidEncodingException {
        byte[] input = Arrays.copyOf(data, Element.UNIFORM_BYTES);
        byte[] encoding = Element.fromUniformBytes(input).encode();
        assertThat(encoding).isEqualTo(Libsodium.INSTANCE.fromUniformBytes(input));
        assertThat(Element.decode(encoding).encode()).isEqualTo(encoding);
    }
}
