package dev.latchkey.opaque.ristretto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.google.gson.Gson;
import dev.latchkey.opaque.ristretto.InvalidEncodingException.Reason;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every figure of RFC 9496, appendix A. */
class Rfc9496Test {

    private static final Vectors VECTORS = Vectors.load();

    @Test
    void generatorMultiples_byBothMultiplications_areTheFiguresOfA1() throws InvalidEncodingException {
        assertThat(VECTORS.generator_multiples()).hasSize(16);
        Element sum = Element.IDENTITY;
        for (int i = 0; i < VECTORS.generator_multiples().size(); i++) {
            byte[] figure = bytes(VECTORS.generator_multiples().get(i));
            Scalar scalar = Scalar.decode(Samples.littleEndian(BigInteger.valueOf(i), 32));

            assertThat(Element.multiplyGenerator(scalar).encode()).isEqualTo(figure);
            assertThat(Element.GENERATOR.multiply(scalar).encode()).isEqualTo(figure);
            assertThat(sum.encode()).isEqualTo(figure);
            assertThat(Element.decode(figure).encode()).isEqualTo(figure);
            assertThat(Element.decode(figure).constantTimeEquals(sum)).isTrue();
            sum = sum.add(Element.GENERATOR);
        }
    }

    @ParameterizedTest
    @MethodSource("invalidEncodings")
    void decode_invalidEncodingOfA2_isRefused(String encoding) {
        byte[] bytes = bytes(encoding);
        BigInteger number = Samples.number(bytes);
        boolean canonical = number.compareTo(Samples.P) < 0 && !number.testBit(0);

        assertThatExceptionOfType(InvalidEncodingException.class)
                .isThrownBy(() -> Element.decode(bytes))
                .satisfies(
                        e -> assertThat(e.reason()).isEqualTo(canonical ? Reason.NOT_ON_GROUP : Reason.NOT_CANONICAL))
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain(encoding.substring(0, 8)));
    }

    @ParameterizedTest
    @MethodSource("uniformBytes")
    void fromUniformBytes_inputOfA3_isTheFigure(UniformBytes figure) {
        assertThat(Element.fromUniformBytes(bytes(figure.input())).encode()).isEqualTo(bytes(figure.output()));
    }

    static List<String> invalidEncodings() {
        assertThat(VECTORS.invalid_encodings()).hasSize(29);
        return VECTORS.invalid_encodings();
    }

    static List<UniformBytes> uniformBytes() {
        assertThat(VECTORS.from_uniform_bytes()).hasSize(7);
        return VECTORS.from_uniform_bytes();
    }

    private static byte[] bytes(String hex) {
        return HexFormat.of().parseHex(hex);
    }

    record UniformBytes(String input, String output) {}

    /** The members bear the names of the data file. */
    record Vectors(
            String source,
            List<String> generator_multiples,
            List<String> invalid_encodings,
            List<UniformBytes> from_uniform_bytes) {

        static Vectors load() {
            try (Reader reader = new InputStreamReader(
                    Objects.requireNonNull(Rfc9496Test.class.getResourceAsStream("/vectors/rfc9496-ristretto255.json")),
                    StandardCharsets.UTF_8)) {
                return new Gson().fromJson(reader, Vectors.class);
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
