package dev.latchkey.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import dev.latchkey.opaque.SecretBytes;
import dev.latchkey.protocol.AccountName;
import dev.latchkey.protocol.BackupWriter;
import dev.latchkey.protocol.Descriptor;
import dev.latchkey.protocol.Label;
import dev.latchkey.protocol.Origin;
import dev.latchkey.protocol.RecoveryCode;
import dev.latchkey.protocol.SecretType;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What a backup gives without any server, account or password. */
@DisabledOnOs(OS.WINDOWS)
class OfflineBackupTest {

    private static final Instant MADE = Instant.parse("2026-11-24T08:00:00Z");

    @TempDir
    private Path folder;

    private final World world = new World();
    private final SecureRandom random = new SecureRandom();
    private Path backup;
    private String words;

    @BeforeEach
    void writeBackup() throws Exception {
        backup = folder.resolve("backup");
        world.variable("LATCHKEY_HOME", folder.resolve("home").toString());
        try (RecoveryCode code = RecoveryCode.random(random);
                OutputStream out = Files.newOutputStream(backup);
                BackupWriter writer = BackupWriter.start(out, code, random)) {
            words = new String(code.words());
            add(writer, "wallet", Origin.IMPORTED_KEY, "twelve words");
            add(writer, "../Wallet", Origin.SERVER_GENERATED, "up and away");
            writer.finish(AccountName.of("mara"), MADE);
        }
    }

    private static void add(BackupWriter writer, String label, Origin origin, String content) throws Exception {
        Descriptor descriptor = new Descriptor(origin, SecretType.OPAQUE_BYTES, 1000, Label.of(label));
        try (SecretBytes secret = SecretBytes.copyOf(content.getBytes(UTF_8))) {
            writer.add(descriptor, secret);
        }
    }

    private String codeFile() throws Exception {
        return Files.writeString(folder.resolve("code"), words + "\n").toString();
    }

    @Test
    void list_showsLabelsAndNoSecret() throws Exception {
        assertThat(world.run("restore", backup.toString(), "--list", "--code-file", codeFile()))
                .isZero();
        assertThat(world.out())
                .contains("LABEL", "wallet", "../Wallet", "imported key", "server-generated", "2 secrets of mara")
                .doesNotContain("twelve words");
        assertThat(world.run("restore", backup.toString(), "--list", "--code-file", codeFile(), "--json"))
                .isZero();
        JsonObject first = world.outJson().getAsJsonArray("secrets").get(0).getAsJsonObject();
        assertThat(world.outJson().get("account").getAsString()).isEqualTo("mara");
        assertThat(world.outJson().get("made").getAsString()).isEqualTo(MADE.toString());
        assertThat(first.keySet()).containsExactlyInAnyOrder("label", "origin", "type", "created", "bytes");
    }

    @Test
    void extract_writesAFileForEverySecret() throws Exception {
        Path into = folder.resolve("out");
        world.person().types(words);
        assertThat(world.run("restore", backup.toString(), "--extract", into.toString()))
                .isZero();
        assertThat(world.person().prompts()).containsExactly("Recovery code: ");
        assertThat(world.person().handedOut())
                .allMatch(typed -> new String(typed).chars().allMatch(c -> c == 0));
        assertThat(into.resolve("wallet")).hasContent("twelve words");
        assertThat(into.resolve("%2E.%2FWallet")).hasContent("up and away");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(into)))
                .isEqualTo("rwx------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(into.resolve("wallet"))))
                .isEqualTo("rw-------");

        assertThat(world.run("restore", backup.toString(), "--extract", into.toString(), "--code-file", codeFile()))
                .isEqualTo(6);
        assertThat(world.err()).contains("no secret was written");
        Files.delete(into.resolve("wallet"));
        assertThat(world.run("restore", backup.toString(), "--extract", into.toString(), "--code-file", codeFile()))
                .isEqualTo(6);
        assertThat(world.err()).contains("1 secret was written before it");
    }

    @Test
    void anotherCode_opensNothing() throws Exception {
        try (RecoveryCode other = RecoveryCode.random(random)) {
            world.person().types(new String(other.words()));
        }
        assertThat(world.run("restore", backup.toString(), "--list", "--json")).isEqualTo(4);
        assertThat(world.errJson().get("code").getAsString()).isEqualTo("wrong_recovery_code");
    }

    @Test
    void mistypedCode_isRefusedAndNotRepeated() {
        world.person().types("one two three");
        assertThat(world.run("restore", backup.toString(), "--list")).isEqualTo(2);
        assertThat(world.err()).contains("thirteen words").doesNotContain("one two three");
    }

    @Test
    void noTerminalAndNoFile_isAUsageError() {
        assertThat(world.run("restore", backup.toString(), "--list")).isEqualTo(2);
        assertThat(world.err()).contains("--code-file", "Nothing was changed.").doesNotContain("sent");
    }

    @Test
    void halfABackup_isDamagedAndNothingIsWritten() throws Exception {
        byte[] whole = Files.readAllBytes(backup);
        Files.write(backup, Arrays.copyOf(whole, whole.length - 1));
        Path into = folder.resolve("out");
        assertThat(world.run(
                        "restore",
                        backup.toString(),
                        "--extract",
                        into.toString(),
                        "--code-file",
                        codeFile(),
                        "--json"))
                .isEqualTo(8);
        assertThat(world.errJson().get("code").getAsString()).isEqualTo("backup_damaged");
        assertThat(into).doesNotExist();
    }

    @Test
    void anyOtherFile_isNoBackup() throws Exception {
        Files.writeString(backup, "a letter");
        assertThat(world.run("restore", backup.toString(), "--list", "--code-file", codeFile()))
                .isEqualTo(8);
        assertThat(world.run("restore", folder.resolve("none").toString(), "--list"))
                .isEqualTo(1);
    }

    @Test
    void contraryOptions_areUsageErrors() {
        assertThat(world.run("restore", backup.toString(), "--list", "--extract", "x"))
                .isEqualTo(2);
        assertThat(world.run("restore", backup.toString(), "--code-file", "x", "--code-fd", "3"))
                .isEqualTo(2);
    }
}
