package dev.latchkey.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import com.google.gson.JsonObject;
import dev.latchkey.opaque.SecretBytes;
import dev.latchkey.protocol.IntegrityException.Reason;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The encrypted storage key against {@code storage-key.json}, and all that must not open it. */
class StorageKeyEnvelopeTest {

    static Stream<JsonObject> cases() {
        return Vectors.objects(Vectors.load("storage-key.json"), "cases").stream();
    }

    private static final JsonObject VECTOR = cases().findFirst().orElseThrow();
    private static final JsonObject OTHER_VECTOR = cases().skip(1).findFirst().orElseThrow();
    private static final UserId USER = Vectors.userId(VECTOR);
    private static final byte[] ENVELOPE = Vectors.bytes(VECTOR, "encrypted_storage_key");

    private static SecretBytes exportKey() {
        return Vectors.secret(VECTOR, "export_key");
    }

    private static void assertDoesNotOpen(SecretBytes exportKey, UserId userId, byte[] envelope, Reason reason) {
        assertThatExceptionOfType(IntegrityException.class)
                .isThrownBy(() -> StorageKeyEnvelope.open(exportKey, userId, envelope))
                .satisfies(e -> assertThat(e.reason()).isEqualTo(reason));
    }

    @Nested
    class TheLayout {

        @ParameterizedTest
        @MethodSource("dev.latchkey.protocol.StorageKeyEnvelopeTest#cases")
        void seal_inputsOfTheVector_givesItsEnvelope(JsonObject vector) {
            QueuedRandom random =
                    new QueuedRandom().then(Vectors.bytes(vector, "pad")).then(Vectors.bytes(vector, "nonce"));
            try (SecretBytes exportKey = Vectors.secret(vector, "export_key");
                    StorageKey storageKey = StorageKey.takeOwnership(Vectors.secret(vector, "storage_key"))) {
                byte[] envelope = StorageKeyEnvelope.seal(exportKey, Vectors.userId(vector), storageKey, random);

                assertThat(envelope).hasSize(93).isEqualTo(Vectors.bytes(vector, "encrypted_storage_key"));
            }
        }

        @ParameterizedTest
        @MethodSource("dev.latchkey.protocol.StorageKeyEnvelopeTest#cases")
        void open_envelopeOfTheVector_givesItsStorageKey(JsonObject vector) throws Exception {
            try (SecretBytes exportKey = Vectors.secret(vector, "export_key");
                    StorageKey storageKey = StorageKeyEnvelope.open(
                            exportKey, Vectors.userId(vector), Vectors.bytes(vector, "encrypted_storage_key"))) {
                assertThat(storageKey.bytes().copyBytes()).isEqualTo(Vectors.bytes(vector, "storage_key"));
            }
        }

        @Test
        void seal_twice_sharesNeitherPadNorNonceNorCiphertext() throws Exception {
            SecureRandom random = new SecureRandom();
            try (SecretBytes exportKey = exportKey();
                    StorageKey storageKey = StorageKey.generate(random)) {
                byte[] first = StorageKeyEnvelope.seal(exportKey, USER, storageKey, random);
                byte[] second = StorageKeyEnvelope.seal(exportKey, USER, storageKey, random);

                assertThat(Arrays.copyOfRange(first, 1, 33)).isNotEqualTo(Arrays.copyOfRange(second, 1, 33));
                assertThat(Arrays.copyOfRange(first, 33, 45)).isNotEqualTo(Arrays.copyOfRange(second, 33, 45));
                assertThat(Arrays.copyOfRange(first, 45, 93)).isNotEqualTo(Arrays.copyOfRange(second, 45, 93));
                try (StorageKey one = StorageKeyEnvelope.open(exportKey, USER, first);
                        StorageKey two = StorageKeyEnvelope.open(exportKey, USER, second)) {
                    assertThat(one.bytes().constantTimeEquals(two.bytes())).isTrue();
                }
            }
        }

        @Test
        void seal_exportKeyOfAnotherLength_isACallersBug() {
            try (SecretBytes exportKey = SecretBytes.allocate(63);
                    StorageKey storageKey = StorageKey.generate(new SecureRandom())) {
                assertThatIllegalArgumentException()
                        .isThrownBy(() -> StorageKeyEnvelope.seal(exportKey, USER, storageKey, new SecureRandom()));
            }
        }
    }

    @Nested
    class WhatDoesNotOpen {

