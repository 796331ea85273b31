package dev.latchkey.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClientHomeTest {

    @TempDir
    private Path folder;

    @Nested
    class Place {

        private final World world = new World();

        private Path on(String os) {
            Properties system = new Properties();
            system.setProperty("os.name", os);
            system.setProperty("user.home", "/home/mara");
            return ClientHome.of(world.surroundings(), system).folder();
        }

        @Test
        void latchkeyHome_goesFirst() {
            world.variable("LATCHKEY_HOME", "/elsewhere").variable("XDG_DATA_HOME", "/data");
            assertThat(on("Linux")).isEqualTo(Path.of("/elsewhere"));
        }

        @Test
        void onLinux_isXdgDataHome() {
            assertThat(on("Linux")).isEqualTo(Path.of("/home/mara/.local/share/latchkey"));
            world.variable("XDG_DATA_HOME", "/data");
            assertThat(on("Linux")).isEqualTo(Path.of("/data/latchkey"));
            world.variable("XDG_DATA_HOME", "relative");
            assertThat(on("Linux")).isEqualTo(Path.of("/home/mara/.local/share/latchkey"));
        }

        @Test
        void onMac_isApplicationSupport() {
            assertThat(on("Mac OS X")).isEqualTo(Path.of("/home/mara/Library/Application Support/Latchkey"));
        }

        @Test
        void onWindows_isAppData() {
            world.variable("APPDATA", "/roaming");
            assertThat(on("Windows 11")).isEqualTo(Path.of("/roaming/Latchkey"));
        }
    }

    @Nested
    class Memory {

        @Test
        void emptyFolder_remembersNothing() throws Exception {
            assertThat(new ClientHome(folder.resolve("none")).recall()).isEmpty();
        }

        @Test
        void remembered_isRecalledWithACopyOfTheCa() throws Exception {
            Path ca = Files.writeString(folder.resolve("given.pem"), "certificate");
            ClientHome home = new ClientHome(folder.resolve("home"));
            home.remember(new Remembered("localhost:7443", "mara", Optional.of(ca)));
            Files.delete(ca);

            Remembered recalled = home.recall().orElseThrow();
            assertThat(recalled.server()).isEqualTo("localhost:7443");
            assertThat(recalled.account()).isEqualTo("mara");
            assertThat(recalled.ca().orElseThrow()).hasContent("certificate");
        }

        @Test
        void rememberedAnew_leavesNoOldCa() throws Exception {
            Path ca = Files.writeString(folder.resolve("given.pem"), "certificate");
            ClientHome home = new ClientHome(folder.resolve("home"));
            home.remember(new Remembered("localhost:7443", "mara", Optional.of(ca)));
            home.remember(new Remembered(
                    "localhost:7443", "mara", home.recall().orElseThrow().ca()));
            home.remember(new Remembered("keys.example.org:443", "nora", Optional.empty()));

            assertThat(home.recall()).contains(new Remembered("keys.example.org:443", "nora", Optional.empty()));
            assertThat(names(home.folder())).containsExactly("remembered.json");
        }

        @Test
        @DisabledOnOs(OS.WINDOWS)
        void folderAndFile_areTheirOwnersAlone() throws Exception {
            ClientHome home = new ClientHome(folder.resolve("home"));
            home.remember(new Remembered("localhost:7443", "mara", Optional.empty()));
            assertThat(mode(home.folder())).isEqualTo("rwx------");
            assertThat(mode(home.folder().resolve("remembered.json"))).isEqualTo("rw-------");
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "",
                    "{",
                    "[]",
                    "{\"format\":\"2\",\"server\":\"a:1\",\"account\":\"mara\"}",
                    "{\"format\":\"1\",\"account\":\"mara\"}",
                    "{\"format\":\"1\",\"server\":1,\"account\":\"mara\"}",
                    "{\"format\":\"1\",\"server\":\"a:1\",\"account\":\"mara\",\"ca\":\"../../etc/passwd\"}",
                    "{\"format\":\"1\",\"server\":\"a:1\",\"account\":\"mara\",\"ca\":null}"
                })
        void damagedFile_isNamedAndKept(String content) throws IOException {
            Path file = Files.writeString(folder.resolve("remembered.json"), content);
            CommandFailure failure = catchThrowableOfType(CommandFailure.class, () -> new ClientHome(folder).recall());
            assertThat(failure.code()).isEqualTo(FailureCode.FILE_UNREADABLE);
            assertThat(failure.what()).contains(file.toString());
            assertThat(file).hasContent(content);
        }

        private String mode(Path path) throws IOException {
            return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
        }

        private Stream<String> names(Path in) throws IOException {
            try (Stream<Path> files = Files.list(in)) {
                return files.map(file -> file.getFileName().toString()).toList().stream();
            }
        }
    }
}
