package dev.latchkey.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.google.gson.JsonObject;
import dev.latchkey.opaque.SecretBytes;
import dev.latchkey.protocol.IntegrityException.Reason;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Secrets and descriptors against {@code secrets.json}, and what must not open. */
class SecretEnvelopeTest {

    private static final JsonObject VECTORS = Vectors.load("secrets.json");
    private static final UserId USER = Vectors.userId(VECTORS);
    private static final KeyId KEY = KeyId.of(Vectors.bytes(VECTORS, "key_id"));
    private static final KeyId OTHER_KEY = KeyId.of(new byte[16]);

    private final StorageKey storageKey = StorageKey.takeOwnership(Vectors.secret(VECTORS, "storage_key"));
    private final SecureRandom random = new SecureRandom();

    @AfterEach
    void closeStorageKey() {
        storageKey.close();
    }

    static Stream<JsonObject> cases() {
        return Vectors.objects(VECTORS, "cases").stream();
    }

    static Stream<JsonObject> notDescriptors() {
        return Vectors.objects(VECTORS, "not_descriptors").stream();
    }

    static Stream<JsonObject> sealedByTheOwner() {
        return cases().filter(vector -> origin(vector) != Origin.SERVER_GENERATED);
    }

    private static DescriptorPlace place(JsonObject vector) {
        return DescriptorPlace.after(Vectors.bytes(vector, "previous_object"), Vectors.bytes(vector, "secret_hash"));
    }

    private static JsonObject first() {
        return cases().findFirst().orElseThrow();
    }

    private static Origin origin(JsonObject vector) {
        return Origin.ofCode(vector.get("origin").getAsInt()).orElseThrow();
    }

    static Descriptor descriptor(JsonObject vector) throws InvalidInputException {
        return new Descriptor(
                origin(vector),
                vector.get("type").getAsInt(),
                vector.get("created_unix_ms").getAsLong(),
                Label.of(vector.get("label").getAsString()));
    }

    private void assertSecretDoesNotOpen(UserId user, KeyId key, Origin origin, byte[] sealed, Reason reason) {
        assertThatExceptionOfType(IntegrityException.class)
                .isThrownBy(() -> SecretEnvelope.openSecret(storageKey, user, key, origin, sealed))
                .satisfies(e -> assertThat(e.reason()).isEqualTo(reason));
    }

    private void assertDescriptorDoesNotOpen(
            UserId user, KeyId key, DescriptorPlace place, byte[] sealed, Reason reason) {
        assertThatExceptionOfType(IntegrityException.class)
                .isThrownBy(() -> SecretEnvelope.openDescriptor(storageKey, user, key, place, sealed))
                .satisfies(e -> assertThat(e.reason()).isEqualTo(reason));
    }

    private static Reason reasonFor(byte[] changed) {
        return changed.length > 29 && changed[0] == 1 ? Reason.NOT_AUTHENTIC : Reason.UNKNOWN_FORMAT;
    }

    @Nested
    class TheLayout {

        @ParameterizedTest
        @MethodSource("dev.latchkey.protocol.SecretEnvelopeTest#sealedByTheOwner")
        void sealSecret_inputsOfTheVector_givesItsBytes(JsonObject vector) {
            try (SecretBytes secret = Vectors.secret(vector, "secret")) {
                byte[] sealed = SecretEnvelope.sealSecret(
                        storageKey,
                        USER,
                        KEY,
                        origin(vector),
                        secret,
                        new QueuedRandom().then(Vectors.bytes(vector, "secret_nonce")));

                assertThat(sealed)
                        .isEqualTo(Vectors.bytes(vector, "sealed_secret"))
                        .hasSize(secret.length() + 29);
            }
        }

        @ParameterizedTest
        @MethodSource("dev.latchkey.protocol.SecretEnvelopeTest#cases")
        void openSecret_bytesOfTheVector_givesItsSecret(JsonObject vector) throws Exception {
            byte[] sealed = Vectors.bytes(vector, "sealed_secret");
            try (SecretBytes secret = SecretEnvelope.openSecret(storageKey, USER, KEY, origin(vector), sealed)) {
                assertThat(secret.copyBytes()).isEqualTo(Vectors.bytes(vector, "secret"));
            }
        }

        @ParameterizedTest
        @MethodSource("dev.latchkey.protocol.SecretEnvelopeTest#cases")
        void sealDescriptor_inputsOfTheVector_givesItsBytes(JsonObject vector) throws Exception {
            byte[] sealed = SecretEnvelope.sealDescriptor(
                    storageKey,
                    USER,
                    KEY,
                    place(vector),
                    descriptor(vector),
                    new QueuedRandom().then(Vectors.bytes(vector, "descriptor_nonce")));

            assertThat(sealed).isEqualTo(Vectors.bytes(vector, "sealed_descriptor"));
        }

