package dev.latchkey.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@DisabledOnOs(OS.WINDOWS)
class ServerCommandsTest {

    private final World world = new World();

    @TempDir
    private Path parent;

    private ServerFolder folder;

    @BeforeEach
    void nameTheFolder() {
        folder = new ServerFolder(parent.resolve("server"));
    }

    private int dev(String... more) {
        String[] arguments = new String[6 + more.length];
        String[] first = {
            "server", "--dev", "--port", "0", "--data", folder.folder().toString()
        };
        System.arraycopy(first, 0, arguments, 0, first.length);
        System.arraycopy(more, 0, arguments, first.length, more.length);
        return world.run(arguments);
    }

    private int init() {
        return world.run("server", "init", "--data", folder.folder().toString());
    }

    private int run() {
        return world.variable("LATCHKEY_LISTEN", "localhost:0")
                .run("server", "run", "--config", folder.configuration().toString());
    }

    private void assertRefused(int exitCode, String code) {
        assertRefused(exitCode, code, ExitCode.ERROR);
    }

    private void assertRefused(int exitCode, String code, ExitCode expected) {
        assertThat(exitCode).isEqualTo(expected.number());
        assertThat(world.out()).isEmpty();
        assertThat(world.errJson().get("code").getAsString()).isEqualTo(code);
        assertThat(world.errJson().get("exit_code").getAsInt()).isEqualTo(expected.number());
    }

    @Nested
    class ForTryingOut {

        @Test
        void start_printsHowToPointAClientAtIt() {
            assertThat(dev()).isZero();
            assertThat(world.out())
                    .containsPattern("export LATCHKEY_SERVER=localhost:[1-9][0-9]*\n")
                    .contains("export LATCHKEY_CA=" + folder.authority() + "\n")
                    .contains("Stop it with Ctrl-C.");
        }

        @Test
        void folderWithBlanksAndQuotes_isPrintedForAShell() {
            folder = new ServerFolder(parent.resolve("it's mine"));
            assertThat(dev()).isZero();
            assertThat(world.out()).contains("export LATCHKEY_CA='" + parent + "/it'\\''s mine/ca.pem'\n");
        }

        /** They would be lost on it, and another server be meant. */
        @Test
        void itsOptionsBeforeASubcommand_areRefused() {
            init();
            String settings = folder.configuration().toString();
            for (List<String> option :
                    List.of(List.of("--dev"), List.of("--port", "1"), List.of("--data", parent.toString()))) {
                List<String> arguments = new ArrayList<>(List.of("server"));
                arguments.addAll(option);
                arguments.addAll(List.of("run", "--json", "--config", settings));
                assertRefused(world.run(arguments.toArray(String[]::new)), "usage", ExitCode.USAGE);
                assertThat(world.errJson().get("message").getAsString()).startsWith(option.get(0));
            }
            assertRefused(
                    world.run("server", "backup", "--config", settings, "verify", "F", "--json"),
                    "usage",
                    ExitCode.USAGE);
        }

        @Test
        void json_givesTheSame() {
            assertThat(dev("--json")).isZero();
            assertThat(world.outJson().get("server").getAsString()).startsWith("localhost:");
            assertThat(world.outJson().get("ca").getAsString())
                    .isEqualTo(folder.authority().toString());
        }

        @Test
        void clientsCanRegister_untilItIsAskedToStop() {
            AtomicReference<String> registered = new AtomicReference<>();
            AtomicReference<String> afterwards = new AtomicReference<>();
            world.stop(drain -> {
                World client = client();
                assertThat(client.run("register", "mara", "--password-stdin")).isZero();
                registered.set(client.out());
                drain.run();
                assertThat(client().run("login", "--account", "mara", "--password-stdin"))
                        .isEqualTo(7);
                afterwards.set("unreachable");
            });
            assertThat(dev("--json")).isZero();
            assertThat(registered.get()).contains("mara is open");
            assertThat(afterwards.get()).isEqualTo("unreachable");
        }

