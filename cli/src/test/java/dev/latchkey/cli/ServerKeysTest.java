package dev.latchkey.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import dev.latchkey.protocol.UserId;
import dev.latchkey.server.admin.AdminAnswer;
import dev.latchkey.server.admin.AdminAnswer.RootKeyRefused;
import dev.latchkey.server.admin.AdminClient;
import dev.latchkey.server.admin.AdminClientException;
import dev.latchkey.server.admin.AdminRequest;
import dev.latchkey.server.seal.RootKey;
import dev.latchkey.server.seal.RootKeyException;
import dev.latchkey.server.seal.RootKeyFile;
import dev.latchkey.server.seal.RootKeySource.InFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an operator does with the keys at rest of a server that is stopped, and one owner who finds all as it was. */
final class ServerKeysTest {

    /** Where the owner was registered; each test gets a copy. */
    @TempDir
    private static Path original;

    @TempDir
    private Path copy;

    private final World world = new World();
    private Path parent;
    private ServerFolder folder;

    @BeforeEach
    void registerAnOwner() throws IOException {
        world.variable("LATCHKEY_LISTEN", "localhost:0");
        if (!Files.exists(original.resolve("server"))) {
            useFilesIn(original);
            assertThat(world.run("server", "init", "--data", folder.folder().toString()))
                    .isZero();
            whileItRuns(() -> {
                assertThat(client("a password").run("register", "mara", "--password-stdin"))
                        .isZero();
            });
        }
        try (Stream<Path> files = Files.walk(original)) {
            for (Path file : files.skip(1).toList()) {
                Files.copy(file, copy.resolve(original.relativize(file)), StandardCopyOption.COPY_ATTRIBUTES);
            }
        }
        useFilesIn(copy);
    }

    private void useFilesIn(Path where) {
        parent = where;
        folder = new ServerFolder(where.resolve("server"));
    }

    private void whileItRuns(Runnable work) {
        world.stop(drain -> {
            work.run();
            drain.run();
        });
        assertThat(server("run")).isZero();
    }

    private int server(String... command) {
        String[] whole = new String[command.length + 4];
        whole[0] = "server";
        System.arraycopy(command, 0, whole, 1, command.length);
        whole[command.length + 1] = "--config";
        whole[command.length + 2] = folder.configuration().toString();
        whole[command.length + 3] = "--json";
        return world.run(whole);
    }

    private World client(String password) {
        return new World()
                .variable("LATCHKEY_HOME", parent.resolve("client").toString())
                .variable("LATCHKEY_SERVER", world.outJson().get("server").getAsString())
                .variable("LATCHKEY_CA", folder.authority().toString())
                .standardInput(password);
    }

    private void assertTheOwnerLogsIn() {
        whileItRuns(() -> {
            World client = client("a password");
            assertThat(client.run("login", "--account", "mara", "--password-stdin"))
                    .as(client.err())
                    .isZero();
        });
    }

