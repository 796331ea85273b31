package dev.latchkey.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.google.gson.JsonObject;
import dev.latchkey.protocol.InvalidInputException.Reason;
import dev.latchkey.protocol.InvalidInputException.Subject;
import java.security.SecureRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class DeviceNameTest {

    private static final JsonObject VECTORS = Vectors.load("devices.json");

    private final UserId userId = Vectors.userId(VECTORS);
    private final StorageKey storageKey = StorageKey.takeOwnership(Vectors.secret(VECTORS, "storage_key"));

    static Stream<JsonObject> cases() {
        return Vectors.objects(VECTORS, "cases").stream();
    }

    static Stream<JsonObject> notNames() {
        return Vectors.objects(VECTORS, "not_names").stream();
    }

    private static DeviceId device(JsonObject vector) {
        return DeviceId.of(Vectors.bytes(vector, "device_id"));
    }

    private static void assertRefused(String typed, Reason reason) {
        assertThatExceptionOfType(InvalidInputException.class)
                .isThrownBy(() -> DeviceName.of(typed))
                .satisfies(e -> assertThat(e.subject()).isEqualTo(Subject.DEVICE_NAME))
                .satisfies(e -> assertThat(e.reason()).isEqualTo(reason));
    }

    @AfterEach
    void closeStorageKey() {
        storageKey.close();
    }

    @Nested
    class AsTyped {

        @Test
        void of_caseAndSpaces_stay() throws Exception {
            assertThat(DeviceName.of(" Mara's Laptop").value()).isEqualTo(" Mara's Laptop");
        }

        @Test
        void of_unicodeForms_becomeOne() throws Exception {
            assertThat(DeviceName.of("e\u0301")).isEqualTo(DeviceName.of("\u00e9"));
        }

        @Test
        void of_lengthOutOfBounds_isRefused() throws Exception {
            assertThat(DeviceName.of("\ud83d\udcf1".repeat(64)).utf8()).hasSize(256);
            assertRefused("", Reason.EMPTY);
            assertRefused("a".repeat(65), Reason.TOO_LONG);
            assertRefused("\ud83d\udcf1".repeat(65), Reason.TOO_LONG);
        }

        @Test
        void of_controlCharacter_isRefused() {
            assertRefused("a\u001b[2J", Reason.CONTROL_CHARACTER);
        }
    }

    @Nested
    class Sealed {

        @ParameterizedTest
        @MethodSource("dev.latchkey.protocol.DeviceNameTest#cases")
        void seal_nameOfTheVector_givesItsBytes(JsonObject vector) throws Exception {
            DeviceName name = DeviceName.of(vector.get("name").getAsString());
            QueuedRandom random = new QueuedRandom().then(Vectors.bytes(vector, "nonce"));

            assertThat(name.seal(storageKey, userId, device(vector), random))
                    .isEqualTo(Vectors.bytes(vector, "sealed_name"));
        }

        @ParameterizedTest
        @MethodSource("dev.latchkey.protocol.DeviceNameTest#cases")
        void open_bytesOfTheVector_givesTheName(JsonObject vector) throws Exception {
            DeviceName name = DeviceName.open(storageKey, userId, device(vector), Vectors.bytes(vector, "sealed_name"));

            assertThat(name.value()).isEqualTo(vector.get("name").getAsString());
        }

        @ParameterizedTest
        @MethodSource("dev.latchkey.protocol.DeviceNameTest#notNames")
        void open_whatIsNoName_isRefused(JsonObject vector) {
            assertThatExceptionOfType(IntegrityException.class)
                    .isThrownBy(() ->
                            DeviceName.open(storageKey, userId, device(vector), Vectors.bytes(vector, "sealed_name")))
                    .extracting(IntegrityException::reason)
                    .isEqualTo(IntegrityException.Reason.DEVICE_NAME);
        }

        @Test
        void open_anyBitChanged_isRefused() {
            JsonObject vector = cases().findFirst().orElseThrow();

            Flips.of(Vectors.bytes(vector, "sealed_name"))
                    .forEach(other -> assertThatExceptionOfType(IntegrityException.class)
                            .isThrownBy(() -> DeviceName.open(storageKey, userId, device(vector), other)));
        }

        @Test
        void open_ofAnotherDeviceOrOwner_isRefused() {
            JsonObject vector = cases().findFirst().orElseThrow();
            byte[] sealed = Vectors.bytes(vector, "sealed_name");
            SecureRandom random = new SecureRandom();

            assertThatExceptionOfType(IntegrityException.class)
                    .isThrownBy(() -> DeviceName.open(storageKey, userId, DeviceId.random(random), sealed));
            assertThatExceptionOfType(IntegrityException.class)
                    .isThrownBy(() -> DeviceName.open(storageKey, UserId.random(random), device(vector), sealed));
        }
    }

    @Nested
    class InTheLog {

        @ParameterizedTest
        @MethodSource("dev.latchkey.protocol.DeviceNameTest#cases")
        void object_ofADevice_isThatOfTheVector(JsonObject vector) {
            byte[] added = DeviceObject.added(device(vector), Vectors.bytes(vector, "sealed_name"));

            assertThat(added).isEqualTo(Vectors.bytes(vector, "added"));
            assertThat(DeviceObject.revoked(device(vector))).isEqualTo(Vectors.bytes(vector, "revoked"));
            assertThat(DeviceObject.device(added)).isEqualTo(device(vector));
        }

        @Test
        void object_ofASession_isThatOfTheVector() {
            SessionId session = SessionId.of(Vectors.bytes(VECTORS, "session_id"));

            assertThat(DeviceObject.closed(session)).isEqualTo(Vectors.bytes(VECTORS, "closed"));
            assertThat(DeviceObject.session(DeviceObject.closed(session))).isEqualTo(session);
        }
    }

    @Nested
    class Ticket {

        @Test
        void hash_ticketOfTheVector_isThatOfTheVector() {
            assertThat(DeviceTicket.hash(userId, Vectors.bytes(VECTORS, "ticket")))
                    .isEqualTo(Vectors.bytes(VECTORS, "ticket_hash"));
        }

        @Test
        void hash_ofAnotherOwner_isAnother() {
            byte[] ticket = Vectors.bytes(VECTORS, "ticket");

            assertThat(DeviceTicket.hash(UserId.random(new SecureRandom()), ticket))
                    .isNotEqualTo(DeviceTicket.hash(userId, ticket));
        }

        @Test
        void hash_ticketOfAnotherLength_isACallersBug() {
            assertThatIllegalArgumentException().isThrownBy(() -> DeviceTicket.hash(userId, new byte[31]));
        }
    }
}
