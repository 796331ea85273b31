package dev.latchkey.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import java.security.SecureRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class LabelTagTest {

    private final StorageKey storageKey =
            StorageKey.takeOwnership(Vectors.secret(Vectors.load("secrets.json"), "storage_key"));

    @AfterEach
    void closeStorageKey() {
        storageKey.close();
    }

    @ParameterizedTest
    @MethodSource("dev.latchkey.protocol.SecretEnvelopeTest#cases")
    void of_labelOfTheVector_givesItsTag(JsonObject vector) throws Exception {
        assertThat(LabelTag.of(storageKey, SecretEnvelopeTest.descriptor(vector).label()))
                .isEqualTo(Vectors.bytes(vector, "label_tag"));
    }

    @Test
    void of_anotherLabelOrStorageKey_isAnother() throws Exception {
        try (StorageKey other = StorageKey.generate(new SecureRandom())) {
            byte[] tag = LabelTag.of(storageKey, Label.of("a"));

            assertThat(LabelTag.of(storageKey, Label.of("b"))).isNotEqualTo(tag);
            assertThat(LabelTag.of(other, Label.of("a"))).isNotEqualTo(tag);
        }
    }

    @Test
    void of_labelsThatDifferInUnicodeFormOnly_isTheSame() throws Exception {
        assertThat(LabelTag.of(storageKey, Label.of("e\u0301"))).isEqualTo(LabelTag.of(storageKey, Label.of("\u00e9")));
    }
}