        private World client() {
            return new World()
                    .variable("LATCHKEY_HOME", parent.resolve("client").toString())
                    .variable("LATCHKEY_SERVER", world.outJson().get("server").getAsString())
                    .variable("LATCHKEY_CA", folder.authority().toString())
                    .standardInput("a password");
        }
    }

    @Nested
    class ForKeeping {

        @Test
        void init_saysThatTheRootKeyMustBeBackedUpApart() {
            assertThat(init()).isZero();
            assertThat(world.out())
                    .contains("Made: " + folder.rootKey())
                    .contains("Back up the root key now, and apart from the database")
                    .contains("lost")
                    .contains("latchkey server run --config " + folder.configuration());
        }

        @Test
        void initAgain_namesWhatItKept() throws Exception {
            init();
            byte[] key = Files.readAllBytes(folder.rootKey());
            assertThat(init()).isZero();
            assertThat(world.out())
                    .contains("Kept as it was: " + folder.rootKey())
                    .doesNotContain("Made:");
            assertThat(folder.rootKey()).hasBinaryContent(key);
            assertThat(world.run(
                            "server",
                            "init",
                            "--json",
                            "--data",
                            folder.folder().toString()))
                    .isZero();
            assertThat(world.outJson().getAsJsonArray("made")).isEmpty();
            assertThat(world.outJson().getAsJsonArray("kept")).hasSize(5);
        }

        @Test
        void init_settingsElsewhere_areThoseOfAServerThatStarts() {
            String settings = parent.resolve("etc.toml").toString();
            assertThat(world.run("server", "init", "--data", folder.folder().toString(), "--config", settings))
                    .isZero();
            assertThat(world.out()).contains("Made: " + settings, "latchkey server run --config " + settings);
            assertThat(folder.configuration()).doesNotExist();
            assertThat(world.variable("LATCHKEY_LISTEN", "localhost:0").run("server", "run", "--config", settings))
                    .isZero();
            assertThat(folder.database()).exists();
        }

        @Test
        void init_besideSettingsOfAnotherRootKey_makesNothing() {
            String settings = parent.resolve("etc.toml").toString();
            world.run("server", "init", "--data", folder.folder().toString(), "--config", settings);
            Path other = parent.resolve("other");
            assertThat(world.run("server", "init", "--data", other.toString(), "--config", settings))
                    .isNotZero();
            assertThat(world.err()).contains(folder.rootKey().toString(), "--data");
            assertThat(other).doesNotExist();
        }

        @Test
        void init_settingsInNoFolder_saysSoAndKeepsTheFiles() {
            String settings = parent.resolve("nowhere").resolve("etc.toml").toString();
            assertThat(world.run("server", "init", "--data", folder.folder().toString(), "--config", settings))
                    .isNotZero();
            assertThat(world.err()).contains(settings, "--config");
            assertThat(folder.rootKey()).exists();
        }

        @Test
        void run_listensUntilItIsAskedToStop() {
            init();
            assertThat(run()).isZero();
            assertThat(world.out()).startsWith("The server listens at localhost:");
            assertThat(run()).isZero();
        }

        @Test
        void runWithoutConfiguration_isAUsageError() {
            assertThat(world.run(
                            "server",
                            "run",
                            "--config",
                            parent.resolve("none.toml").toString(),
                            "--json"))
                    .isEqualTo(2);
            assertThat(world.errJson().get("code").getAsString()).isEqualTo("invalid_configuration");
        }
    }

    @Nested
    class RefusesToStart {

