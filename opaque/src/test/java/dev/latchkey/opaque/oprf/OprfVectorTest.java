package dev.latchkey.opaque.oprf;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import dev.latchkey.opaque.QueuedRandom;
import dev.latchkey.opaque.SecretBytes;
import dev.latchkey.opaque.Vectors;
import dev.latchkey.opaque.ristretto.Element;
import dev.latchkey.opaque.ristretto.Scalar;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every figure of RFC 9497, appendix A.1.1. */
class OprfVectorTest {

    private static final JsonObject SUITE = Vectors.objects(Vectors.load("rfc9497-ristretto255-oprf.json"), "suites")
            .get(0);

    static Stream<JsonObject> vectors() {
        return Vectors.objects(SUITE, "vectors").stream();
    }

    @Test
    void deriveKey_seedAndInfoOfTheRfc_givesItsKey() {
        try (SecretBytes seed = Vectors.secret(SUITE, "seed");
                Scalar key = OprfServer.deriveKey(seed, Vectors.bytes(SUITE, "keyInfo"))) {
            assertThat(key.encode()).isEqualTo(Vectors.bytes(SUITE, "skSm"));
        }
    }

    @Test
    void hashToGroupTag_ofTheSuite_isTheRfcs() {
        assertThat(Suite.HASH_TO_GROUP_TAG.getBytes(StandardCharsets.US_ASCII))
                .isEqualTo(Vectors.bytes(SUITE, "groupDST"));
    }

    @ParameterizedTest
    @MethodSource("vectors")
    void evaluation_inputAndBlindOfTheRfc_givesItsElementsAndOutput(JsonObject vector) throws Exception {
        QueuedRandom random = new QueuedRandom().thenScalar(vector.get("Blind").getAsString());
        try (SecretBytes input = Vectors.secret(vector, "Input");
                OprfClient client = OprfClient.blind(input, random);
                Scalar key = Scalar.decode(Vectors.bytes(SUITE, "skSm"))) {
            assertThat(client.blindedElement().encode()).isEqualTo(Vectors.bytes(vector, "BlindedElement"));

            Element evaluated = OprfServer.blindEvaluate(key, client.blindedElement());
            assertThat(evaluated.encode()).isEqualTo(Vectors.bytes(vector, "EvaluationElement"));

            try (SecretBytes output = client.output(evaluated)) {
                assertThat(output.copyBytes()).isEqualTo(Vectors.bytes(vector, "Output"));
            }
        }
        assertThat(random.isExhausted()).isTrue();
    }
}
