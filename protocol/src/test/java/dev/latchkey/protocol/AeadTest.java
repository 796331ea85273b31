package dev.latchkey.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.google.gson.JsonObject;
import dev.latchkey.opaque.SecretBytes;
import dev.latchkey.protocol.IntegrityException.Reason;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AeadTest {

    private static final JsonObject VECTOR = Vectors.load("rfc8439-aead.json");
    private static final byte[] NONCE = Vectors.bytes(VECTOR, "nonce");
    private static final byte[] AAD = Vectors.bytes(VECTOR, "aad");
    private static final byte[] PLAINTEXT = Vectors.bytes(VECTOR, "plaintext");
    private static final byte[] CIPHERTEXT = Vectors.bytes(VECTOR, "ciphertext_and_tag");

    private static SecretBytes key() {
        return Vectors.secret(VECTOR, "key");
    }

    private static void assertDoesNotOpen(byte[] nonce, byte[] ciphertext, byte[] aad) {
        try (SecretBytes key = key()) {
            assertThatExceptionOfType(IntegrityException.class)
                    .isThrownBy(() -> Aead.open(key, nonce, ciphertext, aad))
                    .satisfies(e -> assertThat(e.reason()).isEqualTo(Reason.NOT_AUTHENTIC));
        }
    }

    @Test
    void seal_vectorOfTheRfc_givesItsCiphertextAndTag() {
        try (SecretBytes key = key();
                SecretBytes plaintext = SecretBytes.copyOf(PLAINTEXT)) {
            assertThat(Aead.seal(key, NONCE, PLAINTEXT, AAD)).isEqualTo(CIPHERTEXT);
            assertThat(Aead.seal(key, NONCE, plaintext, AAD)).isEqualTo(CIPHERTEXT);
        }
    }

    @Test
    void open_vectorOfTheRfc_givesItsPlaintext() throws Exception {
        try (SecretBytes key = key();
                SecretBytes secret = Aead.openSecret(key, NONCE, CIPHERTEXT, AAD)) {
            assertThat(Aead.open(key, NONCE, CIPHERTEXT, AAD)).isEqualTo(PLAINTEXT);
            assertThat(secret.copyBytes()).isEqualTo(PLAINTEXT);
        }
    }

    @Test
    void seal_emptyPlaintext_givesATagThatOpensToNothing() throws Exception {
        try (SecretBytes key = key()) {
            byte[] tag = Aead.seal(key, NONCE, new byte[0], AAD);

            assertThat(tag).hasSize(16);
            assertThat(Aead.open(key, NONCE, tag, AAD)).isEmpty();
        }
    }

    @Test
    void seal_key_isTheCallersStill() {
        try (SecretBytes key = key()) {
            Aead.seal(key, NONCE, PLAINTEXT, AAD);

            assertThat(key.constantTimeEquals(Vectors.bytes(VECTOR, "key"))).isTrue();
        }
    }

    @Nested
    class WhatDoesNotOpen {

        @Test
        void open_anyBitChanged_isNotAuthentic() {
            Flips.of(CIPHERTEXT).forEach(changed -> assertDoesNotOpen(NONCE, changed, AAD));
            Flips.of(NONCE).forEach(changed -> assertDoesNotOpen(changed, CIPHERTEXT, AAD));
            Flips.of(AAD).forEach(changed -> assertDoesNotOpen(NONCE, CIPHERTEXT, changed));
        }

        @Test
        void open_anyOtherLength_isNotAuthentic() {
            Flips.ofLength(CIPHERTEXT).forEach(changed -> assertDoesNotOpen(NONCE, changed, AAD));
            Flips.ofLength(AAD).forEach(changed -> assertDoesNotOpen(NONCE, CIPHERTEXT, changed));
        }

        @Test
        void open_anotherKey_isNotAuthentic() {
            for (byte[] changed : Flips.of(Vectors.bytes(VECTOR, "key"))) {
                try (SecretBytes key = SecretBytes.takeOwnership(changed)) {
                    assertThatExceptionOfType(IntegrityException.class)
                            .isThrownBy(() -> Aead.open(key, NONCE, CIPHERTEXT, AAD));
                }
            }
        }
    }

    @Nested
    class ACallersBug {

        @ParameterizedTest
        @ValueSource(ints = {0, 16, 31, 33})
        void seal_keyOfAnotherLength_isRefused(int length) {
            try (SecretBytes key = SecretBytes.allocate(length)) {
                assertThatIllegalArgumentException().isThrownBy(() -> Aead.seal(key, NONCE, PLAINTEXT, AAD));
            }
        }

        @ParameterizedTest
        @ValueSource(ints = {0, 8, 11, 13, 24})
        void open_nonceOfAnotherLength_isRefused(int length) {
            try (SecretBytes key = key()) {
                assertThatIllegalArgumentException()
                        .isThrownBy(() -> Aead.open(key, new byte[length], CIPHERTEXT, AAD));
            }
        }
    }
}