        @Test
        void open_anyBitChanged_isAnIntegrityError() {
            try (SecretBytes exportKey = exportKey()) {
                for (byte[] changed : Flips.of(ENVELOPE)) {
                    Reason reason = changed[0] == 1 ? Reason.STORAGE_KEY : Reason.UNKNOWN_FORMAT;
                    assertDoesNotOpen(exportKey, USER, changed, reason);
                }
            }
        }

        @Test
        void open_anotherLength_isAnIntegrityError() {
            try (SecretBytes exportKey = exportKey()) {
                for (byte[] changed : Flips.ofLength(ENVELOPE)) {
                    assertDoesNotOpen(exportKey, USER, changed, Reason.UNKNOWN_FORMAT);
                }
            }
        }

        @Test
        void open_forAnotherUser_isAnIntegrityError() {
            try (SecretBytes exportKey = exportKey()) {
                assertDoesNotOpen(exportKey, Vectors.userId(OTHER_VECTOR), ENVELOPE, Reason.STORAGE_KEY);
                for (byte[] changed : Flips.of(USER.toByteArray())) {
                    assertDoesNotOpen(exportKey, UserId.of(changed), ENVELOPE, Reason.STORAGE_KEY);
                }
            }
        }

        @Test
        void open_withAnotherExportKey_isAnIntegrityError() {
            for (byte[] changed : Flips.of(Vectors.bytes(VECTOR, "export_key"))) {
                try (SecretBytes exportKey = SecretBytes.takeOwnership(changed)) {
                    assertDoesNotOpen(exportKey, USER, ENVELOPE, Reason.STORAGE_KEY);
                }
            }
        }
    }

    @Nested
    class WhatAServerChecks {

        @Test
        void requireWellFormed_anyContentInTheForm_isAccepted() {
            byte[] anything = new byte[93];
            anything[0] = 1;

            assertThatCode(() -> StorageKeyEnvelope.requireWellFormed(anything)).doesNotThrowAnyException();
            assertThatCode(() -> StorageKeyEnvelope.requireWellFormed(ENVELOPE)).doesNotThrowAnyException();
        }

        @Test
        void requireWellFormed_anotherLength_isMalformed() {
            for (byte[] changed : Flips.ofLength(ENVELOPE)) {
                assertMalformed(changed, MalformedException.Reason.WRONG_LENGTH);
            }
        }

        @Test
        void requireWellFormed_anotherFirstByte_isMalformed() {
            for (int first = 0; first < 256; first++) {
                if (first != 1) {
                    byte[] changed = ENVELOPE.clone();
                    changed[0] = (byte) first;
                    assertMalformed(changed, MalformedException.Reason.UNKNOWN_VERSION);
                }
            }
        }

        private void assertMalformed(byte[] envelope, MalformedException.Reason reason) {
            assertThatExceptionOfType(MalformedException.class)
                    .isThrownBy(() -> StorageKeyEnvelope.requireWellFormed(envelope))
                    .satisfies(e -> assertThat(e.reason()).isEqualTo(reason));
        }
    }

    /** The storage key never leaves the protocol's own code. */
    @Nested
    class TheStorageKey {

        @Test
        void generate_random_takesThirtyTwoBytesOfIt() {
            byte[] drawn = Vectors.bytes(VECTOR, "storage_key");
            try (StorageKey storageKey = StorageKey.generate(new QueuedRandom().then(drawn))) {
                assertThat(storageKey.bytes().copyBytes()).isEqualTo(drawn);
            }
        }

        @Test
        void close_storageKey_wipesIt() {
            byte[] bytes = Vectors.bytes(VECTOR, "storage_key");
            StorageKey storageKey = StorageKey.takeOwnership(SecretBytes.takeOwnership(bytes));
            storageKey.close();
            storageKey.close();

            assertThat(bytes).containsOnly(0);
            assertThatIllegalStateException()
                    .isThrownBy(() -> storageKey.bytes().length());
        }

        @Test
        void toString_storageKey_isRedacted() {
            try (StorageKey storageKey = StorageKey.generate(new SecureRandom())) {
                assertThat(storageKey).hasToString("StorageKey[REDACTED]");
            }
        }

        @Test
        void publicMethods_none_givesItsBytes() {
            Stream<Method> leaking = Arrays.stream(StorageKey.class.getMethods())
                    .filter(method -> method.getDeclaringClass() == StorageKey.class)
                    .filter(method -> Modifier.isPublic(method.getModifiers()))
                    .filter(method ->
                            method.getReturnType() == byte[].class || method.getReturnType() == SecretBytes.class);

            assertThat(leaking).isEmpty();
            assertThat(StorageKey.class.getConstructors()).isEmpty();
            assertThat(StorageKey.class.getFields()).isEmpty();
        }
    }
}
