package dev.latchkey.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.UsageMessageSpec;

class LatchkeyTest {

    private final World world = new World();

    @Nested
    class UsageErrors {

        @Test
        void noCommand_exits2() {
            assertThat(world.run()).isEqualTo(2);
            assertThat(world.out()).isEmpty();
            assertThat(world.err()).contains("A command is missing.", "latchkey --help");
        }

        @Test
        void unknownCommand_isNamed() {
            assertThat(world.run("frobnicate")).isEqualTo(2);
            assertThat(world.err()).startsWith("latchkey: There is no command \"frobnicate\".");
        }

        @Test
        void unknownOption_isNamedWithoutItsValue() {
            assertThat(world.run("login", "--pin=4711")).isEqualTo(2);
            assertThat(world.err()).contains("There is no option --pin here.").doesNotContain("4711");
        }

        @ParameterizedTest
        @ValueSource(strings = {"--password=hunter2", "--passwd", "-p", "--passphrase=hunter2"})
        void passwordAsOption_isRefusedAndNotRepeated(String option) {
            assertThat(world.run("login", option)).isEqualTo(2);
            assertThat(world.err())
                    .contains("A password is never given as an argument")
                    .doesNotContain("hunter2");
        }

        @Test
        void argumentTooMany_isNotRepeated() {
            assertThat(world.run("login", "hunter2")).isEqualTo(2);
            assertThat(world.err()).contains("There is an argument too many.").doesNotContain("hunter2");
        }

        @Test
        void placeOfAPassword_belongsBehindTheCommandThatReadsIt() {
            assertThat(world.run("account", "--password-file=hunter2", "delete"))
                    .isEqualTo(2);
            assertThat(world.err())
                    .contains("There is no option --password-file here.", "It belongs behind latchkey account delete.")
                    .doesNotContain("never given", "hunter2");
            assertThat(world.run("--password-stdin", "list")).isEqualTo(2);
            assertThat(world.err()).contains("It belongs behind the command it is for.");
            assertThat(world.run("version", "--password-fd", "3")).isEqualTo(2);
            assertThat(world.err()).contains("There is no option --password-fd here.", "latchkey version --help");
        }

        @Test
        void unknownCommandOfAGroup_isNotRepeatedAndTheOthersAreNamed() {
            assertThat(world.run("account", "hunter2")).isEqualTo(2);
            assertThat(world.err())
                    .contains("There is no such command here; these are: delete.")
                    .doesNotContain("hunter2");
            assertThat(world.run("account", "confirm")).isEqualTo(2);
            assertThat(world.err()).doesNotContain("It belongs behind");
        }

        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                value = {
                    "list --limit abc|--limit takes a number.",
                    "list --limit 9 --after 99999999999999999999|--after takes a number.",
                    "audit --format xml|--format takes one of these: table, jsonl, csv.",
                    "import x --format der|--format takes one of these: raw, len, hex, base64, pem."
                })
        void valueOfTheWrongKind_isSaidInTheWordsOfHelp(String line, String message) {
            assertThat(world.run(line.split(" "))).isEqualTo(2);
            assertThat(world.err()).startsWith("latchkey: " + message);
        }

        @Test
        void missingLabel_isNamed() {
            assertThat(world.run("get")).isEqualTo(2);
            assertThat(world.err()).contains("LABEL");
        }

        @Test
        void twoPasswordSources_areRefused() {
            assertThat(world.run("login", "--password-stdin", "--password-file", "x"))
                    .isEqualTo(2);
            assertThat(world.err()).contains("mutually exclusive");
        }

        @Test
        void argumentWithAt_isNotReadAsFile() {
            assertThat(world.run("get", "@/etc/hostname")).isEqualTo(3);
        }

        @Test
        void badPort_isRefused() {
            assertThat(world.run("server", "--dev", "--port", "65536")).isEqualTo(2);
            assertThat(world.err()).contains("A port is a number from 0 to 65535.");
        }

