package dev.latchkey.server.admin;

import java.io.IOException;
import java.net.ConnectException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Set;

/**
 * The place of a socket in the file system, which is one server's alone: a lock beside it says whose. Nobody but its owner
 * can ever connect there: the socket comes into being in a folder that only the owner may enter, and leaves it closed to others.
 */
final class SocketPlace implements AutoCloseable {
    /** Systems take 103 bytes and more; the folder in which it comes into being needs some of them. */
    private static final int MAX_PATH = 100;

    private static final int MAX_FOLDER = 90;

    private static final Set<PosixFilePermission> FILE = PosixFilePermissions.fromString("rw-------");
    private static final FileAttribute<Set<PosixFilePermission>> PRIVATE_FILE =
            PosixFilePermissions.asFileAttribute(FILE);
    private static final FileAttribute<Set<PosixFilePermission>> PRIVATE_FOLDER =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

    private final Path path;
    private final FileChannel lock;

    private SocketPlace(Path path, FileChannel lock) {
        this.path = path;
        this.lock = lock;
    }

    /** Makes the place this process's own, and takes away what a dead server left there. */
    static SocketPlace claim(Path file) throws AdminSocketException {
        Path path = file.toAbsolutePath().normalize();
        requireShort(path);
        FileChannel lock = null;
        boolean claimed = false;
        try {
            lock = FileChannel.open(
                    path.resolveSibling(path.getFileName() + ".lock"),
                    Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
                    PRIVATE_FILE);
            if (!isLocked(lock) || answers(path)) {
                throw new AdminSocketException(
                        "Another server has its admin socket at " + path + ". Stop it, or name another place:"
                                + " admin.socket.",
                        null);
            }
            Files.deleteIfExists(path);
            claimed = true;
            return new SocketPlace(path, lock);
        } catch (IOException | UnsupportedOperationException e) {
            throw unusable(path, e);
        } finally {
            if (!claimed) {
                closeQuietly(lock);
            }
        }
    }

    /** What listens there, with so many waiting to be let in. */
    ServerSocketChannel listen(SecureRandom random, int waiting) throws AdminSocketException {
        byte[] name = new byte[4];
        random.nextBytes(name);
        Path folder = path.resolveSibling("." + HexFormat.of().formatHex(name));
        Path born = folder.resolve("s");
        ServerSocketChannel channel = null;
        boolean listens = false;
        try {
            Files.createDirectory(folder, PRIVATE_FOLDER);
            channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
            channel.bind(UnixDomainSocketAddress.of(born), waiting);
            Files.setPosixFilePermissions(born, FILE);
            Files.move(born, path, StandardCopyOption.ATOMIC_MOVE);
            listens = true;
            return channel;
        } catch (IOException | UnsupportedOperationException e) {
            throw unusable(path, e);
        } finally {
            deleteQuietly(born);
            deleteQuietly(folder);
            if (!listens) {
                closeQuietly(channel);
            }
        }
    }

    /** Takes the socket away and gives the place back. */
    @Override
    public void close() {
        deleteQuietly(path);
        closeQuietly(lock);
    }

    private static void requireShort(Path path) throws AdminSocketException {
        if (!isShort(path)) {
            throw new AdminSocketException(
                    "The path of the admin socket is too long: " + path + ". Name a shorter one: " + MAX_PATH
                            + " bytes at most, and " + MAX_FOLDER + " of its folder.",
                    null);
        }
    }

    static boolean isShort(Path path) {
        return bytes(path) <= MAX_PATH && bytes(path.getParent()) <= MAX_FOLDER;
    }

    private static int bytes(Path path) {
        return path.toString().getBytes(StandardCharsets.UTF_8).length;
    }

    private static boolean isLocked(FileChannel lock) throws IOException {
        try {
            return lock.tryLock() != null;
        } catch (OverlappingFileLockException e) {
            return false;
        }
    }

    /** Whether somebody listens there. Anything but a socket is left alone. */
    private static boolean answers(Path path) throws IOException, AdminSocketException {
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            return false;
        }
        if (!Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                .isOther()) {
            throw new AdminSocketException(
                    "There is something at " + path + " that is no socket. Name another place: admin.socket.", null);
        }
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
            return channel.isConnected();
        } catch (ConnectException refused) {
            return false;
        }
    }

    private static AdminSocketException unusable(Path path, Exception cause) {
        return new AdminSocketException(
                "No admin socket can be made at " + path
                        + ". Check that its folder exists and that this user may write there, or name another place:"
                        + " admin.socket.",
                cause);
    }

    private static void deleteQuietly(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            // The next server that claims the place takes it away.
            return;
        }
    }

    private static void closeQuietly(AutoCloseable what) {
        try {
            if (what != null) {
                what.close();
            }
        } catch (Exception e) {
            // There is nothing more to be given back.
            return;
        }
    }
}
