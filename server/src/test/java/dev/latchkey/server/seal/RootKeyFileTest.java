package dev.latchkey.server.seal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.latchkey.server.seal.RootKeyException.Reason;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class RootKeyFileTest {
    private final SecureRandom random = new SecureRandom();

    @TempDir
    private Path folder;

    private Path file;

    @BeforeEach
    void name() {
        file = folder.resolve("root.key");
    }

    private void assertLoadRefused(Reason reason) {
        assertThatExceptionOfType(RootKeyException.class)
                .isThrownBy(() -> RootKeyFile.load(file, random))
                .withMessageContaining(file.toString())
                .extracting(RootKeyException::reason)
                .isEqualTo(reason);
    }

    private void assertCreateRefused(Reason reason) {
        assertThatExceptionOfType(RootKeyException.class)
                .isThrownBy(() -> RootKeyFile.create(file, random))
                .extracting(RootKeyException::reason)
                .isEqualTo(reason);
    }

    @Nested
    class A_new_file {
        @Test
        void create_isItsOwnersAlone() throws Exception {
            RootKeyFile.create(file, random).close();

            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                    .isEqualTo("rw-------");
        }

        @Test
        void load_givesTheKeyThatWasCreated() throws Exception {
            try (RootKey created = RootKeyFile.create(file, random);
                    RootKey loaded = RootKeyFile.load(file, random)) {
                assertThat(loaded.key().constantTimeEquals(created.key())).isTrue();
                assertThat(loaded.fingerprint()).isEqualTo(created.fingerprint());
            }
        }

        @Test
        void create_inAFolderThatIsNotThere_isRefused() {
            file = folder.resolve("none").resolve("root.key");

            assertCreateRefused(Reason.NOT_WRITABLE);
        }

        @Test
        void create_whereAFileIsTheFolder_isRefused() throws IOException {
            Files.writeString(file, "in the way");
            file = file.resolve("root.key");

            assertCreateRefused(Reason.NOT_WRITABLE);
        }
    }

    @Nested
    class An_existing_file {
        private byte[] text;

        @BeforeEach
        void create() throws Exception {
            RootKeyFile.create(file, random).close();
            text = Files.readAllBytes(file);
        }

        @Test
        void create_again_isRefusedAndLeavesIt() throws IOException {
            assertCreateRefused(Reason.EXISTS);

            assertThat(file).hasBinaryContent(text);
        }

        @ParameterizedTest
        @ValueSource(strings = {"rw-r-----", "rw--w----", "rw----r--", "rw-----w-", "rwx--x---", "rw-rw-rw-"})
        void load_openToOthers_isRefused(String permissions) throws IOException {
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));

            assertLoadRefused(Reason.OPEN_PERMISSIONS);
        }

        @Test
        void load_readOnly_isFine() throws Exception {
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("r--------"));

            RootKeyFile.load(file, random).close();
        }

        @Test
        void load_anyByteChanged_isRefusedAndLeavesIt() throws IOException {
            for (int i = 0; i < text.length; i++) {
                byte[] changed = text.clone();
                changed[i] = changed[i] == 'a' ? (byte) 'b' : (byte) 'a';
                Files.write(file, changed);

                assertThatExceptionOfType(RootKeyException.class)
                        .as("byte %d", i)
                        .isThrownBy(() -> RootKeyFile.load(file, random));
                assertThat(file).hasBinaryContent(changed);
            }
        }

        @Test
        void load_upperCaseDigits_isDamaged() throws IOException {
            String upper =
                    new String(text, StandardCharsets.US_ASCII).lines().toList().get(3);
            Files.writeString(
                    file,
                    new String(text, StandardCharsets.US_ASCII).replace(upper, "key " + "A".repeat(2 * RootKey.BYTES)));

            assertLoadRefused(Reason.DAMAGED);
        }

        @Test
        void load_aDigitOfTheKeyChanged_isDamaged() throws IOException {
            int digit = new String(text, StandardCharsets.US_ASCII).indexOf("\nkey ") + 5;
            text[digit] = text[digit] == '0' ? (byte) '1' : (byte) '0';
            Files.write(file, text);

            assertLoadRefused(Reason.DAMAGED);
        }

        @Test
        void load_cutShort_isMalformed() throws IOException {
            Files.write(file, Arrays.copyOf(text, text.length - 1));

            assertLoadRefused(Reason.MALFORMED);
        }

        @Test
        void load_longer_isMalformed() throws IOException {
            Files.write(file, Arrays.copyOf(text, text.length + 1));

            assertLoadRefused(Reason.MALFORMED);
        }

        @Test
        void load_veryLong_isMalformed() throws IOException {
            Files.write(file, Arrays.copyOf(text, 1 << 20));

            assertLoadRefused(Reason.MALFORMED);
        }

        @Test
        void load_ofALaterVersion_isMalformed() throws IOException {
            Files.writeString(file, new String(text, StandardCharsets.US_ASCII).replace("root key 1", "root key 2"));

            assertLoadRefused(Reason.MALFORMED);
        }

        @Test
        void load_empty_isMalformed() throws IOException {
            Files.write(file, new byte[0]);

            assertLoadRefused(Reason.MALFORMED);
        }
    }

    @Test
    void load_missing_isRefusedAndMakesNone() {
        assertLoadRefused(Reason.MISSING);

        assertThat(file).doesNotExist();
    }

    @Test
    void load_aFolder_isUnreadable() throws IOException {
        Files.createDirectory(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));

        assertLoadRefused(Reason.UNREADABLE);
    }

    @Test
    void load_whereAFileIsTheFolder_isRefused() throws IOException {
        Files.writeString(file, "in the way");
        file = file.resolve("root.key");

        // The platforms disagree on whether such a file is missing or can't be reached.
        assertThatExceptionOfType(RootKeyException.class)
                .isThrownBy(() -> RootKeyFile.load(file, random))
                .extracting(RootKeyException::reason)
                .isIn(Reason.MISSING, Reason.UNREADABLE);
    }

    @Test
    void refusals_showNothingOfTheKey() throws Exception {
        RootKeyFile.create(file, random).close();
        String key = Files.readAllLines(file).get(3).substring("key ".length());
        Files.writeString(file, Files.readString(file).replace("fingerprint ", "fingerprint_"));

        assertThatExceptionOfType(RootKeyException.class)
                .isThrownBy(() -> RootKeyFile.load(file, random))
                .satisfies(e -> assertThat(e.toString()).doesNotContain(key));
    }
}
