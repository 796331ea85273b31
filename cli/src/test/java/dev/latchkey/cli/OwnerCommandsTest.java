package dev.latchkey.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import dev.latchkey.server.KeyServer;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.text.Normalizer;
import java.time.Clock;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The owner's commands against a real server. A password costs a second: each test logs in as seldom as it can. */
@DisabledOnOs(OS.WINDOWS)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OwnerCommandsTest {

    private static final String PASSWORD = "Möwe über dem Watt";

    @TempDir
    private static Path files;

    private KeyServer server;
    private ServerFolder serverFolder;
    private World world;

    @BeforeAll
    void startServerAndRegister() throws Exception {
        serverFolder = new ServerFolder(files.resolve("server"));
        new ServerSetup(serverFolder, new SecureRandom(), Clock.systemUTC()).makeKeys();
        server = ServerRunner.start(serverFolder.config(new ListenAddress("localhost", 0)));

        World registering = newWorld("home");
        Files.writeString(files.resolve("password"), PASSWORD + "\n");
        assertThat(registering.run("register", "Mara", "--password-file", password()))
                .isZero();
        assertThat(registering.out()).contains("The account mara is open at localhost:" + server.port());
        assertThat(registering.err()).contains("Strength of the password: ");
        assertNoneOf(registering.out() + registering.err(), PASSWORD);
    }

    @AfterAll
    void stopServer() {
        server.close();
    }

    @BeforeEach
    void enterTheWorld() {
        // Nothing but the home folder: server, CA and account are remembered there.
        world = new World().variable("LATCHKEY_HOME", files.resolve("home").toString());
    }

    private World newWorld(String home) {
        return new World()
                .variable("LATCHKEY_HOME", files.resolve(home).toString())
                .variable("LATCHKEY_SERVER", "localhost:" + server.port())
                .variable("LATCHKEY_CA", serverFolder.authority().toString());
    }

    private String password() {
        return files.resolve("password").toString();
    }

    private String put(String label, byte[] content) {
        world.standardInput(content);
        assertThat(world.run("put", label, "--password-file", password())).isZero();
        return world.out();
    }

    private static void assertNoneOf(String text, String... secrets) {
        for (String secret : secrets) {
            assertThat(text)
                    .doesNotContain(secret)
                    .doesNotContain(Base64.getEncoder().encodeToString(secret.getBytes(UTF_8)));
        }
    }

    @Nested
    class Register {

        @Test
        void takenName_isAConflict() {
            World second = newWorld("second");
            assertThat(second.run("register", "MARA", "--password-file", password(), "--json"))
                    .isEqualTo(6);
            assertThat(second.errJson().get("code").getAsString()).isEqualTo("name_taken");
            assertThat(second.out()).isEmpty();
            assertThat(files.resolve("second")).doesNotExist();
        }

        @Test
        void weakPassword_isSaidToBeWeakAndTaken() {
            World second = newWorld("weak").standardInput("12345678");
            assertThat(second.run("register", "weak", "--password-stdin", "--json"))
                    .isZero();
            JsonObject result = second.outJson();
            assertThat(result.get("account").getAsString()).isEqualTo("weak");
            assertThat(result.get("user_id").getAsString())
                    .matches("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}");
            assertThat(result.getAsJsonObject("password_strength").get("score").getAsInt())
                    .isZero();
            assertThat(second.err()).isEmpty();
        }

        @Test
        void unwritableHome_isAWarningForAnAccountThatExists() throws Exception {
            Files.writeString(files.resolve("occupied"), "a file");
            World second = newWorld("occupied").standardInput("some password");
            assertThat(second.run("register", "homeless", "--password-stdin")).isZero();
            assertThat(second.err()).contains("the account is open, but");
        }

        @Test
        void emptyPassword_isRefused() {
            World second = newWorld("empty").standardInput("\n");
            assertThat(second.run("register", "empty", "--password-stdin")).isEqualTo(2);
            assertThat(second.err()).contains("The password is empty.");
        }

        @Test
        void overlongPassword_isRefused() {
            World second = newWorld("long").standardInput("x".repeat(1025));
            assertThat(second.run("register", "long", "--password-stdin")).isEqualTo(2);
            assertThat(second.err()).contains("The password is too long.", "1,024 bytes");
        }

        @Test
        void badName_isRefusedBeforeThePasswordIsAskedFor() {
            World second = newWorld("bad");
            assertThat(second.run("register", "two words")).isEqualTo(2);
            assertThat(second.err()).contains("The account name contains white space.");
            assertThat(second.person().prompts()).isEmpty();
        }

        @Test
        void noNameAndNoTerminal_isNoAccount() {
            assertThat(newWorld("none").run("register")).isEqualTo(3);
        }
    }

    @Nested
    class Login {

        @Test
        void goodPassword_tellsOfTheAttemptsBefore() {
            assertThat(world.run("login", "--password-file", password())).isZero();
            assertThat(world.out()).contains("is good.", "before this one", "failed");
        }

        @Test
        void passwordInAnotherUnicodeForm_isTheSame() {
            String decomposed = Normalizer.normalize(PASSWORD, Normalizer.Form.NFD);
            assertThat(decomposed).isNotEqualTo(PASSWORD);
            world.standardInput(decomposed);
            assertThat(world.run("login", "--password-stdin", "--json")).isZero();
            assertThat(world.outJson().keySet())
                    .containsExactly(
                            "account", "server", "user_id", "last_login", "last_failure", "failures_since_last_login");
        }

        @Test
        void typedPassword_isWiped() {
            world.person().types(PASSWORD);
            assertThat(world.run("login")).isZero();
            assertThat(world.person().prompts()).containsExactly("Password for mara: ");
            assertThat(world.person().handedOut())
                    .allMatch(typed -> new String(typed).chars().allMatch(c -> c == 0));
        }

        @Test
        void wrongPasswordAndUnknownAccount_areToldAlike() {
            world.standardInput("wrong password");
            assertThat(world.run("login", "--password-stdin")).isEqualTo(4);
            String wrong = world.err();
            assertNoneOf(wrong, "wrong password\n");

            world.standardInput("wrong password");
            assertThat(world.run("login", "--account", "nobody", "--password-stdin"))
                    .isEqualTo(4);
            assertThat(world.err()).isEqualTo(wrong);
        }
    }

    @Nested
    class PutAndGet {

        private final byte[] everyByte = new byte[256];

        {
            for (int i = 0; i < everyByte.length; i++) {
                everyByte[i] = (byte) i;
            }
        }

        @Test
        void secret_comesBackByteForByte() throws Exception {
            assertThat(put("every byte", everyByte))
                    .isEqualTo("Stored \"every byte\" (256 bytes)." + System.lineSeparator());

            assertThat(world.run("get", "every byte", "--password-file", password()))
                    .isZero();
            assertThat(world.outBytes()).isEqualTo(everyByte);
            assertThat(world.err()).isEmpty();

            Path file = files.resolve("every-byte");
            assertThat(world.run("get", "every byte", "-o", file.toString(), "--password-file", password()))
                    .isZero();
            assertThat(file).hasBinaryContent(everyByte);
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                    .isEqualTo("rw-------");
            assertThat(world.out()).startsWith("Wrote 256 bytes to ");

            // Known before anybody is asked for a password.
            assertThat(world.run("get", "every byte", "-o", file.toString())).isEqualTo(6);
            assertThat(world.person().prompts()).isEmpty();
        }

        @Test
        void json_givesBase64() {
            put("in json", everyByte);
            assertThat(world.run("get", "in json", "--json", "--password-file", password()))
                    .isZero();
            JsonObject result = world.outJson();
            assertThat(Base64.getDecoder().decode(result.get("secret").getAsString()))
                    .isEqualTo(everyByte);
            assertThat(result.get("label").getAsString()).isEqualTo("in json");
            assertThat(result.get("bytes").getAsInt()).isEqualTo(256);
            assertThat(result.get("origin").getAsString()).isEqualTo("imported key");
            assertThat(result.get("key_id").getAsString()).hasSize(32);
            assertThat(world.out().lines()).hasSize(1);
        }

        @Test
        void secretFromAFile_mayHaveThePasswordFromStandardInput() throws Exception {
            Path file = Files.write(files.resolve("to-store"), everyByte);
            world.standardInput(PASSWORD);
            assertThat(world.run("put", "from a file", file.toString(), "--password-stdin", "--json"))
                    .isZero();
            assertThat(world.outJson().get("bytes").getAsInt()).isEqualTo(256);
        }

        @Test
        void labelInUse_isAConflictAndKeepsTheOld() {
            put("twice", everyByte);
            world.standardInput("something else");
            assertThat(world.run("put", "twice", "--password-file", password(), "--json"))
                    .isEqualTo(6);
            assertThat(world.errJson().get("code").getAsString()).isEqualTo("label_exists");
            assertThat(world.run("get", "twice", "--password-file", password())).isZero();
            assertThat(world.outBytes()).isEqualTo(everyByte);
        }

        @Test
        void unknownLabel_isNotFound() {
            assertThat(world.run("get", "never stored", "--password-file", password()))
                    .isEqualTo(5);
            assertThat(world.out()).isEmpty();
        }

        @Test
        void passwordAndSecretFromStandardInput_areAUsageError() {
            world.standardInput("both");
            for (String source : List.of("--password-stdin", "--password-fd=0", "--password-file=/dev/stdin")) {
                assertThat(world.run("put", "label", source)).isEqualTo(2);
                assertThat(world.run("put", "label", "-", source)).isEqualTo(2);
                assertThat(world.err()).contains("Standard input can't be both");
            }
        }

        @Test
        void badLabelsAndSizes_areRefusedBeforeThePasswordIsAskedFor() {
            assertThat(world.run("get", "a\u0007b")).isEqualTo(2);
            assertThat(world.run("get", "")).isEqualTo(2);
            assertThat(world.run("get", "x".repeat(256))).isEqualTo(2);
            assertThat(world.standardInput("").run("put", "label")).isEqualTo(2);
            assertThat(world.standardInput(new byte[65_536]).run("put", "label"))
                    .isEqualTo(2);
            assertThat(world.person().prompts()).isEmpty();
        }

        @Test
        void textOnATerminal_isShownAndOtherBytesAreNot() {
            world.person().looksAtOutput();
            put("binary", everyByte);
            assertThat(world.run("get", "binary", "--password-file", password()))
                    .isEqualTo(2);
            assertThat(world.out()).isEmpty();
            assertThat(world.err()).contains("Stretching the password").contains("-o FILE");
        }
    }

    @Nested
    class ListOfLabels {

        @Test
        void labels_areListedWithoutSecrets() {
            put("listed", "the-secret-itself".getBytes(UTF_8));
            assertThat(world.run("list", "--password-file", password())).isZero();
            assertThat(world.out()).contains("imported key", "listed");
            assertNoneOf(world.out(), "the-secret-itself");

            assertThat(world.run("list", "--json", "--password-file", password()))
                    .isZero();
            assertThat(world.outJson().getAsJsonArray("secrets"))
                    .anyMatch(secret ->
                            secret.getAsJsonObject().get("label").getAsString().equals("listed"));
        }
    }

    @Nested
    class ServersThatAreNotWhatTheyShouldBe {

        @Test
        void nobodyListening_isUnreachable() throws Exception {
            int port;
            try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                port = socket.getLocalPort();
            }
            World lonely = newWorld("lonely").variable("LATCHKEY_SERVER", "localhost:" + port);
            assertThat(lonely.run("login", "--account", "mara", "--password-file", password(), "--json"))
                    .isEqualTo(7);
            assertThat(lonely.errJson().get("code").getAsString()).isEqualTo("unreachable");
        }

        @Test
        void certificateOfAnotherAuthority_isUntrusted() throws Exception {
            ServerFolder other = new ServerFolder(files.resolve("other"));
            new ServerSetup(other, new SecureRandom(), Clock.systemUTC()).makeKeys();
            World deceived = newWorld("deceived")
                    .variable("LATCHKEY_CA", other.authority().toString());
            assertThat(deceived.run("login", "--account", "mara", "--password-file", password(), "--json"))
                    .isEqualTo(8);
            assertThat(deceived.err()).contains("or else the one of the last register");
            assertThat(deceived.errJson().get("code").getAsString()).isEqualTo("untrusted_server");
            assertThat(deceived.errJson().get("kept").getAsString()).isEqualTo("Nothing was sent to it.");
        }

        @Test
        void caThatIsNoCertificate_isUntrusted() throws Exception {
            Path nonsense = Files.writeString(files.resolve("nonsense.pem"), "nonsense");
            World deceived = newWorld("nonsense").variable("LATCHKEY_CA", nonsense.toString());
            assertThat(deceived.run("login", "--account", "mara", "--password-file", password()))
                    .isEqualTo(8);
        }
    }
}