        @Test
        void onAPortInUse() throws Exception {
            try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("localhost"))) {
                int exitCode = world.run(
                        "server",
                        "--dev",
                        "--json",
                        "--data",
                        folder.folder().toString(),
                        "--port",
                        Integer.toString(taken.getLocalPort()));
                assertRefused(exitCode, "address");
                assertThat(world.errJson().get("message").getAsString())
                        .contains(Integer.toString(taken.getLocalPort()));
                assertThat(world.errJson().get("next").getAsString()).contains("--port with --dev");
            }
        }

        @Test
        void atAHostThatIsNotKnownOrNotOfThisMachineYet() {
            init();
            for (String host : List.of("no-such-host.invalid", "192.0.2.1")) {
                int exitCode = world.variable("LATCHKEY_LISTEN", host + ":1")
                        .run(
                                "--json",
                                "server",
                                "run",
                                "--config",
                                folder.configuration().toString());
                // It may be so a moment later: a service manager is to try again.
                assertRefused(exitCode, "address");
                assertThat(world.errJson().get("message").getAsString()).contains(host);
            }
        }

        @Test
        void inAPlaceThatIsNoFolder() throws Exception {
            Files.writeString(folder.folder(), "a file");
            assertRefused(dev("--json"), "file_unwritable");
        }

        @Test
        void withAKeyThatOthersCanRead() throws Exception {
            init();
            Files.setPosixFilePermissions(folder.rootKey(), PosixFilePermissions.fromString("rw-r--r--"));
            assertRefused(dev("--json"), "open_permissions", ExitCode.KEY_REFUSED);
            assertThat(world.errJson().get("next").getAsString()).contains("chmod 600");
        }

        @Test
        void withATlsKeyThatOthersCanRead() throws Exception {
            init();
            Files.setPosixFilePermissions(folder.certificateKey(), PosixFilePermissions.fromString("rw-r--r--"));
            assertRefused(dev("--json"), "open_permissions", ExitCode.KEY_REFUSED);
        }

        @Test
        void withADamagedRootKey() throws Exception {
            init();
            Files.writeString(folder.rootKey(), "damaged");
            assertRefused(dev("--json"), "root_key_refused", ExitCode.KEY_REFUSED);
            assertThat(folder.rootKey()).hasContent("damaged");
        }

        @Test
        void withTheRootKeyOfAnotherDatabase() throws Exception {
            assertThat(dev()).isZero();
            ServerFolder mine = folder;
            folder = new ServerFolder(parent.resolve("other"));
            init();
            Files.delete(mine.rootKey());
            Files.copy(folder.rootKey(), mine.rootKey());
            Files.setPosixFilePermissions(mine.rootKey(), PosixFilePermissions.fromString("rw-------"));
            folder = mine;
            byte[] database = Files.readAllBytes(mine.database());
            assertRefused(dev("--json"), "root_key");
            assertThat(mine.database()).hasBinaryContent(database);
        }

        @Test
        void withoutTheRootKeyOfItsDatabase() throws Exception {
            assertThat(dev()).isZero();
            Files.delete(folder.rootKey());
            assertRefused(dev("--json"), "root_key");
            assertThat(folder.rootKey()).doesNotExist();
        }

        @Test
        void withAnExpiredCertificate() throws Exception {
            Instant longAgo = Instant.now().minus(DevCertificates.VALIDITY).minus(Duration.ofDays(1));
            new ServerSetup(folder, new SecureRandom(), Clock.fixed(longAgo, ZoneOffset.UTC)).makeKeys();
            assertRefused(dev("--json"), "certificate");
            assertThat(world.errJson().get("message").getAsString()).contains("expired");
        }

        @Test
        void withADatabaseOfANewerVersion() throws Exception {
            assertThat(dev()).isZero();
            pretendNewer(folder.database());
            assertRefused(dev("--json"), "storage");
            assertThat(world.errJson().get("message").getAsString()).contains("newer");
        }

        @Test
        void withADatabaseThatIsNone() throws Exception {
            init();
            Files.writeString(folder.database(), "not a database at all, but some text of more than a page".repeat(99));
            assertRefused(dev("--json"), "storage");
        }

        private void pretendNewer(Path database) throws SQLException {
            try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + database);
                    Statement statement = connection.createStatement()) {
                statement.executeUpdate("UPDATE flyway_schema_history SET installed_rank = 98, version = '98'"
                        + " WHERE installed_rank = (SELECT max(installed_rank) FROM flyway_schema_history)");
            }
        }
    }
}
