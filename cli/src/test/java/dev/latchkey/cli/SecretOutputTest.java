package dev.latchkey.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.latchkey.opaque.SecretBytes;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SecretOutputTest {

    private final World world = new World();

    @TempDir
    private Path folder;

    private void write(SecretOutput output, byte[] content) throws CommandFailure {
        try (SecretBytes secret = SecretBytes.copyOf(content)) {
            output.write(secret, world.surroundings());
        }
    }

    private FailureCode failure(SecretOutput output, byte[] content) {
        return catchThrowableOfType(CommandFailure.class, () -> write(output, content))
                .code();
    }

    @Nested
    class ToAPipe {

        @Test
        void bytes_areWrittenAsTheyAre() throws Exception {
            byte[] content = {0, (byte) 0xff, '\n', 27};
            write(new SecretOutput(null, false), content);
            assertThat(world.outBytes()).isEqualTo(content);
        }

        @Test
        void brokenPipe_isAnError() {
            PrintStream broken = new PrintStream(new OutputStream() {
                @Override
                public void write(int b) throws IOException {
                    throw new IOException("broken pipe");
                }
            });
            CommandFailure failure =
                    catchThrowableOfType(CommandFailure.class, () -> SecretOutput.writeTo(broken, new byte[] {1}));
            assertThat(failure.code()).isEqualTo(FailureCode.FILE_UNWRITABLE);
        }
    }

    @Nested
    class ToATerminal {

        @Test
        void text_isShownOnALineOfItsOwn() throws Exception {
            world.person().looksAtOutput();
            write(new SecretOutput(null, false), "Grüße\t鍵".getBytes(UTF_8));
            assertThat(world.out()).isEqualTo("Grüße\t鍵" + System.lineSeparator());
        }

        @Test
        void lineEnd_isNotDoubled() throws Exception {
            world.person().looksAtOutput();
            write(new SecretOutput(null, false), "text\n".getBytes(UTF_8));
            assertThat(world.out()).isEqualTo("text\n");
        }

        @ParameterizedTest
        @ValueSource(strings = {"\u001b[2J", "a\0b", "a\rb", "\u0085", "\u202eabc"})
        void controlCharacters_areNotShown(String text) {
            world.person().looksAtOutput();
            assertThat(failure(new SecretOutput(null, false), text.getBytes(UTF_8)))
                    .isEqualTo(FailureCode.USAGE);
            assertThat(world.out()).isEmpty();
        }

        @Test
        void otherBytes_areNotShown() {
            world.person().looksAtOutput();
            assertThat(failure(new SecretOutput(null, false), new byte[] {(byte) 0xc3, 0x28}))
                    .isEqualTo(FailureCode.USAGE);
        }
    }

    @Nested
    class ToAFile {

        private final byte[] content = {1, 2, 3};

        @Test
        @DisabledOnOs(OS.WINDOWS)
        void newFile_isItsOwnersAlone() throws Exception {
            Path file = folder.resolve("secret");
            SecretOutput output = new SecretOutput(file, false);
            output.requireWritable();
            write(output, content);
            assertThat(file).hasBinaryContent(content);
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                    .isEqualTo("rw-------");
            assertThat(world.out()).isEmpty();
        }

        @Test
        void existingFile_isKeptUnlessForced() throws Exception {
            Path file = Files.writeString(folder.resolve("secret"), "old");
            SecretOutput careful = new SecretOutput(file, false);
            assertThat(catchThrowableOfType(CommandFailure.class, careful::requireWritable)
                            .code())
                    .isEqualTo(FailureCode.FILE_EXISTS);
            assertThat(failure(careful, content)).isEqualTo(FailureCode.FILE_EXISTS);
            assertThat(file).hasContent("old");

            SecretOutput forced = new SecretOutput(file, true);
            forced.requireWritable();
            write(forced, content);
            assertThat(file).hasBinaryContent(content);
        }

        @Test
        @DisabledOnOs(OS.WINDOWS)
        void linkWithForce_keepsTheLinkAndReplacesItsTarget() throws Exception {
            Path target = Files.writeString(folder.resolve("target"), "old");
            Path link = Files.createSymbolicLink(folder.resolve("link"), target);
            write(new SecretOutput(link, true), content);
            assertThat(link).isSymbolicLink();
            assertThat(target).hasBinaryContent(content);
        }

        @Test
        void placeThatIsNoFile_isRefusedEvenWithForce() {
            assertThat(catchThrowableOfType(
                                    CommandFailure.class, () -> new SecretOutput(folder, true).requireWritable())
                            .code())
                    .isEqualTo(FailureCode.USAGE);
        }

        @Test
        void missingFolder_isUnwritable() {
            assertThat(failure(new SecretOutput(folder.resolve("none").resolve("secret"), false), content))
                    .isEqualTo(FailureCode.FILE_UNWRITABLE);
        }
    }
}
