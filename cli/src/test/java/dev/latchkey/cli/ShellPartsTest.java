package dev.latchkey.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.jline.reader.Candidate;
import org.jline.reader.Parser.ParseContext;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ShellPartsTest {

    @Nested
    class Words {

        @Test
        void quotations_keepSpaces() throws Exception {
            assertThat(ShellWords.of("put \"my wallet\" 'a \"b' c\\ d"))
                    .containsExactly("put", "my wallet", "a \"b", "c d");
            assertThat(ShellWords.of("  list   --json ")).containsExactly("list", "--json");
        }

        @ParameterizedTest
        @ValueSource(strings = {"get \"open", "get 'open"})
        void openQuotation_isAUsageError(String line) {
            assertThat(catchThrowableOfType(CommandFailure.class, () -> ShellWords.of(line))
                            .code())
                    .isEqualTo(FailureCode.USAGE);
        }
    }

    @Nested
    class Script {

        @Test
        void blankLinesAndRemarks_areNoCommands() throws Exception {
            ScriptLines lines = new ScriptLines(
                    new ByteArrayInputStream("# first\n\n  list  \r\n\t# second\nget \"Möwe\"".getBytes(UTF_8)));
            assertThat(lines.next()).contains("list");
            assertThat(lines.next()).contains("get \"Möwe\"");
            assertThat(lines.next()).isEmpty();
        }

        @Test
        void overlongOrDamagedLine_isAnError() {
            ScriptLines endless = new ScriptLines(new ByteArrayInputStream(new byte[70_000]));
            assertThat(catchThrowableOfType(IOException.class, endless::next)).hasMessageContaining("longer");
            ScriptLines damaged = new ScriptLines(new ByteArrayInputStream(new byte[] {(byte) 0xff, '\n'}));
            assertThat(catchThrowableOfType(CharacterCodingException.class, damaged::next))
                    .isNotNull();
        }
    }

    @Nested
    @DisabledOnOs(OS.WINDOWS)
    class History {

        @TempDir
        private Path folder;

        @Test
        void commands_areKeptInAFileOfTheOwnerAlone() throws Exception {
            Path file = folder.resolve("home").resolve("shell-history");
            ShellHistory history = ShellHistory.load(file);
            history.add("list");
            history.add("list");
            history.add("get Möwe");
            history.add("two\nlines");
            assertThat(ShellHistory.load(file).lines()).containsExactly("list", "get Möwe");
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                    .isEqualTo("rw-------");
        }

        @Test
        void oldCommands_makeRoom() throws Exception {
            ShellHistory history = ShellHistory.load(folder.resolve("shell-history"));
            for (int i = 0; i < 502; i++) {
                history.add("get " + i);
            }
            assertThat(history.lines()).hasSize(500).startsWith("get 2").endsWith("get 501");
        }

        @Test
        void damagedFile_isNoHistory() throws Exception {
            Path file = Files.write(folder.resolve("shell-history"), new byte[] {(byte) 0xff});
            assertThat(ShellHistory.load(file).lines()).isEmpty();
        }
    }

    @Nested
    class Completion {

        private final World world = new World();

        private List<String> candidates(String line) throws CommandFailure {
            // Completing needs no session.
            Shell shell = new Shell(world.surroundings(), null, null, false);
            List<Candidate> candidates = new ArrayList<>();
            new ShellCompleter(shell::commands, () -> List.of("wallet", "my key"))
                    .complete(null, ShellWords.parser().parse(line, line.length(), ParseContext.COMPLETE), candidates);
            return candidates.stream().map(Candidate::value).toList();
        }

        @Test
        void firstWord_isACommand() throws Exception {
            assertThat(candidates(""))
                    .contains("put", "get", "audit", "exit", "help")
                    .doesNotContain("server", "login");
            assertThat(candidates("account ")).containsExactly("delete");
        }

        @ParameterizedTest
        @ValueSource(strings = {"get ", "export --format=hex w", "put ", "rm ", "rename w", "audit --key "})
        void labels_standWhereOneIsTaken(String line) throws Exception {
            assertThat(candidates(line)).containsExactly("my key", "wallet");
        }

        @ParameterizedTest
        @ValueSource(strings = {"generate ", "import ", "rename wallet ", "list ", "backup "})
        void labels_standNowhereElse(String line) throws Exception {
            assertThat(candidates(line)).isEmpty();
        }

        @Test
        void hyphen_beginsAnOptionOfTheCommand() throws Exception {
            assertThat(candidates("get --")).contains("--copy", "--json").doesNotContain("--password-file", "--server");
        }
    }
}
