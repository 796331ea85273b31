package dev.latchkey.client;

import dev.latchkey.client.KeyClientException.Reason;
import dev.latchkey.protocol.AccountName;
import dev.latchkey.protocol.MalformedException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The file in which a device remembers an account: read whole, and replaced whole or not at all.
 *
 * <p>Safe for use by several threads and processes. Folder and file are for their owner alone where the file system knows
 * owners.
 */
final class MemoryFile {

    /** A lock on a file holds off other processes; within one, Java refuses a second instead of waiting. */
    private static final Lock WITHIN_THIS_PROCESS = new ReentrantLock();

    private final Path folder;
    private final Path file;
    private final MemoryFormat format;

    MemoryFile(Path folder, ServerAddress server, AccountName account) {
        this.folder = folder;
        this.format = new MemoryFormat(server, account);
        this.file = folder.resolve(format.fileName());
    }

    /** What to write, seeing what is there; nothing means that it stays. */
    @FunctionalInterface
    interface Update {
        Optional<Remembered> of(Optional<Remembered> there) throws KeyClientException;
    }

    /**
     * What the file says, or nothing if there is none.
     *
     * @throws KeyClientException {@code MEMORY_UNUSABLE} if it can't be read or is damaged
     */
    Optional<Remembered> read() throws KeyClientException {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(MemoryFormat.MAX_BYTES + 1);
            return Optional.of(format.decode(bytes));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (MalformedException e) {
            throw unreadable("is damaged, or belongs to something else", e);
        } catch (IOException e) {
            throw unreadable("can't be read", e);
        }
    }

    /** Replaces what the file says, with nobody else in between. */
    void update(Update update) throws KeyClientException {
        whileLocked(() -> {
            Optional<Remembered> next = update.of(read());
            if (next.isPresent()) {
                replace(format.encode(next.get()));
            }
        });
    }

    /** Replaces what the file says, whatever that is. */
    void overwrite(Remembered remembered) throws KeyClientException {
        whileLocked(() -> replace(format.encode(remembered)));
    }

    /** Deletes the file, if there is one. */
    void forget() throws KeyClientException {
        whileLocked(() -> Files.deleteIfExists(file));
    }

    @FunctionalInterface
    private interface Work {
        void run() throws IOException, KeyClientException;
    }

    private void whileLocked(Work work) throws KeyClientException {
        WITHIN_THIS_PROCESS.lock();
        try {
            Files.createDirectories(folder, forOwner("rwx------"));
            try (FileChannel lock = open(folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    FileLock held = lock.lock()) {
                if (held.isValid()) {
                    work.run();
                }
            }
        } catch (IOException e) {
            throw new KeyClientException(
                    Reason.MEMORY_UNUSABLE,
                    "What this device remembers of the account can't be written to " + file
                            + ". What the server acknowledged is kept there. Make room, or give this user the folder.",
                    e);
        } finally {
            WITHIN_THIS_PROCESS.unlock();
        }
    }

    private void replace(byte[] bytes) throws IOException {
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

    private KeyClientException unreadable(String what, Exception cause) {
        return new KeyClientException(
                Reason.MEMORY_UNUSABLE,
                "The file " + file + ", in which this device remembers the account, " + what
                        + ". So it can't be told whether the server shows the newest state; nothing was sent to it. Bring "
                        + "the file back, or accept the server as it is now.",
                cause);
    }
}
