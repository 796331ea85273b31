package dev.latchkey.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.server.seal.KeyWrapper;
import dev.latchkey.server.seal.RootKey;
import dev.latchkey.server.seal.RootKeyFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ConfiguredRootKeyTest {
    private final SecureRandom random = new SecureRandom();

    @TempDir
    private Path folder;

    @Test
    void open_onceTheConfigurationNamesAnother_takesThatOneAndKeepsToItWhileNothingCanBeRead() throws Exception {
        World world = new World();
        assertThat(world.run(
                        "server", "init", "--data", folder.resolve("server").toString()))
                .isZero();
        Path file = new ServerFolder(folder.resolve("server")).configuration();
        ConfiguredRootKey.Configuration configuration =
                () -> ServerConfigReader.read(Optional.of(file), new World().surroundings());
        ConfiguredRootKey rootKey = new ConfiguredRootKey(configuration.read().rootKey(), configuration);
        byte[] first = fingerprint(rootKey);

        byte[] second;
        try (RootKey next = RootKeyFile.create(file.resolveSibling("next.key"), random)) {
            second = next.fingerprint();
        }
        Files.writeString(file, Files.readString(file).replace("root = \"root.key\"", "root = \"next.key\""));

        assertThat(fingerprint(rootKey)).isEqualTo(second).isNotEqualTo(first);
        assertThat(rootKey.describe()).endsWith("next.key");
        Files.writeString(file, "half a l");
        assertThat(fingerprint(rootKey)).isEqualTo(second);
    }

    private byte[] fingerprint(ConfiguredRootKey source) throws Exception {
        try (KeyWrapper rootKey = source.open(random)) {
            return rootKey.fingerprint();
        }
    }
}
