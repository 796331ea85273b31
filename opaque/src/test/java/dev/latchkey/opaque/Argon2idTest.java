package dev.latchkey.opaque;

import static dev.latchkey.opaque.Vectors.bytes;
import static dev.latchkey.opaque.Vectors.secret;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import java.util.stream.Stream;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class Argon2idTest {

    static Stream<JsonObject> vectors() {
        return Vectors.objects(Vectors.load("argon2id.json"), "vectors").stream();
    }

    @ParameterizedTest
    @MethodSource("vectors")
    void stretch_parameters_givesWhatTheReferenceImplementationGives(JsonObject vector) {
        KsfParameters parameters = new KsfParameters(
                vector.get("memoryKib").getAsInt(),
                vector.get("iterations").getAsInt(),
                vector.get("parallelism").getAsInt());
        try (SecretBytes message = secret(vector, "message");
                SecretBytes stretched = new Argon2id().stretch(message, parameters)) {
            assertThat(stretched.copyBytes()).isEqualTo(bytes(vector, "output"));
            assertThat(message.copyBytes()).isEqualTo(bytes(vector, "message"));
        }
    }

    /** The standard's only vector has a secret and associated data, which OPAQUE doesn't use: this is about the library. */
    @Test
    void library_inputsOfRfc9106_givesItsTag() {
        JsonObject vector = Vectors.load("rfc9106-argon2id.json");
        Argon2BytesGenerator generator = new Argon2BytesGenerator();
        generator.init(new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
                .withVersion(Argon2Parameters.ARGON2_VERSION_13)
                .withMemoryAsKB(vector.get("memoryKib").getAsInt())
                .withIterations(vector.get("iterations").getAsInt())
                .withParallelism(vector.get("parallelism").getAsInt())
                .withSalt(bytes(vector, "salt"))
                .withSecret(bytes(vector, "secret"))
                .withAdditional(bytes(vector, "associatedData"))
                .build());
        byte[] tag = new byte[32];
        generator.generateBytes(bytes(vector, "message"), tag);
        assertThat(tag).isEqualTo(bytes(vector, "tag"));
    }
}
