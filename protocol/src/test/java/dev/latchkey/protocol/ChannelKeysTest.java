package dev.latchkey.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import com.google.gson.JsonObject;
import dev.latchkey.opaque.Hkdf;
import dev.latchkey.opaque.KsfParameters;
import dev.latchkey.opaque.SecretBytes;
import dev.latchkey.protocol.IntegrityException.Reason;
import dev.latchkey.protocol.wire.SessionKind;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Keys and sealed messages against {@code channel.json}, and every message that must not open. */
class ChannelKeysTest {

    static Stream<JsonObject> sessions() {
        return Vectors.objects(Vectors.load("channel.json"), "sessions").stream();
    }

    private static final JsonObject VECTOR = sessions().findFirst().orElseThrow();

    private static SessionId sessionId(JsonObject vector) {
        return SessionId.of(Vectors.bytes(vector, "session_id"));
    }

    static Transcript transcript(JsonObject vector) throws InvalidInputException {
        JsonObject ksf = vector.getAsJsonObject("ksf");
        return Transcript.of(
                AccountName.canonical(vector.get("account_name").getAsString()),
                SessionKind.forNumber(vector.get("kind").getAsInt()),
                new KsfParameters(
                        ksf.get("memory_kib").getAsInt(),
                        ksf.get("iterations").getAsInt(),
                        ksf.get("parallelism").getAsInt()),
                Vectors.bytes(vector, "ke1"),
                Vectors.bytes(vector, "ke2"),
                Vectors.bytes(vector, "ke3"));
    }

    private static ChannelKeys keys(JsonObject vector) throws InvalidInputException {
        try (SecretBytes sessionKey = Vectors.secret(vector, "session_key")) {
            return ChannelKeys.derive(sessionKey, sessionId(vector), transcript(vector));
        }
    }

    private static byte[] saved(ChannelKeys keys) {
        try (SecretBytes saved = keys.save()) {
            return saved.copyBytes();
        }
    }

    private static Direction direction(JsonObject message) {
        return message.get("direction").getAsString().startsWith("client")
                ? Direction.CLIENT_TO_SERVER
                : Direction.SERVER_TO_CLIENT;
    }

    @Nested
    class TheLayout {

        @ParameterizedTest
        @MethodSource("dev.latchkey.protocol.ChannelKeysTest#sessions")
        void derive_sessionOfTheVector_givesItsKeys(JsonObject vector) throws Exception {
            try (ChannelKeys keys = keys(vector)) {
                assertThat(saved(keys))
                        .isEqualTo(Octets.concat(
                                Vectors.bytes(vector, "client_to_server"), Vectors.bytes(vector, "server_to_client")));
            }
        }

        @ParameterizedTest
        @MethodSource("dev.latchkey.protocol.ChannelKeysTest#sessions")
        void seal_messagesOfTheVector_givesTheirBytes(JsonObject vector) throws Exception {
            try (ChannelKeys keys = keys(vector)) {
                for (JsonObject message : Vectors.objects(vector, "messages")) {
                    byte[] sealed = keys.seal(
                            direction(message),
                            sessionId(vector),
                            message.get("seq").getAsLong(),
                            Vectors.bytes(message, "body"),
                            new QueuedRandom().then(Vectors.bytes(message, "salt")));

                    assertThat(sealed).isEqualTo(Vectors.bytes(message, "sealed"));
                }
            }
        }

        @ParameterizedTest
        @MethodSource("dev.latchkey.protocol.ChannelKeysTest#sessions")
        void open_messagesOfTheVector_givesNumberAndBody(JsonObject vector) throws Exception {
            try (ChannelKeys keys = keys(vector)) {
                for (JsonObject message : Vectors.objects(vector, "messages")) {
                    byte[] sealed = Vectors.bytes(message, "sealed");
                    ChannelKeys.Opened opened = keys.open(direction(message), sessionId(vector), sealed);

                    assertThat(opened.seq()).isEqualTo(message.get("seq").getAsLong());
                    assertThat(opened.body()).isEqualTo(Vectors.bytes(message, "body"));
                }
            }
        }
    }

    @Nested
    class OpenKeys {

        private final SecureRandom random = new SecureRandom();
        private final SessionId id = sessionId(VECTOR);
        private final byte[] body = {1, 2, 3};
        private ChannelKeys keys;

        @BeforeEach
        void deriveKeys() throws InvalidInputException {
            keys = keys(VECTOR);
        }

        @AfterEach
        void closeKeys() {
            keys.close();
        }

        private byte[] sealed() {
            return keys.seal(Direction.CLIENT_TO_SERVER, id, 7, body, random);
        }

        private void assertDoesNotOpen(Direction direction, SessionId sessionId, byte[] sealed) {
            assertThatExceptionOfType(IntegrityException.class)
                    .isThrownBy(() -> keys.open(direction, sessionId, sealed))
                    .satisfies(e -> assertThat(e.reason()).isEqualTo(Reason.CHANNEL));
        }

        @Test
        void seal_sameNumberTwice_usesAnotherSaltAndGivesAnotherCiphertext() {
            byte[] first = sealed();
            byte[] second = sealed();

            assertThat(Arrays.copyOf(first, 8)).isEqualTo(Arrays.copyOf(second, 8));
            assertThat(Arrays.copyOfRange(first, 8, 24)).isNotEqualTo(Arrays.copyOfRange(second, 8, 24));
            assertThat(Arrays.copyOfRange(first, 24, first.length))
                    .isNotEqualTo(Arrays.copyOfRange(second, 24, second.length));
        }

        @Test
        void open_reflectedMessage_isRefused() {
            assertDoesNotOpen(Direction.SERVER_TO_CLIENT, id, sealed());
        }

