package dev.latchkey.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Passwords, the end of accounts and what a device remembers, against a real server. */
@DisabledOnOs(OS.WINDOWS)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AccountCommandsTest {

    private static final String NEXT = "Ebbe und Flut im Priel";

    @TempDir
    private static Path files;

    private OwnersServer server;
    private OwnersServer choosing;

    @BeforeAll
    void startServers() throws Exception {
        server = OwnersServer.start(Files.createDirectory(files.resolve("cheap")));
        choosing = OwnersServer.startToChooseAt(Files.createDirectory(files.resolve("choosing")));
    }

    @AfterAll
    void stopServers() {
        server.close();
        choosing.close();
    }

    private static void assertWiped(World world) {
        assertThat(world.person().handedOut())
                .isNotEmpty()
                .allMatch(typed -> new String(typed).chars().allMatch(c -> c == 0));
    }

    @Nested
    class Passwd {

        @Test
        void newPassword_opensWhatTheOldDidAndTheOldNothing() throws Exception {
            World world = choosing.register("changes");
            world.standardInput("kept");
            assertThat(world.run("put", "kept", "--password-file", choosing.passwordFile()))
                    .isZero();
            world.person().types(OwnersServer.PASSWORD).types(NEXT).types(NEXT);
            assertThat(world.run("passwd")).isZero();
            assertThat(world.person().prompts())
                    .containsExactly("Password for changes: ", "New password for changes: ", "Once more: ");
            assertThat(world.out()).startsWith("The password of changes is changed.");
            assertThat(world.err()).contains("Strength of the password: ");
            assertWiped(world);

            assertThat(world.run("login", "--password-file", choosing.passwordFile()))
                    .isEqualTo(4);
            String next = choosing.file("next", NEXT).toString();
            assertThat(world.run("get", "kept", "--password-file", next)).isZero();
            assertThat(world.out()).isEqualTo("kept");
        }

        @Test
        void newPasswordThatNobodyGives_isTheOneThatIsAskedFor() throws Exception {
            World world = server.register("asks");
            assertThat(world.run("passwd", "--password-file", server.passwordFile()))
                    .isEqualTo(2);
            assertThat(world.err())
                    .contains("A new password is needed", "--new-password-file FILE")
                    .doesNotContain("--password-stdin");
        }

        @Test
        void endOfInputAtThePrompt_changesNothingAndIsNotAskedAgain() throws Exception {
            World world = server.register("walks-away");
            world.person().leaves();
            assertThat(world.run("passwd", "--password-file", server.passwordFile()))
                    .isEqualTo(1);
            assertThat(world.person().prompts()).containsExactly("New password for walks-away: ");
            assertThat(world.err()).contains("the input ended", "Nothing was changed.");

            world.person().leaves().leaves();
            assertThat(world.run("account", "delete", "--json")).isEqualTo(1);
            assertThat(world.errJson().get("code").getAsString()).isEqualTo("cancelled");
            assertThat(world.run("register", "--json")).isEqualTo(1);
            assertThat(world.errJson().get("code").getAsString()).isEqualTo("cancelled");
        }

        @Test
        void file_givesTheNewPassword() throws Exception {
            World world = choosing.register("from-file");
            Path next = choosing.file("next-in-file", NEXT + "\n");
            assertThat(world.run(
                            "passwd",
                            "--password-file",
                            choosing.passwordFile(),
                            "--new-password-file",
                            next.toString(),
                            "--json"))
                    .isZero();
            assertThat(world.outJson().keySet()).containsExactly("account", "server", "password_strength");
            assertThat(world.run("login", "--password-file", next.toString())).isZero();
        }

        @Test
        void wrongUse_changesNothing() throws Exception {
            World world = choosing.register("unchanged");
            assertThat(world.run(
                            "passwd",
                            "--password-file",
                            choosing.passwordFile(),
                            "--new-password-file",
                            choosing.passwordFile(),
                            "--json"))
                    .isEqualTo(2);
            assertThat(world.errJson().get("message").getAsString()).contains("is the one there is");
            world.standardInput(OwnersServer.PASSWORD);
            assertThat(world.run("passwd", "--password-stdin", "--new-password-file", "/dev/stdin"))
                    .isEqualTo(2);
            assertThat(world.run("passwd", "--password-file", choosing.passwordFile()))
                    .isEqualTo(2);
            String wrong = choosing.file("wrong", "wrong password").toString();
            String next = choosing.file("next-unused", NEXT).toString();
            assertThat(world.run("passwd", "--password-file", wrong, "--new-password-file", next))
                    .isEqualTo(4);
            assertThat(world.run("login", "--password-file", choosing.passwordFile()))
                    .isZero();
        }

        @Test
        void inTheShell_itAsksAgainAndGoesOnWithTheNewPassword() throws Exception {
            World world = choosing.register("in-shell");
            world.person()
                    .types(OwnersServer.PASSWORD)
                    .types(OwnersServer.PASSWORD)
                    .types(NEXT)
                    .types(NEXT)
                    .types(NEXT);
            world.standardInput("generate first\npasswd\ngenerate second");
            assertThat(world.run("shell")).isZero();
            assertThat(world.person().prompts())
                    .containsExactly(
                            "Password for in-shell: ",
                            "Password for in-shell: ",
                            "New password for in-shell: ",
                            "Once more: ",
                            "Password for in-shell: ");
            assertThat(world.out()).contains("Generated \"first\"", "is changed", "Generated \"second\"");
            assertWiped(world);
        }
    }

    @Nested
    class Delete {

        @Test
        void nameTyped_deletesAndForgets() throws Exception {
            World world = server.register("leaves");
            world.person().types("Leaves");
            assertThat(world.run("account", "delete", "--password-file", server.passwordFile()))
                    .isZero();
            assertThat(world.person().prompts())
                    .containsExactly("This deletes the account and every secret in it, for ever. Its name, to go on: ");
            assertThat(world.out()).startsWith("The account leaves at ");
            assertThat(world.err()).isEmpty();
            assertThat(server.home("leaves").resolve("remembered.json")).doesNotExist();
            assertThat(memoryFiles("leaves")).isEmpty();
            assertThat(world.run("login", "--account", "leaves", "--password-file", server.passwordFile()))
                    .isEqualTo(4);
            // The name is free again.
            server.register("leaves");
        }

        @Test
        void confirmed_asksNothing() throws Exception {
            World world = server.register("scripted");
            assertThat(world.run(
                            "account",
                            "delete",
                            "--confirm",
                            "scripted",
                            "--password-file",
                            server.passwordFile(),
                            "--json"))
                    .isZero();
            assertThat(world.outJson().keySet()).containsExactly("account", "server");
            assertThat(world.person().prompts()).isEmpty();
        }

        @Test
        void anotherNameOrNobodyToAsk_deletesNothing() throws Exception {
            World world = server.register("stays");
            world.person().types("somebody");
            assertThat(world.run("account", "delete", "--json")).isEqualTo(2);
            assertThat(world.errJson().get("code").getAsString()).isEqualTo("invalid_input");
            assertThat(world.run("account", "delete", "--confirm", "somebody")).isEqualTo(2);
            assertThat(world.run("account", "delete", "--password-file", server.passwordFile()))
                    .isEqualTo(2);
            assertThat(world.err()).contains("--confirm NAME");
            assertThat(world.run("account")).isEqualTo(2);
            assertThat(world.run("login", "--password-file", server.passwordFile()))
                    .isZero();
        }

        @Test
        void inTheShell_endsIt() throws Exception {
            World world = server.register("shell-end");
            world.person().types(OwnersServer.PASSWORD).types(OwnersServer.PASSWORD);
            world.standardInput("generate x\naccount delete --confirm shell-end\nlist");
            assertThat(world.run("shell")).isZero();
            assertThat(world.out()).endsWith("is deleted, with every secret in it." + System.lineSeparator());
        }
    }

    private List<Path> memoryFiles(String home) {
        return memoryFiles(server, home);
    }

    private static List<Path> memoryFiles(OwnersServer at, String home) {
        Path folder = at.home(home).resolve("memory");
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> list = Files.list(folder)) {
            return list.filter(file -> file.getFileName().toString().endsWith(".json")
                            || !file.getFileName().toString().contains("lock"))
                    .toList();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Nested
    class Memory {

        @Test
        void firstTimeOnADevice_isSaidOnce() throws Exception {
            server.register("remembered");
            World device = server.device("a-second-device").variable("LATCHKEY_ACCOUNT", "remembered");
            assertThat(device.run("login", "--password-file", server.passwordFile()))
                    .isZero();
            assertThat(device.err()).contains("sees the account's log for the first time");
            assertThat(device.run("login", "--password-file", server.passwordFile()))
                    .isZero();
            assertThat(device.err()).isEmpty();
        }

        @Test
        void deviceThatCannotRemember_worksAndSaysSoEachTime() throws Exception {
            server.register("no-memory");
            Path occupied = Files.writeString(files.resolve("occupied"), "a file");
            World device = server.device("unused")
                    .variable("LATCHKEY_HOME", occupied.toString())
                    .variable("LATCHKEY_ACCOUNT", "no-memory");
            for (int i = 0; i < 2; i++) {
                assertThat(device.run("list", "--password-file", server.passwordFile()))
                        .isZero();
                assertThat(device.err()).startsWith("This device can't remember the account's log");
            }
        }

        @Test
        void anotherServerKey_stopsUntilItIsAccepted() throws Exception {
            World world = server.register("moves");
            assertThat(world.run("login", "--password-file", server.passwordFile()))
                    .isZero();
            // The same address for the client's memory, behind which another server stands now.
            Path elsewhere = Files.createDirectory(files.resolve("elsewhere"));
            try (OwnersServer other = OwnersServer.start(elsewhere)) {
                World there = other.register("moves");
                assertThat(there.run("login", "--password-file", other.passwordFile()))
                        .isZero();
                for (Path file : memoryFiles("moves")) {
                    for (Path its : memoryFiles(other, "moves")) {
                        Files.copy(file, its, StandardCopyOption.REPLACE_EXISTING);
                    }
                }
                assertThat(there.run("list", "--password-file", other.passwordFile(), "--json"))
                        .isEqualTo(8);
                assertThat(there.errJson().get("code").getAsString()).isIn("server_changed", "memory_unusable");
                assertThat(there.errJson().get("next").getAsString()).contains("latchkey login --accept-change");
                assertThat(there.run("login", "--accept-change", "--password-file", other.passwordFile()))
                        .isZero();
                assertThat(there.run("list", "--password-file", other.passwordFile()))
                        .isZero();
            }
        }

        @Test
        void memoryThatCannotBeWritten_isNoReasonToGiveItUp() throws Exception {
            World world = server.register("unwritable");
            assertThat(world.run("login", "--password-file", server.passwordFile()))
                    .isZero();
            for (Path file : memoryFiles("unwritable")) {
                // As a full disk does: what is there can be read, and nothing can be put in its place.
                Files.createDirectories(
                        file.resolveSibling(file.getFileName() + ".next").resolve("in the way"));
            }
            assertThat(world.run("generate", "kept", "--password-file", server.passwordFile()))
                    .isEqualTo(1);
            assertThat(world.err()).contains("can't be written", "Make room").doesNotContain("--accept-change");
        }

        @Test
        void damagedMemory_stopsUntilItIsBegunAnew() throws Exception {
            World world = server.register("damaged");
            assertThat(world.run("login", "--password-file", server.passwordFile()))
                    .isZero();
            assertThat(memoryFiles("damaged")).isNotEmpty();
            for (Path file : memoryFiles("damaged")) {
                Files.writeString(file, "not what was written");
            }
            assertThat(world.run("list", "--password-file", server.passwordFile(), "--json"))
                    .isEqualTo(8);
            assertThat(world.errJson().get("code").getAsString()).isEqualTo("memory_unusable");
            assertThat(world.errJson().get("next").getAsString()).contains("latchkey login --accept-change");
            assertThat(world.run("login", "--accept-change", "--password-file", server.passwordFile()))
                    .isZero();
            assertThat(world.run("list", "--password-file", server.passwordFile()))
                    .isZero();
        }
    }
}
