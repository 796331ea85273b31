package dev.latchkey.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class PrivateFilesTest {

    private static final byte[] NEW = "new".getBytes(UTF_8);

    @TempDir
    private Path folder;

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void createdFile_isItsOwnersAlone() throws IOException {
        Path file = folder.resolve("file");
        PrivateFiles.create(file, NEW);
        assertThat(file).hasBinaryContent(NEW);
        assertThat(mode(file)).isEqualTo("rw-------");
    }

    @Test
    void existingFile_isNotTouchedByCreate() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "old");
        assertThatThrownBy(() -> PrivateFiles.create(file, NEW)).isInstanceOf(FileAlreadyExistsException.class);
        assertThat(file).hasContent("old");
        assertNothingElseIn(folder, file);
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void danglingLink_isNotFollowedByCreate() throws IOException {
        Path link = Files.createSymbolicLink(folder.resolve("link"), folder.resolve("target"));
        assertThatThrownBy(() -> PrivateFiles.create(link, NEW)).isInstanceOf(FileAlreadyExistsException.class);
        assertThat(folder.resolve("target")).doesNotExist();
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void replacedFile_isItsOwnersAlone() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "old");
        PrivateFiles.replace(file, NEW);
        assertThat(file).hasBinaryContent(NEW);
        assertThat(mode(file)).isEqualTo("rw-------");
        assertNothingElseIn(folder, file);
    }

    @Test
    void failedReplace_leavesNothingBehind() throws IOException {
        Path occupied = Files.createDirectories(folder.resolve("occupied"));
        Files.writeString(occupied.resolve("something"), "old");
        assertThatThrownBy(() -> PrivateFiles.replace(occupied, NEW)).isInstanceOf(IOException.class);
        assertNothingElseIn(folder, occupied);
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void createdFolders_areTheirOwnersAlone() throws IOException {
        Path inner = folder.resolve("outer").resolve("inner");
        PrivateFiles.createFolder(inner);
        assertThat(mode(inner)).isEqualTo("rwx------");
        assertThat(mode(inner.getParent())).isEqualTo("rwx------");
    }

    private static String mode(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }

    private static void assertNothingElseIn(Path folder, Path file) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).containsExactly(file);
        }
    }
}
