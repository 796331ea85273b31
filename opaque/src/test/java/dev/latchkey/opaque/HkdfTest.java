package dev.latchkey.opaque;

import static dev.latchkey.opaque.Vectors.bytes;
import static dev.latchkey.opaque.Vectors.secret;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.google.gson.JsonObject;
import java.security.MessageDigest;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class HkdfTest {

    static Stream<JsonObject> vectors() {
        return Vectors.objects(Vectors.load("hkdf-sha512.json"), "vectors").stream();
    }

    @ParameterizedTest
    @MethodSource("vectors")
    void extractAndExpand_knownInput_giveTheKnownKeys(JsonObject vector) throws Exception {
        int length = vector.get("length").getAsInt();
        try (SecretBytes ikm = secret(vector, "ikm");
                SecretBytes prk = Hkdf.extract(bytes(vector, "salt"), ikm);
                SecretBytes okm = Hkdf.expand(prk, bytes(vector, "info"), length)) {
            assertThat(prk.copyBytes()).isEqualTo(bytes(vector, "prk"));
            assertThat(okm.length()).isEqualTo(length);
            if (vector.has("okm")) {
                assertThat(okm.copyBytes()).isEqualTo(bytes(vector, "okm"));
            } else {
                assertThat(MessageDigest.getInstance("SHA-512").digest(okm.copyBytes()))
                        .isEqualTo(bytes(vector, "okmSha512"));
            }
        }
    }

    @Test
    void derive_key_isExtractWithEmptySaltThenExpand() {
        JsonObject vector = vectors()
                .filter(candidate -> candidate.get("name").getAsString().equals("RFC 5869 A.3"))
                .findFirst()
                .orElseThrow();
        try (SecretBytes ikm = secret(vector, "ikm");
                SecretBytes derived = Hkdf.derive(ikm, new byte[0], 42)) {
            assertThat(derived.copyBytes()).isEqualTo(bytes(vector, "okm"));
        }
    }

    @Test
    void expand_lengthOutsideTheStandard_isRefused() {
        try (SecretBytes prk = SecretBytes.allocate(64)) {
            assertThatIllegalArgumentException().isThrownBy(() -> Hkdf.expand(prk, new byte[0], -1));
            assertThatIllegalArgumentException().isThrownBy(() -> Hkdf.expand(prk, new byte[0], 255 * 64 + 1));
        }
    }

    @Test
    void expand_keyShorterThanTheHash_isRefused() {
        try (SecretBytes prk = SecretBytes.allocate(63)) {
            assertThatIllegalArgumentException().isThrownBy(() -> Hkdf.expand(prk, new byte[0], 1));
        }
    }

    @Test
    void everyOperation_leavesItsKeyOpenAndUnchanged() {
        byte[] before = {1, 2, 3};
        try (SecretBytes key = SecretBytes.copyOf(before)) {
            Hkdf.extract(new byte[0], key).close();
            Hkdf.derive(key, new byte[0], 10).close();
            assertThat(key.copyBytes()).isEqualTo(before);
        }
    }
}