        @ParameterizedTest
        @MethodSource("dev.latchkey.protocol.SecretEnvelopeTest#cases")
        void openDescriptor_bytesOfTheVector_givesItsDescriptor(JsonObject vector) throws Exception {
            byte[] sealed = Vectors.bytes(vector, "sealed_descriptor");

            assertThat(SecretEnvelope.openDescriptor(storageKey, USER, KEY, place(vector), sealed))
                    .isEqualTo(descriptor(vector));
        }
    }

    @Nested
    class ASecret {

        private final byte[] sealed = Vectors.bytes(first(), "sealed_secret");

        @Test
        void openSecret_anyBitChanged_isAnIntegrityError() {
            for (byte[] changed : Flips.of(sealed)) {
                assertSecretDoesNotOpen(USER, KEY, Origin.IMPORTED_KEY, changed, reasonFor(changed));
            }
        }

        @Test
        void openSecret_anotherLength_isAnIntegrityError() {
            for (byte[] changed : Flips.ofLength(sealed)) {
                assertSecretDoesNotOpen(USER, KEY, Origin.IMPORTED_KEY, changed, reasonFor(changed));
            }
        }

        @Test
        void openSecret_underAnotherKeyId_isAnIntegrityError() {
            assertSecretDoesNotOpen(USER, OTHER_KEY, Origin.IMPORTED_KEY, sealed, Reason.NOT_AUTHENTIC);
        }

        @Test
        void openSecret_ofAnotherUser_isAnIntegrityError() {
            UserId other = UserId.of(new byte[16]);

            assertSecretDoesNotOpen(other, KEY, Origin.IMPORTED_KEY, sealed, Reason.NOT_AUTHENTIC);
        }

        @Test
        void openSecret_withAnotherOrigin_isAnIntegrityError() {
            assertSecretDoesNotOpen(USER, KEY, Origin.CLIENT_GENERATED, sealed, Reason.NOT_AUTHENTIC);
            assertSecretDoesNotOpen(USER, KEY, Origin.SERVER_GENERATED, sealed, Reason.UNKNOWN_FORMAT);
        }

        @Test
        void openSecret_descriptorInItsPlace_isAnIntegrityError() {
            byte[] descriptor = Vectors.bytes(first(), "sealed_descriptor");

            assertSecretDoesNotOpen(USER, KEY, Origin.IMPORTED_KEY, descriptor, Reason.NOT_AUTHENTIC);
        }

        @Test
        void openSecret_longerThanAnySecret_isAnIntegrityError() {
            byte[] tooLong = new byte[65_536 + 29];
            tooLong[0] = 1;

            assertSecretDoesNotOpen(USER, KEY, Origin.IMPORTED_KEY, tooLong, Reason.UNKNOWN_FORMAT);
        }

        @Test
        void sealSecret_longestSecret_opens() throws Exception {
            try (SecretBytes longest = SecretBytes.random(65_535, random)) {
                byte[] bytes = SecretEnvelope.sealSecret(storageKey, USER, KEY, Origin.IMPORTED_KEY, longest, random);
                try (SecretBytes opened =
                        SecretEnvelope.openSecret(storageKey, USER, KEY, Origin.IMPORTED_KEY, bytes)) {
                    assertThat(opened.constantTimeEquals(longest)).isTrue();
                }
            }
        }

        @ParameterizedTest
        @ValueSource(ints = {0, 65_536})
        void sealSecret_lengthOutOfBounds_isACallersBug(int length) {
            try (SecretBytes secret = SecretBytes.allocate(length)) {
                assertThatIllegalArgumentException()
                        .isThrownBy(() ->
                                SecretEnvelope.sealSecret(storageKey, USER, KEY, Origin.IMPORTED_KEY, secret, random));
            }
        }

        @Test
        void sealSecret_originOfTheServer_isACallersBug() {
            try (SecretBytes secret = SecretBytes.allocate(1)) {
                assertThatIllegalArgumentException()
                        .isThrownBy(() -> SecretEnvelope.sealSecret(
                                storageKey, USER, KEY, Origin.SERVER_GENERATED, secret, random));
            }
        }

        @Test
        void sealSecret_twice_usesAnotherNonce() {
            try (SecretBytes secret = SecretBytes.allocate(1)) {
                byte[] one = SecretEnvelope.sealSecret(storageKey, USER, KEY, Origin.IMPORTED_KEY, secret, random);
                byte[] two = SecretEnvelope.sealSecret(storageKey, USER, KEY, Origin.IMPORTED_KEY, secret, random);

                assertThat(Arrays.copyOfRange(one, 1, 13)).isNotEqualTo(Arrays.copyOfRange(two, 1, 13));
            }
        }
    }

    @Nested
    class ASecretTheServerGenerated {

