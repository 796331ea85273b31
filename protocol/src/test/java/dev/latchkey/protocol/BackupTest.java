package dev.latchkey.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import dev.latchkey.opaque.SecretBytes;
import dev.latchkey.protocol.IntegrityException.Reason;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class BackupTest {

    private static final JsonObject VECTOR = Vectors.load("backup.json");
    private static final Instant MADE = Instant.ofEpochMilli(1_795_348_800_123L);

    private final RecoveryCode code = RecoveryCode.random(new QueuedRandom().then(Vectors.bytes(VECTOR, "entropy")));

    @AfterEach
    void closeCode() {
        code.close();
    }

    private static List<JsonObject> secrets() {
        return Vectors.objects(VECTOR, "secrets");
    }

    private static Descriptor descriptor(JsonObject vector) throws Exception {
        return new Descriptor(
                Origin.ofCode(vector.get("origin").getAsInt()).orElseThrow(),
                vector.get("type").getAsInt(),
                Long.parseLong(vector.get("created_unix_ms").getAsString()),
                Label.of(vector.get("label").getAsString()));
    }

    private static AccountName account() throws Exception {
        return AccountName.of(VECTOR.get("account_name").getAsString());
    }

    /** The vector's backup, written anew. */
    private byte[] written() throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        QueuedRandom random = new QueuedRandom().then(Vectors.bytes(VECTOR, "salt"));
        try (BackupWriter writer = BackupWriter.start(out, code, random)) {
            for (JsonObject vector : secrets()) {
                try (SecretBytes secret = Vectors.secret(vector, "secret")) {
                    writer.add(descriptor(vector), secret);
                }
            }
            writer.finish(account(), MADE);
        }
        return out.toByteArray();
    }

    private BackupReader.End readAll(byte[] backup) throws IOException, IntegrityException {
        try (BackupReader reader = BackupReader.open(new ByteArrayInputStream(backup), code)) {
            while (true) {
                Optional<BackupReader.Entry> entry = reader.next();
                if (entry.isEmpty()) {
                    return reader.end();
                }
                entry.get().close();
            }
        }
    }

    private void assertRefused(byte[] backup, Reason... reasons) {
        assertThatThrownBy(() -> readAll(backup))
                .isInstanceOfSatisfying(
                        IntegrityException.class, e -> assertThat(reasons).contains(e.reason()));
    }

    @Test
    void write_theVectorsSecrets_givesTheVectorsBytes() throws Exception {
        assertThat(written()).isEqualTo(Vectors.bytes(VECTOR, "backup"));
    }

    @Test
    void read_theVectorsBytes_givesItsSecrets() throws Exception {
        byte[] backup = Vectors.bytes(VECTOR, "backup");
        try (BackupReader reader = BackupReader.open(new ByteArrayInputStream(backup), code)) {
            for (JsonObject vector : secrets()) {
                try (BackupReader.Entry entry = reader.next().orElseThrow()) {
                    assertThat(entry.descriptor()).isEqualTo(descriptor(vector));
                    assertThat(entry.secret().constantTimeEquals(Vectors.bytes(vector, "secret")))
                            .isTrue();
                }
            }
            assertThat(reader.next()).isEmpty();
            assertThat(reader.next()).isEmpty();
            assertThat(reader.end()).isEqualTo(new BackupReader.End(secrets().size(), account(), MADE));
        }
    }

    @Test
    void read_withoutSecrets_comesToItsEnd() throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (BackupWriter writer = BackupWriter.start(out, code, new SecureRandom())) {
            writer.finish(account(), MADE);
        }

        assertThat(readAll(out.toByteArray()).secrets()).isZero();
    }

    @Nested
    class ABackup {

        private final byte[] backup = Vectors.bytes(VECTOR, "backup");

        @Test
        void read_withAnyBitChanged_isRefused() {
            for (int bit = 0; bit < backup.length * Byte.SIZE; bit++) {
                byte[] changed = backup.clone();
                changed[bit / Byte.SIZE] ^= (byte) (1 << bit % Byte.SIZE);

                assertRefused(
                        changed, Reason.UNKNOWN_FORMAT, Reason.RECOVERY_CODE, Reason.NOT_AUTHENTIC, Reason.INCOMPLETE);
            }
        }

        @Test
        void read_cutOffAnywhere_isRefused() {
            for (int length = 0; length < backup.length; length++) {
                assertRefused(
                        Arrays.copyOf(backup, length),
                        length < BackupKey.HEADER_BYTES ? Reason.UNKNOWN_FORMAT : Reason.INCOMPLETE);
            }
        }

        @Test
        void read_withSomethingAppended_isRefused() {
            assertRefused(Arrays.copyOf(backup, backup.length + 1), Reason.INCOMPLETE);
        }

        @Test
        void read_withFramesExchangedOrLeftOut_isRefused() {
            int first = BackupKey.HEADER_BYTES;
            int second = first + frameLength(first);
            int third = second + frameLength(second);
            byte[] header = Arrays.copyOf(backup, first);
            byte[] one = Arrays.copyOfRange(backup, first, second);
            byte[] two = Arrays.copyOfRange(backup, second, third);
            byte[] rest = Arrays.copyOfRange(backup, third, backup.length);

            assertRefused(Octets.concat(header, two, one, rest), Reason.NOT_AUTHENTIC);
            assertRefused(Octets.concat(header, one, rest), Reason.NOT_AUTHENTIC);
            assertRefused(Octets.concat(header, one, one, two, rest), Reason.NOT_AUTHENTIC);
        }

        @Test
        void open_withAnotherCode_saysSo() {
            try (RecoveryCode other = RecoveryCode.random(new SecureRandom())) {
                assertThatThrownBy(() -> BackupReader.open(new ByteArrayInputStream(backup), other))
                        .isInstanceOfSatisfying(
                                IntegrityException.class,
                                e -> assertThat(e.reason()).isEqualTo(Reason.RECOVERY_CODE));
            }
        }

        @Test
        void end_beforeTheEnd_isRefused() throws Exception {
            try (BackupReader reader = BackupReader.open(new ByteArrayInputStream(backup), code)) {
                assertThatThrownBy(reader::end).isInstanceOf(IllegalStateException.class);
            }
        }

        private int frameLength(int at) {
            return 4 + java.nio.ByteBuffer.wrap(backup).getInt(at);
        }
    }

    @Nested
    class AWriter {

        @Test
        void add_anEmptyOrTooLongSecret_isRefused() throws Exception {
            try (BackupWriter writer = BackupWriter.start(new ByteArrayOutputStream(), code, new SecureRandom());
                    SecretBytes empty = SecretBytes.allocate(0);
                    SecretBytes tooLong = SecretBytes.allocate(65_536)) {
                Descriptor descriptor = descriptor(secrets().get(0));

                assertThatThrownBy(() -> writer.add(descriptor, empty)).isInstanceOf(IllegalArgumentException.class);
                assertThatThrownBy(() -> writer.add(descriptor, tooLong)).isInstanceOf(IllegalArgumentException.class);
            }
        }

        @Test
        void add_theLongestLabelAndSecret_isRead() throws Exception {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            try (BackupWriter writer = BackupWriter.start(out, code, new SecureRandom());
                    SecretBytes longest = SecretBytes.allocate(65_535)) {
                writer.add(new Descriptor(Origin.IMPORTED_KEY, 255, 0, Label.of("x".repeat(255))), longest);
                writer.finish(AccountName.of("a".repeat(254)), MADE);
            }

            assertThat(readAll(out.toByteArray()).secrets()).isEqualTo(1);
        }

        @Test
        void write_afterTheEnd_isRefused() throws Exception {
            try (BackupWriter writer = BackupWriter.start(new ByteArrayOutputStream(), code, new SecureRandom())) {
                writer.finish(account(), MADE);

                assertThatThrownBy(() -> writer.finish(account(), MADE)).isInstanceOf(IllegalStateException.class);
            }
        }
    }
}
