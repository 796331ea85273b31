package dev.latchkey.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** {@code latchkey server config check} on the files that {@code server init} makes. */
@DisabledOnOs(OS.WINDOWS)
class ServerConfigCheckTest {

    private final World world = new World().variable("LATCHKEY_LISTEN", "localhost:0");

    @TempDir
    private Path parent;

    private ServerFolder folder;

    @BeforeEach
    void init() {
        folder = new ServerFolder(parent.resolve("server"));
        world.run("server", "init", "--data", folder.folder().toString());
    }

    private int check(String... more) {
        List<String> arguments = new ArrayList<>(List.of(
                "server", "config", "check", "--config", folder.configuration().toString()));
        arguments.addAll(List.of(more));
        return world.run(arguments.toArray(String[]::new));
    }

    private JsonObject setting(String path) {
        for (var element : world.outJson().getAsJsonArray("settings")) {
            if (element.getAsJsonObject().get("setting").getAsString().equals(path)) {
                return element.getAsJsonObject();
            }
        }
        throw new AssertionError(path);
    }

    private JsonObject checked(String what) {
        for (var element : world.outJson().getAsJsonArray("checks")) {
            if (element.getAsJsonObject().get("checked").getAsString().equals(what)) {
                return element.getAsJsonObject();
            }
        }
        throw new AssertionError(what);
    }

    private Map<Path, byte[]> files() throws IOException {
        Map<Path, byte[]> files = new HashMap<>();
        try (Stream<Path> all = Files.walk(parent)) {
            for (Path file : all.filter(Files::isRegularFile).toList()) {
                files.put(file, Files.readAllBytes(file));
            }
        }
        return files;
    }

    @Test
    void everySetting_isShownWithWhereItComesFrom() {
        assertThat(check("--json")).isZero();
        assertThat(world.outJson().getAsJsonArray("settings")).hasSize(ConfigKey.values().length);
        assertThat(setting("listen").get("value").getAsString()).isEqualTo("localhost:0");
        assertThat(setting("listen").get("from").getAsString()).isEqualTo("LATCHKEY_LISTEN");
        assertThat(setting("keys.root").get("value").getAsString())
                .isEqualTo(folder.rootKey().toString());
        assertThat(setting("keys.root").get("from").getAsString()).contains("latchkey.toml, line ");
        assertThat(setting("storage.user").get("value").isJsonNull()).isTrue();
        assertThat(setting("storage.user").get("from").getAsString()).isEqualTo("not set");
        assertThat(world.outJson().get("ok").getAsBoolean()).isTrue();
    }

    @Test
    void settingThatIsNotThere_isShownWithItsDefault() throws Exception {
        Files.writeString(
                folder.configuration(),
                Files.readString(folder.configuration()).replaceFirst("(?m)^per_account_burst.*$", ""));

        assertThat(check("--json")).isZero();
        assertThat(setting("limits.per_account_burst").get("value").getAsString())
                .isEqualTo("200");
        assertThat(setting("limits.per_account_burst").get("from").getAsString())
                .isEqualTo("default");
    }

    @Test
    void check_changesNothing_beforeTheFirstStartAndAfterIt() throws Exception {
        Map<Path, byte[]> before = files();
        assertThat(check("--json")).isZero();
        assertThat(checked("storage").get("found").getAsString()).contains("none yet");
        assertThat(files()).containsExactlyInAnyOrderEntriesOf(before);

        assertThat(world.run("server", "run", "--config", folder.configuration().toString()))
                .isZero();
        before = files();
        assertThat(check("--json")).isZero();
        assertThat(checked("storage").get("found").getAsString()).contains("under this root key", "version");
        assertThat(files()).containsExactlyInAnyOrderEntriesOf(before);
    }

    @Test
    void check_besideARunningServer_looksAtItsDatabase() {
        World other = new World();
        int[] code = {-1};
        world.stop(drain -> {
            code[0] = other.variable("LATCHKEY_LISTEN", "localhost:0")
                    .run(
                            "server",
                            "config",
                            "check",
                            "--config",
                            folder.configuration().toString());
            drain.run();
        });
        assertThat(world.run("server", "run", "--config", folder.configuration().toString()))
                .isZero();
        assertThat(code[0]).isZero();
        assertThat(other.out()).contains("Made under this root key", "more days");
    }

    @Test
    void everythingThatIsWrong_isListed_andTheFirstIsTheAnswer() throws Exception {
        Files.setPosixFilePermissions(folder.certificateKey(), PosixFilePermissions.fromString("rw-r--r--"));
        Files.delete(folder.rootKey());

        assertThat(check("--json")).isEqualTo(9);
        assertThat(world.outJson().get("ok").getAsBoolean()).isFalse();
        assertThat(checked("certificate").get("found").getAsString()).contains("chmod 600");
        assertThat(checked("root key").get("ok").getAsBoolean()).isFalse();
        assertThat(world.errJson().get("code").getAsString()).isEqualTo("open_permissions");
    }

    @Test
    void databaseOfAnotherRootKey_isRefused() throws Exception {
        assertThat(world.run("server", "run", "--config", folder.configuration().toString()))
                .isZero();
        Files.delete(folder.rootKey());
        dev.latchkey.server.seal.RootKeyFile.create(folder.rootKey(), new SecureRandom())
                .close();

        assertThat(check("--json")).isEqualTo(1);
        assertThat(checked("root key").get("ok").getAsBoolean()).isTrue();
        assertThat(checked("storage").get("ok").getAsBoolean()).isFalse();
        assertThat(world.errJson().get("code").getAsString()).isEqualTo("root_key");
    }

    @Test
    void unknownSetting_isAUsageError() throws Exception {
        Files.writeString(folder.configuration(), Files.readString(folder.configuration()) + "\n[extra]\nx = 1\n");

        assertThat(check()).isEqualTo(2);
        assertThat(world.out()).isEmpty();
    }

    @Test
    void everyVariable_isNamedAfterItsPlaceInTheFile() {
        for (ConfigKey key : ConfigKey.values()) {
            assertThat(key.variable())
                    .isEqualTo("LATCHKEY_"
                            + key.path().toUpperCase(java.util.Locale.ROOT).replace('.', '_'));
        }
    }
}