        @Test
        void serverWithoutKind_asksWhich() {
            assertThat(world.run("server")).isEqualTo(2);
            assertThat(world.err()).contains("--dev");
        }
    }

    @Nested
    class ErrorsInJson {

        @Test
        void usageError_isOneObjectOnStandardError() {
            assertThat(world.run("login", "--json", "--nope")).isEqualTo(2);
            assertThat(world.out()).isEmpty();
            assertThat(world.err().lines()).hasSize(1);
            assertThat(world.errJson().get("code").getAsString()).isEqualTo("usage");
            assertThat(world.errJson().get("exit_code").getAsInt()).isEqualTo(2);
            assertThat(world.errJson().keySet())
                    .contains("message", "kept", "next")
                    .doesNotContain("trace");
        }

        @Test
        void debug_addsTheTrace() {
            world.run("login", "--json", "--debug", "--nope");
            assertThat(world.errJson().get("trace").getAsString()).contains("CommandFailure");
        }

        @Test
        void codes_areStable() {
            assertThat(FailureCode.values())
                    .extracting(code -> code.id() + " " + code.exitCode().number())
                    .containsExactly(
                            "usage 2",
                            "invalid_input 2",
                            "invalid_configuration 2",
                            "file_unreadable 1",
                            "file_unwritable 1",
                            "file_exists 6",
                            "no_server 3",
                            "no_account 3",
                            "session_ended 3",
                            "wrong_password 4",
                            "locked_out 4",
                            "not_found 5",
                            "name_taken 6",
                            "label_exists 6",
                            "conflict 6",
                            "under_way 6",
                            "limit_reached 1",
                            "unreachable 7",
                            "throttled 7",
                            "untrusted_server 8",
                            "weak_server_parameters 8",
                            "integrity 8",
                            "server_changed 8",
                            "rolled_back 8",
                            "memory_unusable 8",
                            "backup_damaged 8",
                            "wrong_recovery_code 4",
                            "no_clipboard 1",
                            "cancelled 1",
                            "refused 1",
                            "address 1",
                            "admin_socket 1",
                            "certificate 1",
                            "open_permissions 9",
                            "root_key 1",
                            "root_key_refused 9",
                            "storage 1",
                            "internal 1");
        }
    }

    @Nested
    class ErrorsInText {

        @Test
        void failure_hasThreeLinesAndNoTrace() {
            world.run("login", "--account", "mara");
            assertThat(world.err().lines()).hasSize(3);
            assertThat(world.err()).doesNotContain("\tat ");
        }

        @Test
        void debug_addsTheTrace() {
            world.run("login", "--account", "mara", "--debug");
            assertThat(world.err()).contains("\tat dev.latchkey.cli");
        }

        @Test
        void controlCharacters_doNotReachTheScreen() {
            world.run("login", "--account", "mara", "--server", "\u001b[2Jx");
            assertThat(world.err()).doesNotContain("\u001b").contains("?[2Jx");
        }
    }

    @Nested
    class LostOutput {

        @ParameterizedTest
        @ValueSource(strings = {"version", "version --json", "completion", "--help", "help list", "list --help"})
        void fullDisk_exits1(String line) {
            world.losesOutput();
            assertThat(world.run(line.split(" "))).isEqualTo(1);
            assertThat(world.err()).contains(line.contains("--json") ? "file_unwritable" : "Standard output took only");
        }

        @Test
        void readerThatHasSeenEnough_isNoFailure() {
            world.losesOutput().person().readsOutputByAProgram();
            assertThat(world.run("version")).isZero();
            assertThat(world.err()).isEmpty();
        }

        @Test
        void failureOfTheCommand_isTheOneThatIsSaid() {
            assertThat(world.losesOutput().run("help", "frobnicate")).isEqualTo(2);
            assertThat(world.err()).doesNotContain("Standard output");
        }
    }

    @Nested
    class Help {

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "demo",
                    "server",
                    "register",
                    "login",
                    "put",
                    "get",
                    "generate",
                    "import",
                    "export",
                    "list",
                    "rm",
                    "rename",
                    "audit",
                    "passwd",
                    "account",
                    "shell",
                    "backup",
                    "restore",
                    "version",
                    "completion",
                    "help"
                })
        void everyCommand_hasHelp(String command) {
            assertThat(world.run(command, "--help")).isZero();
            assertThat(world.out()).contains("Usage: latchkey " + command, "--json", "--debug");
            assertThat(world.run("help", command)).isZero();
        }

        @ParameterizedTest
        @ValueSource(strings = {"init", "run"})
        void everyServerCommand_hasHelp(String command) {
            assertThat(world.run("server", command, "--help")).isZero();
            assertThat(world.out()).contains("Usage: latchkey server " + command);
            assertThat(world.run("help", "server", command)).isZero();
        }

        @Test
        void accountDelete_hasHelp() {
            assertThat(world.run("account", "delete", "--help")).isZero();
            assertThat(world.out()).contains("Usage: latchkey account delete", "--confirm", "--password-file");
            assertThat(world.run("help", "account", "delete")).isZero();
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "login",
                    "put",
                    "get",
                    "generate",
                    "import",
                    "export",
                    "list",
                    "rm",
                    "rename",
                    "audit",
                    "passwd",
                    "shell",
                    "backup",
                    "restore"
                })
        void everyOwnerCommand_takesThePasswordFromAFile(String command) {
            assertThat(world.run(command, "--help")).isZero();
            assertThat(world.out()).contains("--server", "--ca", "--account", "--password-stdin", "--password-fd");
        }

        @Test
        void ofLatchkey_listsTheExitCodes() {
            assertThat(world.run("--help")).isZero();
            for (ExitCode code : ExitCode.values()) {
                assertThat(world.out()).contains("  " + code.number() + "  ");
            }
            assertThat(world.out()).contains("130  interrupted");
        }

        @Test
        void ofEveryCommand_isLaidOutForAScreenOf80Columns() {
            List<CommandLine> all = new ArrayList<>();
            addAll(new Latchkey(world.surroundings()).commands(new LatchkeyCommand()), all);

            assertThat(all).hasSizeGreaterThan(30);
            for (CommandLine command : all) {
                UsageMessageSpec message = command.getCommandSpec().usageMessage();
                assertThat(Stream.concat(Stream.of(message.description()), Stream.of(message.footer())))
                        .filteredOn(line -> line.startsWith("  "))
                        .as(command.getCommandSpec().qualifiedName())
                        .allMatch(line -> line.length() < 80);
            }
        }

        private static void addAll(CommandLine command, List<CommandLine> all) {
            all.add(command);
            command.getSubcommands().values().forEach(below -> addAll(below, all));
        }

        @Test
        void synopsis_isBrokenBetweenOptionsAlone() {
            for (String command : List.of("list", "audit", "restore", "login")) {
                world.run(command, "--help");
                List<String> lines = world.out().lines().toList();
                assertThat(lines.get(0)).startsWith("Usage: latchkey " + command + " [");
                assertThat(lines.stream()
                                .takeWhile(line -> !line.isBlank() && line.contains("["))
                                .map(String::strip)
                                .toList())
                        .hasSizeGreaterThan(1)
                        .allMatch(line -> line.length() <= 100)
                        .noneMatch(line -> line.endsWith(":") || line.endsWith("="));
            }
        }

        @Test
        void ofUnknownCommand_exits2() {
            assertThat(world.run("help", "frobnicate")).isEqualTo(2);
        }
    }

    @Test
    void version_isSaidInBothForms() {
        assertThat(world.run("version")).isZero();
        assertThat(world.out()).startsWith("latchkey ").contains("protocol 1");
        assertThat(world.run("--version")).isZero();
        assertThat(world.out()).startsWith("latchkey ").contains("protocol 1");
        assertThat(world.run("--json", "--version")).isZero();
        assertThat(world.outJson().get("protocol").getAsInt()).isEqualTo(1);
        assertThat(world.run("version", "--json")).isZero();
        assertThat(world.outJson().get("version").getAsString()).doesNotContain("$");
        assertThat(world.outJson().get("protocol").getAsInt()).isEqualTo(1);
    }

    @Test
    void completion_knowsCommandsAndOptions() {
        assertThat(world.run("completion")).isZero();
        assertThat(world.out()).contains("register", "--password-file", "--config");
        assertThat(world.run("completion", "--json")).isZero();
        assertThat(world.outJson().get("script").getAsString()).contains("complete -F");
    }
}