    private String damageARecord() throws Exception {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + folder.database());
                Statement statement = connection.createStatement()) {
            statement.execute(
                    "UPDATE accounts SET record = CAST(substr(record, 1, 60) || zeroblob(16) || substr(record, 77) AS BLOB)");
            try (ResultSet row = statement.executeQuery("SELECT user_id FROM accounts")) {
                return UserId.of(row.getBytes(1)).toString();
            }
        }
    }

    @Test
    void verify_ofADamagedDatabase_namesTheRowAndSaysWhatToDo() throws Exception {
        assertThat(server("verify")).isZero();
        assertThat(world.outJson().get("accounts").getAsInt()).isEqualTo(1);
        assertThat(world.outJson().getAsJsonArray("damaged")).isEmpty();

        String user = damageARecord();

        assertThat(server("verify")).isEqualTo(1);
        JsonObject damaged = world.outJson().getAsJsonArray("damaged").get(0).getAsJsonObject();
        assertThat(damaged.get("table").getAsString()).isEqualTo("accounts");
        assertThat(damaged.get("column").getAsString()).isEqualTo("record");
        assertThat(damaged.get("user_id").getAsString()).isEqualTo(user);
        assertThat(world.run(
                        "server", "verify", "--config", folder.configuration().toString()))
                .isEqualTo(1);
        assertThat(world.out())
                .startsWith("accounts.record, user " + user + " [does-not-open]: does not open: it was changed")
                .contains("1 thing is not as a server wrote it")
                .contains("Bring the row back from a backup")
                .doesNotContain("mara");
    }

    @Test
    void rotate_ofAStoppedServer_renewsTheKeyAndOwnersComeBack() {
        assertThat(server("keys", "status")).isZero();
        assertThat(world.outJson().getAsJsonArray("versions")).hasSize(1);

        assertThat(server("keys", "rotate")).isZero();

        assertThat(world.outJson().get("state").getAsString()).isEqualTo("done");
        assertThat(server("keys", "status")).isZero();
        assertThat(world.outJson()
                        .getAsJsonArray("versions")
                        .get(0)
                        .getAsJsonObject()
                        .get("version")
                        .getAsInt())
                .isEqualTo(2);
        assertTheOwnerLogsIn();
    }

    @Test
    void rotate_ofARunningServer_isDoneByItWhileItsOwnerWorks() {
        whileItRuns(() -> {
            World operator = new World();
            assertThat(operator.run(
                            "server",
                            "keys",
                            "rotate",
                            "--json",
                            "--config",
                            folder.configuration().toString()))
                    .as(operator.err())
                    .isZero();
            assertThat(operator.outJson().get("state").getAsString()).isEqualTo("done");
            assertThat(client("a password").run("login", "--account", "mara", "--password-stdin"))
                    .isZero();
            assertThat(operator.run(
                            "server",
                            "keys",
                            "status",
                            "--json",
                            "--config",
                            folder.configuration().toString()))
                    .isZero();
            assertThat(operator.outJson().getAsJsonArray("versions")).hasSize(1);
            assertThat(operator.run(statusAtTheSocket())).as(operator.err()).isZero();
        });
        assertThat(world.run(statusAtTheSocket())).isEqualTo(ExitCode.UNREACHABLE.number());
        assertTheOwnerLogsIn();
    }

    /** Whoever names a socket means a server that runs, and no file. */
    private String[] statusAtTheSocket() {
        return new String[] {
            "server", "keys", "status", "--socket", folder.adminSocket().toString()
        };
    }

    /** Whoever mistypes its name is to hear of it, and not to find an empty one in good order. */
    @Test
    void databaseThatIsNotThereOrEmpty_isRefusedByAllAlikeAndStaysSo() throws Exception {
        Path missing = folder.folder().resolve("typo.db");
        Path empty = Files.createFile(folder.folder().resolve("empty.db"));
        Path next = folder.folder().resolve("next.key");
        String old = fingerprint(folder.rootKey());
        for (Path database : List.of(missing, empty)) {
            world.variable("LATCHKEY_STORAGE_URL", "sqlite:" + database);
            assertThat(server("verify")).isEqualTo(ExitCode.ERROR.number());
            String refusal = world.errJson().get("message").getAsString();
            for (List<String> command : List.of(
                    List.of("backup", parent.resolve("backup").toString()),
                    List.of("keys", "status"),
                    List.of("keys", "rotate"),
                    List.of("root-key", "change", "--to", next.toString()))) {
                assertThat(server(command.toArray(String[]::new)))
                        .as(command.toString())
                        .isEqualTo(ExitCode.ERROR.number());
                assertThat(world.errJson().get("code").getAsString()).isEqualTo("storage");
                assertThat(world.errJson().get("message").getAsString()).isEqualTo(refusal);
            }
        }
        assertThat(List.of(missing, next, kept(old), parent.resolve("backup"))).noneMatch(Files::exists);
        assertThat(empty).isEmptyFile();
    }

    @Test
    void rotate_overARowThatDoesNotOpen_keepsTheOldKeyAndSaysSo() throws Exception {
        damageARecord();

        assertThat(server("keys", "rotate")).isEqualTo(1);

        assertThat(world.errJson().get("code").getAsString()).isEqualTo("storage");
        assertThat(world.err()).contains("latchkey server verify");
        assertThat(server("keys", "status")).isZero();
        assertThat(world.outJson().getAsJsonArray("versions")).hasSize(2);
    }

    private String[] change(Path next) {
        return new String[] {
            "server",
            "root-key",
            "change",
            "--to",
            next.toString(),
            "--config",
            folder.configuration().toString(),
            "--json"
        };
    }

    private static String fingerprint(Path file) throws RootKeyException {
        try (RootKey key = RootKeyFile.load(file, new SecureRandom())) {
            return HexFormat.of().formatHex(key.fingerprint());
        }
    }

    private Path kept(String fingerprint) {
        return folder.folder().resolve("root.key." + fingerprint.substring(0, 8));
    }

    @Test
    void changeRootKey_ofARunningServer_isDoneByItAndItsOwnerComesBack() throws Exception {
        Path next = folder.folder().resolve("next.key");
        String old = fingerprint(folder.rootKey());
        World operator = new World();
        whileItRuns(() -> {
            assertThat(operator.run(change(next))).as(operator.err()).isZero();
            assertThat(operator.outJson().get("changed").getAsBoolean()).isTrue();
            String fingerprint = operator.outJson().get("fingerprint").getAsString();
            assertThat(operator.outJson().get("kept").getAsString())
                    .isEqualTo(kept(old).toString());
            assertThat(client("a password").run("login", "--account", "mara", "--password-stdin"))
                    .isZero();
            assertThat(operator.run(
                            "server",
                            "keys",
                            "rotate",
                            "--config",
                            folder.configuration().toString()))
                    .as(operator.err())
                    .isZero();

            assertThat(operator.run(change(next))).isZero();
            assertThat(operator.outJson().get("changed").getAsBoolean()).isFalse();
            assertThat(operator.outJson().get("fingerprint").getAsString()).isEqualTo(fingerprint);
        });

        String[] inWords = change(next);
        assertThat(operator.run(Arrays.copyOf(inWords, inWords.length - 1))).isZero();
        assertThat(operator.out())
                .contains("was under this root key already")
                .doesNotContain("Back the new root key up");
        assertThat(fingerprint(folder.rootKey())).isEqualTo(fingerprint(next));
        assertThat(fingerprint(kept(old))).isEqualTo(old);
        assertTheOwnerLogsIn();
        assertThat(server("verify")).isZero();
    }

    /** It has a /tmp of its own, say: what it found or made there would be gone with it. */
    @Test
    void changeRootKey_toAFileThatTheServerDoesNotSee_isRefusedByIt() throws Exception {
        Path unseen = folder.folder().resolve("unseen.key");
        Path another = folder.folder().resolve("another.key");
        RootKeyFile.create(another, new SecureRandom()).close();
        String seen = "00".repeat(16);
        whileItRuns(() -> {
            for (Path file : List.of(unseen, another)) {
                assertThat(ask(new AdminRequest.ChangeRootKey(new InFile(file), Optional.of(seen))))
                        .isInstanceOfSatisfying(
                                RootKeyRefused.class,
                                refused ->
                                        assertThat(refused.why()).contains("it does not see the file that was named"));
            }
        });
        assertThat(unseen).doesNotExist();
        assertThat(server("verify")).isZero();
    }

    private AdminAnswer ask(AdminRequest request) {
        try {
            return new AdminClient(folder.adminSocket(), Duration.ofSeconds(30)).ask(request, bytes -> {});
        } catch (AdminClientException e) {
            throw new AssertionError(e);
        }
    }

    /** The database is under the new one, and what came after is to be done. */
    @Test
    void changeRootKey_afterItWasInterrupted_doesWhatIsLeftAlsoWithoutTheOneBefore() throws Exception {
        Path next = folder.folder().resolve("next.key");
        Path old = Files.copy(folder.rootKey(), parent.resolve("old.key"), StandardCopyOption.COPY_ATTRIBUTES);
        String first = fingerprint(old);
        assertThat(world.run(change(next))).isZero();
        Files.copy(old, folder.rootKey(), StandardCopyOption.COPY_ATTRIBUTES, StandardCopyOption.REPLACE_EXISTING);
        assertThat(server("verify")).isEqualTo(ExitCode.ERROR.number());

        assertThat(world.run(change(folder.folder().resolve("never-brought.key"))))
                .isEqualTo(1);
        assertThat(world.err()).contains("under neither of the two");

        assertThat(world.run(change(next))).isZero();

        assertThat(world.outJson().get("changed").getAsBoolean()).isFalse();
        assertThat(server("verify")).isZero();
        Files.delete(folder.rootKey());
        assertThat(world.run(change(next))).isZero();
        assertThat(server("verify")).isZero();
        assertThat(fingerprint(kept(first))).isEqualTo(first);
    }

    /** With neither of the two it is the one that is configured that is missed. */
    @Test
    void changeRootKey_withoutTheOneItIsUnder_isRefused() throws Exception {
        Path old = Files.move(folder.rootKey(), parent.resolve("old.key"));

        assertThat(world.run(change(folder.folder().resolve("next.key")))).isEqualTo(1);

        assertThat(world.errJson().get("code").getAsString()).isEqualTo("root_key");
        assertThat(world.err()).contains("root.key does not exist");
        Files.move(old, folder.rootKey());
        assertThat(server("verify")).isZero();
    }

    @Test
    void changeRootKey_toWhatAConfigurationNames_takesNoVariableForItAndPutsNothingAnywhere() throws Exception {
        Path next = folder.folder().resolve("next.key");
        RootKeyFile.create(next, new SecureRandom()).close();
        String old = fingerprint(folder.rootKey());
        Path named = Files.writeString(parent.resolve("next.toml"), "[keys]\nroot = \"" + next + "\"\n");
        world.variable("LATCHKEY_KEYS_ROOT", folder.rootKey().toString());

        assertThat(world.run(
                        "server",
                        "root-key",
                        "change",
                        "--to-config",
                        named.toString(),
                        "--config",
                        folder.configuration().toString()))
                .as(world.err())
                .isZero();

        assertThat(world.out())
                .contains("is under another root key now: the file " + next)
                .contains("LATCHKEY_KEYS_ROOT")
                .contains("Name the new one in their configurations now");
        assertThat(fingerprint(folder.rootKey())).isEqualTo(old);
        world.variable("LATCHKEY_KEYS_ROOT", next.toString());
        assertThat(server("verify")).isZero();
    }

    @Test
    void changeRootKey_toAFileThatOthersMayRead_isRefusedByARunningServer() throws Exception {
        Path next = Files.writeString(folder.folder().resolve("next.key"), "open to all");
        Files.setPosixFilePermissions(next, PosixFilePermissions.fromString("rw-r--r--"));
        whileItRuns(() -> {
            World operator = new World();
            assertThat(operator.run(change(next))).isEqualTo(1);
            assertThat(operator.errJson().get("code").getAsString()).isEqualTo("root_key");
            assertThat(operator.err()).contains("can be read or written by others");
        });
        assertThat(server("verify")).isZero();
    }

    @Test
    void changeRootKey_toANewFile_makesItTheOnlyOneThatOpensAndKeepsThoseBefore() throws Exception {
        String first = fingerprint(folder.rootKey());
        assertThat(world.run(change(folder.folder().resolve("next.key")))).isZero();
        assertThat(world.outJson().get("changed").getAsBoolean()).isTrue();
        String second = fingerprint(folder.rootKey());

        assertThat(world.run(change(folder.folder().resolve("third.key")))).isZero();

        assertThat(world.outJson().get("fingerprint").getAsString()).isEqualTo(fingerprint(folder.rootKey()));
        assertThat(fingerprint(kept(first))).isEqualTo(first);
        assertThat(fingerprint(kept(second))).isEqualTo(second);
        assertTheOwnerLogsIn();
        world.variable("LATCHKEY_KEYS_ROOT", kept(second).toString());
        assertThat(server("verify")).isEqualTo(ExitCode.ERROR.number());
        assertThat(world.errJson().get("code").getAsString()).isEqualTo("root_key");
    }
}