        @Test
        void openSecret_framedByTheServer_opens() throws Exception {
            for (int length : new int[] {1, 32, 65_535}) {
                try (SecretBytes secret = SecretBytes.random(length, random)) {
                    byte[] framed = SecretEnvelope.frameServerGenerated(secret);

                    assertThat(framed).hasSize(length + 1).startsWith(2);
                    assertThat(SecretEnvelope.looksSealed(framed)).isFalse();
                    try (SecretBytes opened =
                            SecretEnvelope.openSecret(storageKey, USER, KEY, Origin.SERVER_GENERATED, framed)) {
                        assertThat(opened.constantTimeEquals(secret)).isTrue();
                    }
                }
            }
        }

        /** The descriptor says who made it, and a server that frames its own bytes cannot change that. */
        @Test
        void openSecret_framedByTheServerButMadeByTheClient_isAnIntegrityError() {
            byte[] framed = new byte[61];
            framed[0] = 2;

            assertSecretDoesNotOpen(USER, KEY, Origin.CLIENT_GENERATED, framed, Reason.UNKNOWN_FORMAT);
            assertSecretDoesNotOpen(USER, KEY, Origin.IMPORTED_KEY, framed, Reason.UNKNOWN_FORMAT);
        }

        @Test
        void openSecret_notFramed_isAnIntegrityError() {
            byte[] tooLong = new byte[65_537];
            tooLong[0] = 2;
            for (byte[] notFramed : new byte[][] {{}, {2}, {1, 1}, {0, 1}, {3, 1}, tooLong}) {
                assertSecretDoesNotOpen(USER, KEY, Origin.SERVER_GENERATED, notFramed, Reason.UNKNOWN_FORMAT);
            }
        }

        @ParameterizedTest
        @ValueSource(ints = {0, 65_536})
        void frameServerGenerated_lengthOutOfBounds_isACallersBug(int length) {
            try (SecretBytes secret = SecretBytes.allocate(length)) {
                assertThatIllegalArgumentException().isThrownBy(() -> SecretEnvelope.frameServerGenerated(secret));
            }
        }

        @Test
        void looksSealed_whatAClientSeals_isTrue() {
            assertThat(SecretEnvelope.looksSealed(Vectors.bytes(first(), "sealed_secret")))
                    .isTrue();
            assertThat(SecretEnvelope.looksSealed(new byte[] {1})).isFalse();
        }
    }

    @Nested
    class ADescriptor {

        private final byte[] sealed = Vectors.bytes(first(), "sealed_descriptor");

        @Test
        void openDescriptor_anyBitChanged_isAnIntegrityError() {
            for (byte[] changed : Flips.of(sealed)) {
                assertDescriptorDoesNotOpen(USER, KEY, place(first()), changed, reasonFor(changed));
            }
        }

        @Test
        void openDescriptor_anotherLength_isAnIntegrityError() {
            for (byte[] changed : Flips.ofLength(sealed)) {
                assertDescriptorDoesNotOpen(USER, KEY, place(first()), changed, reasonFor(changed));
            }
        }

        @Test
        void openDescriptor_ofAnotherKeyOrUser_isAnIntegrityError() {
            DescriptorPlace place = place(first());

            assertDescriptorDoesNotOpen(USER, OTHER_KEY, place, sealed, Reason.NOT_AUTHENTIC);
            assertDescriptorDoesNotOpen(UserId.of(new byte[16]), KEY, place, sealed, Reason.NOT_AUTHENTIC);
        }

        /** Two halves the owner did seal, but never for each other. */
        @Test
        void openDescriptor_besideAnotherSecret_isAnIntegrityError() {
            for (byte[] other : Flips.of(Vectors.bytes(first(), "secret_hash"))) {
                assertDescriptorDoesNotOpen(USER, KEY, DescriptorPlace.first(other), sealed, Reason.NOT_AUTHENTIC);
            }
            assertDescriptorDoesNotOpen(USER, KEY, DescriptorPlace.firstOfGenerated(), sealed, Reason.NOT_AUTHENTIC);
        }

        /** A state the owner did seal, brought back after another one. */
        @Test
        void openDescriptor_afterAnotherObject_isAnIntegrityError() {
            JsonObject replaced = cases().skip(4).findFirst().orElseThrow();
            byte[] secretHash = Vectors.bytes(replaced, "secret_hash");
            byte[] later = Vectors.bytes(replaced, "sealed_descriptor");

            for (byte[] other : Flips.of(Vectors.bytes(replaced, "previous_object"))) {
                assertDescriptorDoesNotOpen(
                        USER, KEY, DescriptorPlace.after(other, secretHash), later, Reason.NOT_AUTHENTIC);
            }
            assertDescriptorDoesNotOpen(USER, KEY, DescriptorPlace.first(secretHash), later, Reason.NOT_AUTHENTIC);
        }

