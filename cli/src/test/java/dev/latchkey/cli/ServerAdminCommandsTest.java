package dev.latchkey.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** An operator at a running server, whose owners log in meanwhile. */
@DisabledOnOs(OS.WINDOWS)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ServerAdminCommandsTest {

    private OwnersServer server;
    private World operator;
    private String socket;

    @BeforeAll
    void start(@TempDir Path files) throws Exception {
        server = OwnersServer.start(files);
        socket = files.resolve("server").resolve("admin.sock").toString();
        operator = new World().variable("LATCHKEY_ADMIN_SOCKET", socket);
    }

    @AfterAll
    void stop() {
        server.close();
    }

    private JsonObject shown(String account) {
        assertThat(operator.run("server", "account", "show", account, "--json")).isZero();
        return operator.outJson();
    }

    private int logIn(World device, String passwordFile) {
        return device.run("login", "--password-file", passwordFile);
    }

    private void assertFailed(int exitCode, int expected, String code) {
        assertThat(exitCode).isEqualTo(expected);
        assertThat(operator.out()).isEmpty();
        assertThat(operator.errJson().get("code").getAsString()).isEqualTo(code);
    }

    @Test
    void show_anAccount_saysWhatTheServerKnows() throws Exception {
        World mara = server.register("mara");
        String note = server.file("note", "a planted needle").toString();
        assertThat(mara.run("put", "the label", note, "--password-file", server.passwordFile()))
                .isZero();

        JsonObject shown = shown("mara");

        assertThat(shown.get("secrets").getAsInt()).isEqualTo(1);
        assertThat(shown.get("devices").getAsInt()).isEqualTo(1);
        assertThat(shown.get("last_login").isJsonNull()).isFalse();
        assertThat(shown.getAsJsonObject("guesses").get("left").getAsInt()).isEqualTo(10);
        assertThat(operator.run("server", "account", "show", "mara", "--socket", socket))
                .isZero();
        assertThat(operator.out())
                .contains(shown.get("user_id").getAsString())
                .contains(shown.get("log_head").getAsString())
                .containsPattern("guesses left +10 of 10\n")
                .doesNotContain("needle")
                .doesNotContain("the label");
    }

    @Test
    void unlock_guessedAtByAStranger_givesAllGuessesBack() throws Exception {
        server.register("lena");
        String wrong = server.file("wrong", "not it").toString();
        assertThat(server.device("stranger").run("login", "--account", "lena", "--password-file", wrong))
                .isEqualTo(4);
        assertThat(shown("lena").getAsJsonObject("guesses").get("next_in_ms").getAsLong())
                .isPositive();

        assertThat(operator.run("server", "account", "unlock", "lena")).isZero();

        assertThat(operator.out()).contains("has all its 10 guesses again; it had 9 left.");
        JsonObject shown = shown("lena");
        assertThat(shown.getAsJsonObject("guesses").get("left").getAsInt()).isEqualTo(10);
        assertThat(shown.get("failed_attempts").getAsInt()).isEqualTo(1);
    }

    @Test
    void delete_asksForTheNameAgain_andOnlyThenDeletes() throws Exception {
        World rosa = server.register("rosa");
        operator.person().types("mara");
        assertFailed(operator.run("server", "account", "delete", "rosa", "--json"), 2, "invalid_input");
        assertThat(operator.errJson().get("message").getAsString()).contains("not the name of the account");
        assertThat(shown("rosa").get("secrets").getAsInt()).isZero();

        assertThat(operator.run("server", "account", "delete", "rosa", "--yes")).isZero();

        assertThat(operator.out()).contains("The account rosa is deleted");
        assertThat(logIn(rosa, server.passwordFile())).isEqualTo(4);
        assertFailed(operator.run("server", "account", "show", "rosa", "--json"), 5, "not_found");
    }

    @Test
    void closeSessions_ofOneOrAll_saysHowMany() throws Exception {
        server.register("emma");

        assertThat(operator.run("server", "sessions", "close", "emma", "--json"))
                .isZero();
        assertThat(operator.outJson().get("closed").getAsInt()).isZero();
        assertThat(operator.run("server", "sessions", "close", "--all")).isZero();
        assertThat(operator.out()).contains("session");
        assertThat(operator.run("server", "sessions", "close")).isEqualTo(2);
        assertThat(operator.run("server", "sessions", "close", "emma", "--all")).isEqualTo(2);
    }

    @Nested
    class WithoutASocket {

        @Test
        void noServerRunning_isUnreachable(@TempDir Path empty) {
            String nothing = empty.resolve("admin.sock").toString();
            assertFailed(
                    operator.run("server", "account", "unlock", "mara", "--socket", nothing, "--json"),
                    7,
                    "unreachable");
            assertThat(operator.errJson().get("message").getAsString()).contains("No server is running");
        }

        @Test
        void configurationThatNamesNone_saysWhatToSet(@TempDir Path folder) throws Exception {
            Path config = Files.writeString(folder.resolve("latchkey.toml"), """
                    storage.url = "sqlite:db"
                    tls.certificate = "c"
                    tls.key = "k"
                    keys.root = "r"
                    """);
            World world = new World();
            assertThat(world.run("server", "account", "show", "mara", "--config", config.toString()))
                    .isEqualTo(3);
            assertThat(world.err()).contains("admin.socket").contains("LATCHKEY_ADMIN_SOCKET");
        }

        @Test
        void configurationOfInit_namesTheOneBesideIt(@TempDir Path folder) {
            World world = new World();
            assertThat(world.run("server", "init", "--data", folder.toString())).isZero();
            assertThat(world.run(
                            "server",
                            "sessions",
                            "close",
                            "--all",
                            "--config",
                            folder.resolve("latchkey.toml").toString()))
                    .isEqualTo(7);
            assertThat(world.err())
                    .contains("No server is running at ")
                    .contains(folder.resolve("admin.sock").toString());
        }
    }
}
