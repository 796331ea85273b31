package dev.latchkey.client;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A small file that is read whole, and replaced whole or not at all.
 *
 * <p>Safe for use by several threads and processes. Folder and file are for their owner alone where the file system knows
 * owners.
 */
final class OwnersFile {

    /** A lock on a file holds off other processes; within one, Java refuses a second instead of waiting. */
    private static final Lock WITHIN_THIS_PROCESS = new ReentrantLock();

    private final Path folder;
    private final Path file;

    OwnersFile(Path folder, String name) {
        this.folder = folder;
        this.file = folder.resolve(name);
    }

    /** What is done while nobody else writes in the folder. */
    @FunctionalInterface
    interface Work {
        void run() throws IOException, KeyClientException;
    }

    /** At most so many bytes of it. */
    byte[] read(int atMost) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return in.readNBytes(atMost);
        }
    }

    /** Makes the folder, if there is none, and does the work with nobody else in between. */
    void whileLocked(Work work) throws IOException, KeyClientException {
        WITHIN_THIS_PROCESS.lock();
        try {
            Files.createDirectories(folder, forOwner("rwx------"));
            try (FileChannel lock = open(folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    FileLock held = lock.lock()) {
                if (held.isValid()) {
                    work.run();
                }
            }
        } finally {
            WITHIN_THIS_PROCESS.unlock();
        }
    }

    /** Puts {@code bytes} in the place of what is there; only {@link #whileLocked}. */
    void replace(byte[] bytes) throws IOException {
        Path next = folder.resolve(file.getFileName() + ".next");
        // What a killed process left may have been begun by another program for everybody's eyes.
        Files.deleteIfExists(next);
        try (FileChannel out = open(next, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            ByteBuffer left = ByteBuffer.wrap(bytes);
            while (left.hasRemaining()) {
                out.write(left);
            }
            out.force(true);
        }
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** Deletes it, if it is there; only {@link #whileLocked}. */
    void delete() throws IOException {
        Files.deleteIfExists(file);
    }

    private FileChannel open(Path path, OpenOption... options) throws IOException {
        return FileChannel.open(path, Set.of(options), forOwner("rw-------"));
    }

    private FileAttribute<?>[] forOwner(String permissions) {
        return folder.getFileSystem().supportedFileAttributeViews().contains("posix")
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
                }
                : new FileAttribute<?>[0];
    }

    @Override
    public String toString() {
        return file.toString();
    }
}
