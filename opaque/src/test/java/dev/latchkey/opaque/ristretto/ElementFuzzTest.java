package dev.latchkey.opaque.ristretto;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.Arrays;

/** Arbitrary bytes as elements, judged by libsodium. */
class ElementFuzzTest {

    @FuzzTest
    void decode_anyBytes_acceptsWhatLibsodiumAcceptsAndGivesItBack(byte[] data) {
        boolean accepted;
        try {
            assertThat(Element.decode(data).encode()).isEqualTo(data);
            accepted = true;
        } catch (InvalidEncodingException e) {
            accepted = false;
        }
        boolean expected = data.length == Element.BYTES && Libsodium.INSTANCE.isElement(data);
        assertThat(accepted).isEqualTo(expected);
    }

    @FuzzTest
    void fromUniformBytes_anyBytes_isTheElementThatLibsodiumMapsTo(byte[] data) throws InvalidEncodingException {
        byte[] input = Arrays.copyOf(data, Element.UNIFORM_BYTES);
        byte[] encoding = Element.fromUniformBytes(input).encode();
        assertThat(encoding).isEqualTo(Libsodium.INSTANCE.fromUniformBytes(input));
        assertThat(Element.decode(encoding).encode()).isEqualTo(encoding);
    }
}
