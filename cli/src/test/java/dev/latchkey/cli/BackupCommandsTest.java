package dev.latchkey.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** A backup of one account, brought into others, at a real server. */
@DisabledOnOs(OS.WINDOWS)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BackupCommandsTest {

    @TempDir
    private static Path files;

    private OwnersServer server;
    private World mara;
    private Path backup;
    private Path code;

    @BeforeAll
    void makeABackup() throws Exception {
        server = OwnersServer.start(files);
        mara = server.register("mara");
        mara.standardInput("twelve words");
        assertThat(mara.run("put", "wallet", "--password-file", server.passwordFile()))
                .isZero();
        assertThat(mara.run("generate", "made there", "--at-server", "--password-file", server.passwordFile()))
                .isZero();
        assertThat(mara.run("generate", "made here", "--password-file", server.passwordFile()))
                .isZero();
        backup = server.path("backup");
        code = server.path("code");
        assertThat(mara.run(
                        "backup",
                        backup.toString(),
                        "--code-file",
                        code.toString(),
                        "--password-file",
                        server.passwordFile(),
                        "--json"))
                .isZero();
        assertThat(mara.outJson().get("secrets").getAsInt()).isEqualTo(3);
    }

    @AfterAll
    void stopServer() {
        server.close();
    }

    @BeforeEach
    void enterTheWorld() {
        mara = server.device("mara");
    }

    private int restore(World world, String... more) {
        String[] arguments = {
            "restore", backup.toString(), "--code-file", code.toString(), "--password-file", server.passwordFile()
        };
        String[] all = Arrays.copyOf(arguments, arguments.length + more.length);
        System.arraycopy(more, 0, all, arguments.length, more.length);
        return world.run(all);
    }

    @Test
    void backupAndCode_areTheOwnersAlone() throws Exception {
        for (Path file : new Path[] {backup, code}) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                    .isEqualTo("rw-------");
        }
        assertThat(Files.readString(code).strip().split(" ")).hasSize(13);
        assertThat(new String(Files.readAllBytes(backup), ISO_8859_1)).doesNotContain("twelve words", "wallet", "mara");
    }

    @Test
    void log_keepsTheExports() {
        assertThat(mara.run(
                        "audit",
                        "--kind",
                        "secret-retrieved-export",
                        "--json",
                        "--password-file",
                        server.passwordFile()))
                .isZero();
        assertThat(mara.outJson().getAsJsonArray("entries")).hasSizeGreaterThanOrEqualTo(3);
    }

    @Test
    void newAccount_getsAllOfIt_andASecondTimeNothing() throws Exception {
        World nina = server.register("nina");
        assertThat(restore(nina)).isZero();
        assertThat(nina.out()).isEqualTo("Stored 3 secrets into nina." + System.lineSeparator());
        assertThat(nina.err()).contains("What a server generated (1 secret) is stored as imported now");
        assertThat(nina.run("get", "wallet", "--password-file", server.passwordFile()))
                .isZero();
        assertThat(nina.out()).isEqualTo("twelve words");
        assertThat(nina.run("list", "--password-file", server.passwordFile())).isZero();
        assertThat(nina.out())
                .containsPattern("made there +symmetric key +imported key")
                .containsPattern("made here +symmetric key +client-generated");

        assertThat(restore(nina, "--json")).isZero();
        assertThat(nina.outJson().get("stored").getAsInt()).isZero();
        assertThat(nina.outJson().get("same").getAsInt()).isEqualTo(3);
        assertThat(restore(nina)).isZero();
        assertThat(nina.out()).startsWith("Stored 0 secrets (3 were there already)");
        assertThat(nina.err()).doesNotContain("new key ids", "stored as imported");
    }

    @Test
    void labelThatStandsForSomethingElse_isNamedAndLeftAlone() throws Exception {
        World otto = server.register("otto");
        otto.standardInput("another wallet");
        assertThat(otto.run("put", "wallet", "--password-file", server.passwordFile()))
                .isZero();
        assertThat(restore(otto, "--json")).isEqualTo(6);
        assertThat(otto.errJson().get("message").getAsString()).contains("1 label stands", "\"wallet\"");
        assertThat(otto.errJson().get("kept").getAsString()).contains("Stored 2 secrets");
        assertThat(otto.run("get", "wallet", "--password-file", server.passwordFile()))
                .isZero();
        assertThat(otto.out()).isEqualTo("another wallet");

        // As the message says: rename, and run it again.
        assertThat(otto.run("rename", "wallet", "my wallet", "--yes", "--password-file", server.passwordFile()))
                .isZero();
        assertThat(restore(otto)).isZero();
        assertThat(otto.out()).startsWith("Stored 1 secret (2 were there already)");
    }

    @Test
    void code_isShownOnATerminalOnce() throws Exception {
        mara.person().looksAtOutput();
        Path shown = server.path("shown");
        assertThat(mara.run("backup", shown.toString(), "--password-file", server.passwordFile()))
                .isZero();
        assertThat(mara.out()).startsWith("Wrote 3 secrets to " + shown);
        String words = mara.out()
                .lines()
                .filter(line -> line.startsWith("  "))
                .map(String::strip)
                .reduce((a, b) -> a + " " + b)
                .orElseThrow();
        assertThat(words.split(" ")).hasSize(13);
        World offline = new World();
        offline.person().types(words);
        assertThat(offline.run("restore", shown.toString(), "--list")).isZero();
        assertThat(offline.out()).contains("wallet");
    }

    @Test
    void nowhereToShowTheCode_isAUsageError() {
        Path file = server.path("not-written");
        assertThat(mara.run("backup", file.toString())).isEqualTo(2);
        mara.person().looksAtOutput();
        assertThat(mara.run("backup", file.toString(), "--json")).isEqualTo(2);
        assertThat(mara.errJson().get("next").getAsString()).contains("--code-file");
        assertThat(mara.person().prompts()).isEmpty();
        assertThat(file).doesNotExist();
    }

    @Test
    void filesThatExist_areLeftAlone() throws Exception {
        byte[] before = Files.readAllBytes(backup);
        Path newCode = server.path("new-code");
        assertThat(mara.run("backup", backup.toString(), "--code-file", newCode.toString()))
                .isEqualTo(6);
        assertThat(mara.run("backup", server.path("other").toString(), "--code-file", code.toString()))
                .isEqualTo(6);
        assertThat(backup).hasBinaryContent(before);
        assertThat(newCode).doesNotExist();
        assertThat(mara.person().prompts()).isEmpty();
    }

    @Test
    void backupThatCannotBeWritten_leavesNoCode() {
        Path newCode = server.path("useless-code");
        assertThat(mara.run(
                        "backup",
                        server.path("no-folder").resolve("backup").toString(),
                        "--code-file",
                        newCode.toString(),
                        "--password-file",
                        server.passwordFile(),
                        "--json"))
                .isEqualTo(1);
        assertThat(mara.errJson().get("code").getAsString()).isEqualTo("file_unwritable");
        assertThat(newCode).doesNotExist();
    }
}
