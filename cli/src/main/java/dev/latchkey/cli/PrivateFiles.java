package dev.latchkey.cli;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * Files that are their owner's alone (0600, folders 0700) and are either there in full or not at all.
 *
 * <p>Where the file system knows no such modes, a file gets its folder's protection.
 */
final class PrivateFiles {

    private static final Set<PosixFilePermission> FILE = PosixFilePermissions.fromString("rw-------");
    private static final Set<PosixFilePermission> FOLDER = PosixFilePermissions.fromString("rwx------");

    private PrivateFiles() {}

    /** Makes the folder and those above it that are missing; one that exists keeps its mode. */
    static void createFolder(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            Files.createDirectories(folder, mode(folder, FOLDER));
        }
    }

    /**
     * Writes a file that must not exist yet.
     *
     * @param content still the caller's, to wipe if it is secret
     * @throws FileAlreadyExistsException if something has this name; it is untouched
     */
    static void create(Path file, byte[] content) throws IOException {
        create(file, out -> out.write(content));
    }

    /** Writes a file that must not exist yet, with content that is too long to be held at once. */
    static void create(Path file, Content content) throws IOException {
        Path written = write(file, content);
        try {
            // A second name for the finished file: unlike a move, it never takes the place of another file.
            Files.createLink(file, written);
        } catch (FileAlreadyExistsException e) {
            throw e;
        } catch (FileSystemException | UnsupportedOperationException noLinksHere) {
            Files.move(written, file);
        } finally {
            Files.deleteIfExists(written);
        }
        flushFolderOf(file);
    }

    /** Writes a file, in place of the one that has its name, if any. */
    static void replace(Path file, byte[] content) throws IOException {
        replace(file, out -> out.write(content));
    }

    /** Writes a file, in place of the one that has its name, if any, with content that is too long to be held at once. */
    static void replace(Path file, Content content) throws IOException {
        Path written = write(file, content);
        try {
            Files.move(written, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(written);
        }
        flushFolderOf(file);
    }

    /** What is written into a file; when it fails, there will be none. */
    @FunctionalInterface
    interface Content {
        void writeTo(OutputStream out) throws IOException;
    }

    private static Path write(Path file, Content content) throws IOException {
        Path folder = folderOf(file);
        Path written = Files.createTempFile(folder, ".latchkey-", ".part", mode(folder, FILE));
        boolean whole = false;
        try (FileOutputStream out = new FileOutputStream(written.toFile())) {
            content.writeTo(out);
            out.flush();
            out.getFD().sync();
            whole = true;
            return written;
        } finally {
            if (!whole) {
                Files.deleteIfExists(written);
            }
        }
    }

    private static void flushFolderOf(Path file) throws IOException {
        if (isPosix(file)) {
            try (FileChannel folder = FileChannel.open(folderOf(file), StandardOpenOption.READ)) {
                folder.force(true);
            }
        }
    }

    private static Path folderOf(Path file) {
        return file.toAbsolutePath().normalize().getParent();
    }

    private static FileAttribute<?>[] mode(Path place, Set<PosixFilePermission> permissions) {
        return isPosix(place)
                ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(permissions)}
                : new FileAttribute<?>[0];
    }

    private static boolean isPosix(Path place) {
        return place.getFileSystem().supportedFileAttributeViews().contains("posix");
    }
}
