package dev.latchkey.server.store.jdbc;

import dev.latchkey.server.store.StoreOpenException;
import dev.latchkey.server.store.StoreOpenException.Reason;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;

/**
 * The files of one SQLite store: the database, the transient one beside it, and a lock that keeps a second process away
 * as long as this is open. All are the owner's alone from the moment they exist; SQLite gives its own beside them the
 * permissions of the database.
 */
final class SqliteFiles implements AutoCloseable {
    private static final FileAttribute<Set<PosixFilePermission>> PRIVATE_FILE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    private static final FileAttribute<Set<PosixFilePermission>> PRIVATE_FOLDER =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

    private static final List<String> COMPANIONS = List.of("", "-journal", "-wal", "-shm");

    private final Path database;
    private final Path passing;
    private final FileChannel lock;

    private SqliteFiles(Path database, Path passing, FileChannel lock) {
        this.database = database;
        this.passing = passing;
        this.lock = lock;
    }

    /** For who only looks: an empty database in the place of one that is missing would look well. */
    static void requireThere(Path file) throws StoreOpenException {
        if (!Files.exists(file)) {
            throw new StoreOpenException(Reason.MISSING, file.toString(), null);
        }
    }

    /**
     * Makes the folder if there is none, and locks the database out for everybody else; on a disk of this machine alone.
     * Makes no database.
     */
    static SqliteFiles lock(Path file) throws StoreOpenException {
        try {
            Path folder = file.toAbsolutePath().getParent();
            Files.createDirectories(folder, PRIVATE_FOLDER);
            if (FileSystemKind.isRemote(folder) || FileSystemKind.isRemote(file)) {
                throw new StoreOpenException(Reason.NOT_LOCAL, file.toString(), null);
            }
            Path database = folder.toRealPath().resolve(file.getFileName());
            return new SqliteFiles(database, beside(database, "-transient"), locked(file, beside(database, ".lock")));
        } catch (IOException e) {
            throw new StoreOpenException(Reason.NOT_WRITABLE, file.toString(), e);
        } catch (UnsupportedOperationException e) {
            throw new StoreOpenException(Reason.NOT_PRIVATE, file.toString(), e);
        }
    }

    /** Locks nobody out and makes nothing: for a look at a database that another process may have open. */
    static SqliteFiles unlocked(Path file) {
        Path database = file.toAbsolutePath();
        return new SqliteFiles(database, beside(database, "-transient"), null);
    }

    /** Whether a process has it open, or has died with it. */
    boolean databaseIsAtWork() {
        return Files.exists(beside(database, "-wal"));
    }

    Path database() {
        return database;
    }

    /** The transient database. */
    Path passing() {
        return passing;
    }

    boolean databaseIsNew() throws StoreOpenException {
        try {
            return !Files.exists(database) || Files.size(database) == 0;
        } catch (IOException e) {
            throw new StoreOpenException(Reason.NOT_WRITABLE, database.toString(), e);
        }
    }

    /** Makes an empty database file if there is none, and a fresh transient one. */
    void create() throws StoreOpenException {
        try {
            createPrivate(database);
            deletePassing();
            createPrivate(passing);
            forceFolder();
        } catch (IOException e) {
            throw new StoreOpenException(Reason.NOT_WRITABLE, database.toString(), e);
        }
    }

    /** Deletes the transient database and gives the lock back. */
    @Override
    public void close() {
        try (lock) {
            deletePassing();
        } catch (IOException e) {
            // The next start deletes what is left, and the system takes the lock back with the process.
            return;
        }
    }

    private static FileChannel locked(Path file, Path lockFile) throws IOException, StoreOpenException {
        FileChannel channel =
                FileChannel.open(lockFile, Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE), PRIVATE_FILE);
        boolean locked = false;
        try {
            FileLock held = channel.tryLock();
            locked = held != null;
        } catch (OverlappingFileLockException e) {
            throw new StoreOpenException(Reason.IN_USE, file.toString(), e);
        } finally {
            if (!locked) {
                channel.close();
            }
        }
        if (!locked) {
            throw new StoreOpenException(Reason.IN_USE, file.toString(), null);
        }
        return channel;
    }

    private void deletePassing() throws IOException {
        for (String companion : COMPANIONS) {
            Files.deleteIfExists(beside(passing, companion));
        }
    }

    /** Makes the new entries of the folder durable: SQLite forces only what it made itself. */
    private void forceFolder() throws IOException {
        try (FileChannel folder = FileChannel.open(database.getParent(), StandardOpenOption.READ)) {
            folder.force(true);
        }
    }

    private static void createPrivate(Path file) throws IOException {
        try {
            Files.createFile(file, PRIVATE_FILE);
        } catch (FileAlreadyExistsException e) {
            return;
        }
    }

    private static Path beside(Path file, String suffix) {
        return file.resolveSibling(file.getFileName() + suffix);
    }
}
