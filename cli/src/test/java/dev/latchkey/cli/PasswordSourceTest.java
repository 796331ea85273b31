package dev.latchkey.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

class PasswordSourceTest {

    private final World world = new World();

    @TempDir
    private Path folder;

    @Command
    private static final class AnyCommand {
        @Mixin
        private PasswordOptions options;
    }

    private PasswordSource source(String... arguments) {
        AnyCommand command = new AnyCommand();
        new CommandLine(command).parseArgs(arguments);
        return new PasswordSource(command.options, world.surroundings());
    }

    private CommandFailure failure(String... arguments) {
        return catchThrowableOfType(
                CommandFailure.class, () -> source(arguments).current("mara"));
    }

    @Nested
    class FromStandardInput {

        @ParameterizedTest
        @CsvSource(delimiter = '|', textBlock = """
                        'pass word'        | 'pass word'
                        'pass word\n'      | 'pass word'
                        'pass word\r\n'    | 'pass word'
                        'pass word\n\n'    | 'pass word\n'
                        'pass word\r'      | 'pass word\r'
                        '\n'               | ''
                        """)
        void lineEnd_isStrippedOnce(String given, String expected) throws Exception {
            world.standardInput(given.replace("\\n", "\n").replace("\\r", "\r"));
            assertThat(source("--password-stdin").current("mara"))
                    .isEqualTo(
                            expected.replace("\\n", "\n").replace("\\r", "\r").toCharArray());
        }

        @Test
        void unicode_isReadAsUtf8WhateverTheLocale() throws Exception {
            world.standardInput("Pässwörd 鍵");
            assertThat(source("--password-stdin").current("mara")).isEqualTo("Pässwörd 鍵".toCharArray());
        }

        @Test
        void damagedUtf8_isRefused() {
            world.standardInput(new byte[] {'a', (byte) 0xff, 'b'});
            CommandFailure failure = failure("--password-stdin");
            assertThat(failure.code()).isEqualTo(FailureCode.INVALID_INPUT);
            assertThat(failure.what()).contains("UTF-8");
        }

        @Test
        void endlessInput_isRefused() {
            world.standardInput(new byte[100_000]);
            assertThat(failure("--password-stdin").what()).contains("more than a password can be");
        }

        @Test
        void chosenPassword_isReadOnce() throws Exception {
            world.standardInput("new one\n");
            assertThat(source("--password-stdin").chosen("mara")).isEqualTo("new one".toCharArray());
            assertThat(world.person().prompts()).isEmpty();
        }

        @ParameterizedTest
        @CsvSource({"--password-stdin", "--password-fd=0", "--password-file=-", "--password-file=/dev/stdin"})
        void everyWayToNameIt_takesIt(String argument) {
            AnyCommand command = new AnyCommand();
            new CommandLine(command).parseArgs(argument);
            assertThat(command.options.takeStandardInput()).isTrue();
        }
    }

    @Nested
    class FromFile {

        @Test
        void content_isThePassword() throws Exception {
            Path file = Files.writeString(folder.resolve("password"), "Pässwörd\n", UTF_8);
            assertThat(source("--password-file", file.toString()).current("mara"))
                    .isEqualTo("Pässwörd".toCharArray());
        }

        @Test
        void missingFile_isNamed() {
            CommandFailure failure =
                    failure("--password-file", folder.resolve("none").toString());
            assertThat(failure.code()).isEqualTo(FailureCode.FILE_UNREADABLE);
            assertThat(failure.what()).contains("none");
        }

        @Test
        void folder_isRefused() {
            assertThat(failure("--password-file", folder.toString()).code()).isEqualTo(FailureCode.FILE_UNREADABLE);
        }
    }

    @Nested
    @EnabledOnOs({OS.LINUX, OS.MAC})
    class FromDescriptor {

        @Test
        void closedDescriptor_isRefused() {
            assertThat(failure("--password-fd", "987").what()).contains("The file descriptor 987");
        }

        @Test
        @EnabledOnOs(OS.LINUX)
        void fileOfTheVirtualMachine_isNoPassword() throws IOException {
            List<Path> descriptors;
            try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
                descriptors = open.filter(PasswordSourceTest::isLibrary).toList();
            }
            assertThat(descriptors).isNotEmpty();
            for (Path descriptor : descriptors) {
                assertThat(failure("--password-fd", descriptor.getFileName().toString())
                                .getCause())
                        .hasMessageContaining("nothing was passed");
            }
        }
    }

    private static boolean isLibrary(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString().endsWith(".jar");
        } catch (IOException e) {
            // The listing's own descriptor is closed by now.
            return false;
        }
    }

    @Nested
    class FromPrompt {

        @Test
        void currentPassword_isAskedOnce() throws Exception {
            world.person().types("secret");
            assertThat(source().current("mara")).isEqualTo("secret".toCharArray());
            assertThat(world.person().prompts()).containsExactly("Password for mara: ");
        }

        @Test
        void chosenPassword_isAskedTwice() throws Exception {
            world.person().types("secret").types("secret");
            assertThat(source().chosen("mara")).isEqualTo("secret".toCharArray());
            assertThat(world.person().prompts()).hasSize(2);
            assertThat(world.person().handedOut()).allMatch(line -> new String(line).isBlank() || line[0] == '\0');
        }

        @Test
        void differentPasswords_areAskedForAgain() throws Exception {
            world.person().types("secret").types("sceret").types("secret").types("secret");
            assertThat(source().chosen("mara")).isEqualTo("secret".toCharArray());
            assertThat(world.err()).contains("not the same");
        }

        @Test
        void differentThreeTimes_givesUp() {
            world.person()
                    .types("a")
                    .types("b")
                    .types("c")
                    .types("d")
                    .types("e")
                    .types("f");
            CommandFailure failure = catchThrowableOfType(CommandFailure.class, () -> source().chosen("mara"));
            assertThat(failure.code()).isEqualTo(FailureCode.INVALID_INPUT);
        }

        @Test
        void withoutTerminal_theOptionsAreNamed() {
            CommandFailure failure = failure();
            assertThat(failure.code()).isEqualTo(FailureCode.USAGE);
            assertThat(failure.next()).contains("--password-stdin", "--password-file", "--password-fd");
        }
    }
}