        @Test
        void open_messageForAnotherSession_isRefused() {
            for (byte[] other : Flips.of(id.toByteArray())) {
                assertDoesNotOpen(Direction.CLIENT_TO_SERVER, SessionId.of(other), sealed());
            }
        }

        @Test
        void open_messageUnderAnotherNumber_isRefused() {
            byte[] sealed = sealed();
            for (long seq : new long[] {0, 6, 8, 7 + (1L << 32), Long.MAX_VALUE}) {
                byte[] renumbered = sealed.clone();
                ByteBuffer.wrap(renumbered).putLong(seq);
                assertDoesNotOpen(Direction.CLIENT_TO_SERVER, id, renumbered);
            }
        }

        @Test
        void open_anyBitChanged_isRefused() {
            for (byte[] changed : Flips.of(sealed())) {
                assertDoesNotOpen(Direction.CLIENT_TO_SERVER, id, changed);
            }
        }

        @Test
        void open_truncatedOrExtendedMessage_isRefused() {
            for (byte[] changed : Flips.ofLength(sealed())) {
                assertDoesNotOpen(Direction.CLIENT_TO_SERVER, id, changed);
            }
        }

        @Test
        void open_saltOfAnotherMessage_isRefused() {
            byte[] mixed = sealed();
            System.arraycopy(sealed(), 8, mixed, 8, 16);

            assertDoesNotOpen(Direction.CLIENT_TO_SERVER, id, mixed);
        }

        @Test
        void open_messageOfOtherKeys_isRefused() throws Exception {
            // The same session id and key, and a transcript in which the other side heard another kind.
            JsonObject misheard = VECTOR.deepCopy();
            misheard.addProperty("kind", 3);
            try (ChannelKeys others = keys(misheard)) {
                byte[] sealed = others.seal(Direction.CLIENT_TO_SERVER, id, 7, body, random);

                assertDoesNotOpen(Direction.CLIENT_TO_SERVER, id, sealed);
            }
        }

        @Test
        void seal_largestBody_opens() throws Exception {
            byte[] largest = new byte[1 << 20];
            byte[] sealed = keys.seal(Direction.SERVER_TO_CLIENT, id, 1, largest, random);

            assertThat(sealed).hasSize((1 << 20) + 40);
            assertThat(keys.open(Direction.SERVER_TO_CLIENT, id, sealed).body()).isEqualTo(largest);
        }

        @Test
        void seal_largerBody_isACallersBug() {
            byte[] tooLarge = new byte[(1 << 20) + 1];

            assertThatIllegalArgumentException()
                    .isThrownBy(() -> keys.seal(Direction.SERVER_TO_CLIENT, id, 1, tooLarge, random));
        }

        @Test
        void open_largerMessage_isRefusedBeforeItIsDecrypted() {
            // Sealed as it should be, by somebody who does not keep the bound.
            byte[] number = Octets.i2osp8(1);
            byte[] salt = new byte[16];
            byte[] clientToServer = Arrays.copyOf(saved(keys), 32);
            try (SecretBytes directionKey = SecretBytes.takeOwnership(clientToServer);
                    SecretBytes key =
                            Hkdf.derive(directionKey, Octets.concat(Octets.ascii("message"), number, salt), 32)) {
                for (int size : new int[] {1 << 20, (1 << 20) + 1}) {
                    byte[] ciphertext = Aead.seal(
                            key,
                            Octets.concat(new byte[4], number),
                            new byte[size],
                            Octets.concat(id.toByteArray(), number));
                    byte[] sealed = Octets.concat(number, salt, ciphertext);
                    if (size == 1 << 20) {
                        assertThat(opens(sealed)).isTrue();
                    } else {
                        assertDoesNotOpen(Direction.CLIENT_TO_SERVER, id, sealed);
                    }
                }
            }
        }

        private boolean opens(byte[] sealed) {
            try {
                keys.open(Direction.CLIENT_TO_SERVER, id, sealed);
                return true;
            } catch (IntegrityException e) {
                return false;
            }
        }

        @Test
        void seal_negativeNumber_isACallersBug() {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> keys.seal(Direction.CLIENT_TO_SERVER, id, -1, body, random));
        }

        @Test
        void restore_savedKeys_openWhatTheOriginalsSealed() throws Exception {
            byte[] sealed = sealed();
            SecretBytes saved = keys.save();
            ChannelKeys restored = ChannelKeys.restore(saved);
            saved.close();

            assertThat(restored.open(Direction.CLIENT_TO_SERVER, id, sealed).body())
                    .isEqualTo(body);
            restored.close();
        }

        @Test
        void restore_anotherLength_isACallersBug() {
            try (SecretBytes saved = SecretBytes.allocate(63)) {
                assertThatIllegalArgumentException().isThrownBy(() -> ChannelKeys.restore(saved));
            }
        }

        @Test
        void toString_keys_isRedacted() {
            assertThat(keys).hasToString("ChannelKeys[REDACTED]");
        }
    }

    @Nested
    class ClosedKeys {

        @Test
        void sealOpenSave_afterClose_areRefused() throws Exception {
            ChannelKeys keys = keys(VECTOR);
            SessionId id = sessionId(VECTOR);
            byte[] sealed = keys.seal(Direction.CLIENT_TO_SERVER, id, 1, new byte[0], new SecureRandom());
            keys.close();
            keys.close();

            assertThatIllegalStateException()
                    .isThrownBy(() -> keys.seal(Direction.CLIENT_TO_SERVER, id, 1, new byte[0], new SecureRandom()));
            assertThatIllegalStateException().isThrownBy(() -> keys.open(Direction.CLIENT_TO_SERVER, id, sealed));
            assertThatIllegalStateException().isThrownBy(keys::save);
        }
    }
}
