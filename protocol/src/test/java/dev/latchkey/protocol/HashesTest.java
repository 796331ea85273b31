package dev.latchkey.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.latchkey.opaque.SecretBytes;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class HashesTest {

    static Stream<JsonObject> cases() {
        return Vectors.objects(Vectors.load("hash.json"), "cases").stream();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void sha3_256_partsOfTheVector_givesItsHash(JsonObject vector) {
        List<byte[]> parts = StreamSupport.stream(vector.getAsJsonArray("parts").spliterator(), false)
                .map(JsonElement::getAsString)
                .map(HexFormat.of()::parseHex)
                .toList();

        assertThat(Hashes.sha3_256(parts.toArray(byte[][]::new))).isEqualTo(Vectors.bytes(vector, "hash"));
    }

    @Test
    void sha3_256_secret_givesTheSameAsOfPublicBytes() {
        // Around the 136 bytes that are taken in at once.
        for (int length : new int[] {0, 1, 64, 135, 136, 137, 300}) {
            byte[] prefix = {1, 2, 3};
            byte[] bytes = new byte[length];
            Arrays.fill(bytes, (byte) 7);
            try (SecretBytes secret = SecretBytes.copyOf(bytes);
                    SecretBytes hash = Hashes.sha3_256(prefix, secret)) {
                assertThat(hash.copyBytes()).isEqualTo(Hashes.sha3_256(prefix, bytes));
            }
        }
    }
}
