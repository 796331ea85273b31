package dev.latchkey.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.google.gson.JsonObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SecretObjectTest {

    @ParameterizedTest
    @MethodSource("dev.latchkey.protocol.SecretEnvelopeTest#cases")
    void hash_sealedBytesOfTheVector_givesItsObject(JsonObject vector) {
        byte[] secretHash = Hashes.sha3_256(Vectors.bytes(vector, "sealed_secret"));
        byte[] object = SecretObject.hash(
                Vectors.bytes(vector, "label_tag"), Vectors.bytes(vector, "sealed_descriptor"), secretHash);

        assertThat(secretHash).isEqualTo(Vectors.bytes(vector, "secret_hash"));
        assertThat(object).isEqualTo(Vectors.bytes(vector, "object"));
    }

    @Test
    void hash_anyPartChanged_isAnother() {
        byte[] tag = new byte[16];
        byte[] descriptor = new byte[40];
        byte[] secretHash = new byte[32];
        byte[] object = SecretObject.hash(tag, descriptor, secretHash);

        Flips.of(tag)
                .forEach(other -> assertThat(SecretObject.hash(other, descriptor, secretHash))
                        .isNotEqualTo(object));
        Flips.of(descriptor)
                .forEach(other ->
                        assertThat(SecretObject.hash(tag, other, secretHash)).isNotEqualTo(object));
        Flips.of(secretHash)
                .forEach(other ->
                        assertThat(SecretObject.hash(tag, descriptor, other)).isNotEqualTo(object));
    }

    @Test
    void hash_tagOrHashOfAnotherLength_isACallersBug() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SecretObject.hash(new byte[15], new byte[40], new byte[32]));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SecretObject.hash(new byte[16], new byte[40], new byte[33]));
    }
}
