package dev.latchkey.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.latchkey.server.KeyServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** An operator who backs a running server up, and brings the backup back elsewhere. */
@DisabledOnOs(OS.WINDOWS)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ServerBackupCommandsTest {

    private final World operator = new World();

    private Path files;
    private Path config;
    private OwnersServer server;

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        files = folder;
        server = OwnersServer.start(files);
        config = configuration(files.resolve("server"), server.port());
        server.register("mara");
        String note = server.file("note", "what mara keeps").toString();
        assertThat(server.device("mara").run("put", "note", note, "--password-file", server.passwordFile()))
                .isZero();
    }

    @AfterAll
    void stop() {
        server.close();
    }

    private static Path configuration(Path folder, int port) throws Exception {
        return Files.writeString(folder.resolve("latchkey.toml"), """
                listen = "localhost:%d"
                storage.url = "sqlite:latchkey.db"
                tls.certificate = "server.pem"
                tls.key = "server-key.pem"
                keys.root = "root.key"
                admin.socket = "admin.sock"
                """.formatted(port));
    }

    private int run(String... arguments) {
        String[] all = new String[arguments.length + 4];
        all[0] = "server";
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        all[all.length - 3] = "--config";
        all[all.length - 2] = config.toString();
        all[all.length - 1] = "--json";
        return operator.run(all);
    }

    private JsonObject finding(String subject) {
        for (JsonElement one : operator.outJson().getAsJsonArray("findings")) {
            if (one.getAsJsonObject().get("subject").getAsString().equals(subject)) {
                return one.getAsJsonObject();
            }
        }
        throw new AssertionError(operator.out());
    }

    private void assertFailed(int exitCode, int expected, String code) {
        assertThat(operator.err()).contains("\"code\":\"" + code + "\"");
        assertThat(exitCode).isEqualTo(expected);
    }

    @Test
    @Order(1)
    void doctor_beforeAnyBackup_saysThatOneIsMissing() {
        assertThat(run("doctor")).isEqualTo(1);

        assertThat(finding("backup").get("next").getAsString()).contains("latchkey server backup");
        assertThat(StreamSupport.stream(
                                operator.outJson().getAsJsonArray("findings").spliterator(), false)
                        .map(JsonElement::getAsJsonObject)
                        .filter(one -> !one.get("ok").getAsBoolean())
                        .map(one -> one.get("subject").getAsString()))
                .containsExactly("backup");
    }

    @Test
    @Order(2)
    void backup_ofARunningServer_isWrittenVerifiedAndBroughtBack() throws Exception {
        Path first = files.resolve("first.backup");
        assertThat(run("backup", first.toString())).isZero();
        JsonObject taken = operator.outJson();
        assertThat(run("backup", files.resolve("second.backup").toString())).isZero();
        assertFailed(run("backup", first.toString()), 6, "file_exists");
        assertFailed(run("backup", files.toString()), 6, "file_exists");
        assertThat(operator.err()).contains("is a folder");

        assertThat(run("backup", "verify", first.toString())).isZero();
        assertThat(operator.outJson().get("tables")).isEqualTo(taken.get("tables"));
        String signer = taken.get("signer").getAsString();
        assertThat(run("backup", "verify", first.toString(), "--key", signer)).isZero();
        assertFailed(run("backup", "verify", first.toString(), "--key", "00".repeat(32)), 8, "backup_damaged");

        Path elsewhere = Files.createDirectory(files.resolve("elsewhere"));
        for (String file : new String[] {"root.key", "server.pem", "server-key.pem", "ca.pem", "last-backup"}) {
            Files.copy(files.resolve("server").resolve(file), elsewhere.resolve(file));
        }
        Path here = config;
        config = configuration(elsewhere, 0);
        try {
            assertThat(run("restore", first.toString())).isZero();
            assertThat(operator.outJson().get("tables")).isEqualTo(taken.get("tables"));
            assertThat(operator.outJson().get("newer_known").getAsLong()).isEqualTo(2);
            assertThat(operator.err()).contains("this is a rollback");
            assertFailed(run("restore", first.toString()), 1, "storage");
            ownerReadsAt(new ServerFolder(elsewhere));
            assertThat(run("backup", files.resolve("stopped.backup").toString()))
                    .isZero();
            assertThat(operator.outJson().get("number").getAsLong()).isEqualTo(2);
            assertThat(run("doctor")).isEqualTo(1);
            assertThat(finding("clock").get("found").getAsString()).startsWith("Not looked at");
            assertThat(finding("backup").get("ok").getAsBoolean()).isFalse();
        } finally {
            config = here;
        }
    }

    private void ownerReadsAt(ServerFolder folder) throws Exception {
        try (KeyServer restored = ServerRunner.start(folder.config(new ListenAddress("localhost", 0)))) {
            World owner = server.device("fresh").variable("LATCHKEY_SERVER", "localhost:" + restored.port());
            assertThat(owner.run("get", "note", "--account", "mara", "--password-file", server.passwordFile()))
                    .isZero();
            assertThat(owner.out()).contains("what mara keeps");
            restored.shutdown(Duration.ofSeconds(1));
        }
    }

    @Test
    @Order(3)
    void doctor_afterABackup_isContent_untilAKeyIsOpenToOthers() throws Exception {
        assertThat(run("doctor")).isZero();
        assertThat(operator.outJson().get("ok").getAsBoolean()).isTrue();

        Path key = files.resolve("server").resolve("server-key.pem");
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r--r--"));
        assertThat(run("doctor")).isEqualTo(1);
        assertThat(finding("permissions").get("next").getAsString()).contains("chmod go= " + key);
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
    }
}
