package dev.latchkey.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.google.gson.JsonObject;
import dev.latchkey.protocol.MalformedException.Reason;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class IdentifierTest {

    private static final byte[] BYTES = HexFormat.of().parseHex("00112233445546778899aabbccddeeff");

    static Stream<Function<byte[], Identifier>> factories() {
        return Stream.of(UserId::of, KeyId::of, SessionId::of, RegistrationId::of, DeviceId::of);
    }

    @Test
    void compareTo_keyIds_ordersThemByTheirUnsignedBytes() {
        KeyId keyId = KeyId.of(BYTES);
        byte[] greater = BYTES.clone();
        greater[1] = (byte) 0x80;

        assertThat(keyId.compareTo(KeyId.of(BYTES))).isZero();
        assertThat(keyId).isLessThan(KeyId.of(greater));
        assertThat(KeyId.of(greater)).isGreaterThan(keyId);
    }

    @Nested
    class OfAnyKind {

        @ParameterizedTest
        @MethodSource("dev.latchkey.protocol.IdentifierTest#factories")
        void of_sixteenBytes_givesThemBack(Function<byte[], Identifier> of) {
            assertThat(of.apply(BYTES).toByteArray()).isEqualTo(BYTES);
        }

        @ParameterizedTest
        @MethodSource("dev.latchkey.protocol.IdentifierTest#factories")
        void of_anotherLength_isACallersBug(Function<byte[], Identifier> of) {
            for (int length : new int[] {0, 15, 17, 32}) {
                assertThatIllegalArgumentException().isThrownBy(() -> of.apply(new byte[length]));
            }
        }

        @ParameterizedTest
        @MethodSource("dev.latchkey.protocol.IdentifierTest#factories")
        void of_arrayChangedAfterwards_isNotTouched(Function<byte[], Identifier> of) {
            byte[] given = BYTES.clone();
            Identifier id = of.apply(given);
            given[0] = 1;
            id.toByteArray()[1] = 1;

            assertThat(id.toByteArray()).isEqualTo(BYTES);
        }

        @ParameterizedTest
        @MethodSource("dev.latchkey.protocol.IdentifierTest#factories")
        void equals_sameBytes_isEqualWithTheSameHashCode(Function<byte[], Identifier> of) {
            assertThat(of.apply(BYTES)).isEqualTo(of.apply(BYTES)).hasSameHashCodeAs(of.apply(BYTES));
        }

        @ParameterizedTest
        @MethodSource("dev.latchkey.protocol.IdentifierTest#factories")
        void equals_oneBitOff_isNotEqual(Function<byte[], Identifier> of) {
            for (byte[] other : Flips.of(BYTES)) {
                assertThat(of.apply(BYTES)).isNotEqualTo(of.apply(other));
            }
        }

        @Test
        void equals_sameBytesOfAnotherKind_isNotEqual() {
            List<Identifier> ids = factories().map(of -> of.apply(BYTES)).toList();

            assertThat(ids).doesNotHaveDuplicates();
        }
    }

    @Nested
    class OfAUser {

        @Test
        void parse_versionFour_isTaken() throws Exception {
            assertThat(UserId.parse(BYTES).toString()).isEqualTo("00112233-4455-4677-8899-aabbccddeeff");
        }

        @ParameterizedTest
        @ValueSource(ints = {0, 15, 17})
        void parse_anotherLength_isMalformed(int length) {
            assertMalformed(new byte[length], Reason.WRONG_LENGTH);
        }

        @ParameterizedTest
        @ValueSource(ints = {0x06, 0x16, 0x36, 0x56, 0x66, 0x76, 0x86, 0xf6})
        void parse_anotherVersion_isMalformed(int sixthByte) {
            byte[] bytes = BYTES.clone();
            bytes[6] = (byte) sixthByte;

            assertMalformed(bytes, Reason.NOT_A_RANDOM_UUID);
        }

        @ParameterizedTest
        @ValueSource(ints = {0x08, 0x48, 0xc8, 0xe8, 0xff})
        void parse_anotherVariant_isMalformed(int eighthByte) {
            byte[] bytes = BYTES.clone();
            bytes[8] = (byte) eighthByte;

            assertMalformed(bytes, Reason.NOT_A_RANDOM_UUID);
        }

        @ParameterizedTest
        @CsvSource({"00, 40, 80", "ff, 4f, bf"})
        void random_anyBytes_setsVersionAndVariantAndNothingElse(String drawn, String version, String variant)
                throws Exception {
            byte[] bytes = HexFormat.of().parseHex(drawn.repeat(16));
            byte[] id = UserId.random(new QueuedRandom().then(bytes)).toByteArray();

            String expected = drawn.repeat(6) + version + drawn + variant + drawn.repeat(7);
            assertThat(id).isEqualTo(HexFormat.of().parseHex(expected));
            assertThat(UserId.parse(id).toByteArray()).isEqualTo(id);
        }

        private void assertMalformed(byte[] bytes, Reason reason) {
            assertThatExceptionOfType(MalformedException.class)
                    .isThrownBy(() -> UserId.parse(bytes))
                    .satisfies(e -> assertThat(e.reason()).isEqualTo(reason));
        }
    }

    @Nested
    class OfAKey {

        static Stream<JsonObject> cases() {
            return Vectors.objects(Vectors.load("key-id.json"), "cases").stream();
        }

        @ParameterizedTest
        @MethodSource("cases")
        void derive_contributionsOfTheVector_givesItsId(JsonObject vector) {
            KeyId keyId = KeyId.derive(
                    Vectors.userId(vector),
                    Vectors.bytes(vector, "client_random"),
                    Vectors.bytes(vector, "server_random"));

            assertThat(keyId.toByteArray()).isEqualTo(Vectors.bytes(vector, "key_id"));
            assertThat(keyId).hasToString(vector.get("key_id").getAsString());
        }

        @Test
        void derive_contributionsExchanged_givesAnother() {
            UserId user = UserId.of(BYTES);
            byte[] one = new byte[32];
            byte[] two = Hashes.sha3_256();

            assertThat(KeyId.derive(user, one, two)).isNotEqualTo(KeyId.derive(user, two, one));
        }

        @Test
        void derive_contributionOfAnotherLength_isACallersBug() {
            UserId user = UserId.of(BYTES);

            assertThatIllegalArgumentException().isThrownBy(() -> KeyId.derive(user, new byte[31], new byte[32]));
            assertThatIllegalArgumentException().isThrownBy(() -> KeyId.derive(user, new byte[32], new byte[33]));
        }
    }

    @Nested
    class OfASessionOrARegistration {

        @Test
        void random_drawnBytes_areTheId() {
            assertThat(SessionId.random(new QueuedRandom().then(BYTES)).toByteArray())
                    .isEqualTo(BYTES);
            assertThat(RegistrationId.random(new QueuedRandom().then(BYTES)).toByteArray())
                    .isEqualTo(BYTES);
        }

        @Test
        void toString_session_showsFourBytesOnly() {
            assertThat(SessionId.of(BYTES)).hasToString("00112233…");
        }

        @Test
        void toString_registration_showsAllBytes() {
            assertThat(RegistrationId.of(BYTES)).hasToString("00112233445546778899aabbccddeeff");
        }
    }
}
