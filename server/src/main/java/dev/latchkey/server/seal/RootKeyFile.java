package dev.latchkey.server.seal;

import dev.latchkey.opaque.SecretBytes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.EnumSet;
import java.util.Set;

/**
 * The file a root key is kept in: readable by its owner alone, never overwritten, never made anew when it can't be
 * read.
 */
public final class RootKeyFile {

    private static final Set<PosixFilePermission> OWNER_ONLY =
            EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);
    private static final FileAttribute<Set<PosixFilePermission>> CREATED_OWNER_ONLY =
            PosixFilePermissions.asFileAttribute(OWNER_ONLY);

    /** A root key file is a few lines; anything longer is something else. */
    private static final int MAX_BYTES = 4096;

    private RootKeyFile() {}

    /**
     * Draws a root key and keeps it in a new file, on the disk when this returns. The caller closes the key.
     *
     * @throws RootKeyException if the file exists, or can't be written; then none is left behind
     */
    public static RootKey create(Path file, SecureRandom random) throws RootKeyException {
        RootKey key = RootKey.generate(random);
        try {
            write(file, key);
            return key;
        } catch (RootKeyException e) {
            key.close();
            throw e;
        }
    }

    /** Keeps a root key, which stays the caller's, in a new file. */
    static void write(Path file, RootKey key) throws RootKeyException {
        try (SecretBytes text = RootKeyText.write(key)) {
            writeNew(file, ByteBuffer.wrap(text.exposed()));
        }
    }

    /**
     * Makes one like {@link #create}, unless there is something of that name.
     *
     * @throws RootKeyException if it can't be written; then none is left behind
     */
    public static void createUnlessThere(Path file, SecureRandom random) throws RootKeyException {
        if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            create(file, random).close();
        }
    }

    /**
     * Reads the root key. The caller closes it.
     *
     * @param random where salts of keys wrapped under it come from
     * @throws RootKeyException if it is missing, open to others, or not as it was written; the file is left as it is
     */
    public static RootKey load(Path file, SecureRandom random) throws RootKeyException {
        try (SecretBytes text = readOwnersAlone(file)) {
            return new RootKey(RootKeyText.parse(text, file), random);
        }
    }

    /** All that stands in a small file, if nobody but its owner may read it. The caller closes it. */
    static SecretBytes readOwnersAlone(Path file) throws RootKeyException {
        requireOwnerOnly(file);
        return read(file);
    }

    private static void writeNew(Path file, ByteBuffer text) throws RootKeyException {
        boolean created = false;
        try (FileChannel channel = FileChannel.open(
                file, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), CREATED_OWNER_ONLY)) {
            created = true;
            while (text.hasRemaining()) {
                channel.write(text);
            }
            channel.force(true);
            forceFolder(file);
        } catch (FileAlreadyExistsException e) {
            throw new RootKeyException(RootKeyException.Reason.EXISTS, file, e);
        } catch (UnsupportedOperationException e) {
            throw new RootKeyException(RootKeyException.Reason.NO_PERMISSIONS, file, e);
        } catch (IOException e) {
            if (created) {
                deleteUnfinished(file, e);
            }
            throw new RootKeyException(RootKeyException.Reason.NOT_WRITABLE, file, e);
        }
    }

    /** Makes the new entry of the folder durable, which forcing the file alone does not. */
    static void forceFolder(Path file) throws IOException {
        try (FileChannel folder = FileChannel.open(file.toAbsolutePath().getParent(), StandardOpenOption.READ)) {
            folder.force(true);
        }
    }

    private static void deleteUnfinished(Path file, IOException cause) {
        try {
            Files.delete(file);
        } catch (IOException e) {
            cause.addSuppressed(e);
        }
    }

    private static void requireOwnerOnly(Path file) throws RootKeyException {
        try {
            if (!OWNER_ONLY.containsAll(withoutExecute(Files.getPosixFilePermissions(file)))) {
                throw new RootKeyException(RootKeyException.Reason.OPEN_PERMISSIONS, file, null);
            }
        } catch (NoSuchFileException e) {
            throw new RootKeyException(RootKeyException.Reason.MISSING, file, e);
        } catch (UnsupportedOperationException e) {
            throw new RootKeyException(RootKeyException.Reason.NO_PERMISSIONS, file, e);
        } catch (IOException e) {
            throw new RootKeyException(RootKeyException.Reason.UNREADABLE, file, e);
        }
    }

    private static Set<PosixFilePermission> withoutExecute(Set<PosixFilePermission> permissions) {
        Set<PosixFilePermission> rest = EnumSet.noneOf(PosixFilePermission.class);
        rest.addAll(permissions);
        rest.remove(PosixFilePermission.OWNER_EXECUTE);
        return rest;
    }

    private static SecretBytes read(Path file) throws RootKeyException {
        ByteBuffer buffer = ByteBuffer.allocate(MAX_BYTES + 1);
        try (SecretBytes whole = SecretBytes.takeOwnership(buffer.array());
                FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            int read = 0;
            while (buffer.hasRemaining() && read >= 0) {
                read = channel.read(buffer);
            }
            if (!buffer.hasRemaining()) {
                throw new RootKeyException(RootKeyException.Reason.MALFORMED, file, null);
            }
            return whole.slice(0, buffer.position());
        } catch (NoSuchFileException e) {
            throw new RootKeyException(RootKeyException.Reason.MISSING, file, e);
        } catch (IOException e) {
            throw new RootKeyException(RootKeyException.Reason.UNREADABLE, file, e);
        }
    }
}