        /** It is bound to no secret, since nobody had one to bind it to; whatever stands beside it is the server's. */
        @Test
        void openDescriptor_ofAServerGeneratedSecret_opensBesideAnySecretAfterItsOwnObjectOnly() throws Exception {
            JsonObject renamed = cases().skip(6).findFirst().orElseThrow();
            byte[] generated = Vectors.bytes(renamed, "sealed_descriptor");
            byte[] previous = Vectors.bytes(renamed, "previous_object");
            DescriptorPlace anywhere = DescriptorPlace.after(previous, Hashes.sha3_256(new byte[] {1}));

            assertThat(SecretEnvelope.openDescriptor(storageKey, USER, KEY, anywhere, generated)
                            .origin())
                    .isEqualTo(Origin.SERVER_GENERATED);
            assertDescriptorDoesNotOpen(USER, KEY, DescriptorPlace.firstOfGenerated(), generated, Reason.NOT_AUTHENTIC);
        }

        @Test
        void places_withTheSameParts_areEqual() {
            byte[] one = Hashes.sha3_256(new byte[] {1});
            byte[] two = Hashes.sha3_256(new byte[] {2});

            assertThat(DescriptorPlace.after(one, two))
                    .isEqualTo(DescriptorPlace.after(one, two))
                    .hasSameHashCodeAs(DescriptorPlace.after(one, two))
                    .isNotEqualTo(DescriptorPlace.after(two, one))
                    .isNotEqualTo(DescriptorPlace.first(two));
            assertThatIllegalArgumentException().isThrownBy(() -> DescriptorPlace.first(new byte[31]));
            assertThatIllegalArgumentException().isThrownBy(() -> DescriptorPlace.after(new byte[33], one));
        }

        @ParameterizedTest
        @MethodSource("dev.latchkey.protocol.SecretEnvelopeTest#notDescriptors")
        void openDescriptor_sealedBytesThatAreNone_isAnIntegrityError(JsonObject vector) {
            Reason reason = vector.get("name").getAsString().startsWith("origin") ? Reason.ORIGIN : Reason.DESCRIPTOR;

            DescriptorPlace place = DescriptorPlace.first(Vectors.bytes(VECTORS, "not_descriptors_beside"));

            assertDescriptorDoesNotOpen(USER, KEY, place, Vectors.bytes(vector, "sealed"), reason);
        }

        @Test
        void type_knownCode_isIt() throws Exception {
            Descriptor descriptor = new Descriptor(Origin.IMPORTED_KEY, SecretType.PRIVATE_KEY, 0, Label.of("a"));

            assertThat(descriptor.type()).contains(SecretType.PRIVATE_KEY);
        }

        @Test
        void type_codeOfALaterVersion_isEmptyAndTheCodeStays() throws Exception {
            JsonObject vector = cases().skip(3).findFirst().orElseThrow();
            Descriptor descriptor = SecretEnvelope.openDescriptor(
                    storageKey, USER, KEY, place(vector), Vectors.bytes(vector, "sealed_descriptor"));

            assertThat(descriptor.type()).isEmpty();
            assertThat(descriptor.typeCode()).isEqualTo(255);
        }

        @Test
        void new_impossibleTypeOrTime_isACallersBug() throws Exception {
            Label label = Label.of("a");

            assertThatIllegalArgumentException().isThrownBy(() -> new Descriptor(Origin.IMPORTED_KEY, 0, 0, label));
            assertThatIllegalArgumentException().isThrownBy(() -> new Descriptor(Origin.IMPORTED_KEY, 256, 0, label));
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> new Descriptor(Origin.IMPORTED_KEY, SecretType.OPAQUE_BYTES, -1, label));
        }

        @Test
        void toString_descriptor_doesNotShowTheLabel() throws Exception {
            assertThat(new Descriptor(Origin.IMPORTED_KEY, SecretType.OPAQUE_BYTES, 0, Label.of("bank")).toString())
                    .doesNotContain("bank");
        }
    }

    /** The numbers of {@code docs/protocol.md}: a change here is a change of the protocol. */
    @Nested
    class TheNumbers {

        @Test
        void code_origins_areThoseOfTheProtocol() {
            assertThat(Arrays.stream(Origin.values()).map(origin -> origin.code() + " " + origin.text()))
                    .isEqualTo(List.of("1 client-generated", "2 imported key", "3 server-generated"));
        }

        @Test
        void code_types_areThoseOfTheProtocol() {
            assertThat(Arrays.stream(SecretType.values()).map(type -> type.code() + " " + type))
                    .isEqualTo(List.of("1 OPAQUE_BYTES", "2 SYMMETRIC_KEY", "3 PRIVATE_KEY", "4 RECOVERY_PHRASE"));
        }
    }
}
