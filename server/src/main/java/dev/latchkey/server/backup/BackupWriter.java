package dev.latchkey.server.backup;

import dev.latchkey.opaque.SecretBytes;
import dev.latchkey.server.backup.BackupException.Reason;
import dev.latchkey.server.seal.KeyWrapper;
import dev.latchkey.server.seal.RootKeyUnavailableException;
import dev.latchkey.server.store.Backups;
import dev.latchkey.server.store.Store;
import dev.latchkey.server.store.StoreOptions;
import dev.latchkey.server.store.StoreUnavailableException;
import dev.latchkey.server.store.TableDigest;
import dev.latchkey.server.store.WrappedKey;
import dev.latchkey.server.store.jdbc.StoreCopy;
import java.io.BufferedOutputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.Semaphore;

/** Takes backups of an open store, one at a time. */
public final class BackupWriter {
    private final Store store;
    private final StoreOptions options;
    private final Semaphore turn = new Semaphore(1);

    public BackupWriter(Store store, StoreOptions options) {
        this.store = store;
        this.options = options;
    }

    /**
     * Writes a backup into a file that must not exist yet, and that is there whole or not at all. It shows the store at one
     * moment; nobody who changes something meanwhile waits for it. Nor does it wait for another that is being taken, and may
     * never end.
     */
    public Manifest write(Path file, Progress progress) throws BackupException, StoreUnavailableException {
        if (!turn.tryAcquire()) {
            throw new BackupException(
                    Reason.UNDER_WAY, "A backup is being taken already. Wait for its end, then try again.", null);
        }
        try {
            return writeInTurn(file, progress);
        } finally {
            turn.release();
        }
    }

    private Manifest writeInTurn(Path file, Progress progress) throws BackupException, StoreUnavailableException {
        if (Files.isDirectory(file)) {
            throw new BackupException(
                    Reason.FOLDER, file + " is a folder. Name a file in it, which is not there yet.", null);
        }
        if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            throw exists(file, null);
        }
        Path folder = file.toAbsolutePath().normalize().getParent();
        Path part = null;
        try {
            part = Files.createTempFile(
                    folder,
                    ".latchkey-",
                    ".part",
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            Manifest manifest = fill(part, progress);
            name(part, file);
            try (FileChannel entries = FileChannel.open(folder, StandardOpenOption.READ)) {
                entries.force(true);
            }
            store.transact(tx -> {
                tx.backups().taken(manifest.taken());
                return null;
            });
            return manifest;
        } catch (FileAlreadyExistsException e) {
            throw exists(file, e);
        } catch (StoreUnavailableException e) {
            if (e.getCause() instanceof RootKeyUnavailableException) {
                throw new BackupException(Reason.ROOT_KEY, e.getMessage(), e);
            }
            throw e;
        } catch (IOException | UnsupportedOperationException e) {
            throw new BackupException(
                    Reason.UNWRITABLE,
                    "The backup " + file
                            + " can't be written. Check that the server's user may write to that folder, and that"
                            + " its disk is not full.",
                    e);
        } finally {
            discard(part);
        }
    }

    /** A second name for the finished file: unlike a move, it never takes the place of another file. */
    private static void name(Path part, Path file) throws IOException {
        try {
            Files.createLink(file, part);
        } catch (FileAlreadyExistsException e) {
            throw e;
        } catch (FileSystemException | UnsupportedOperationException noLinksHere) {
            Files.move(part, file);
        }
        Files.deleteIfExists(part);
    }

    private Manifest fill(Path part, Progress progress) throws IOException, StoreUnavailableException {
        SigningKey signer = SigningKey.of(store.deployment());
        StoreCopy copy = new StoreCopy(options);
        try (FileOutputStream file = new FileOutputStream(part.toFile());
                OutputStream buffered = new BufferedOutputStream(file, 1 << 16);
                SecretBytes key = SecretBytes.random(KeyWrapper.DATA_KEY_BYTES, options.random())) {
            Begun begun = store.transact(tx -> new Begun(
                    new Backups.Taken(tx.backups().nextNumber(), tx.nowMillis()),
                    tx.backups().wrap(key, BackupHeader.KEY)));
            MessageDigest sha256 = Sha256.start();
            DigestOutputStream body = new DigestOutputStream(buffered, sha256);
            BackupHeader header = BackupHeader.of(signer.publicKey(), begun.taken, begun.key.bytes());
            body.write(header.toByteArray());
            ChunkedOutput chunks = new ChunkedOutput(body, key, header.toByteArray(), progress);
            List<TableDigest> tables = copy.write(chunks, begun.key.fingerprint());
            chunks.end();
            HexFormat hex = HexFormat.of();
            Manifest manifest = new Manifest(
                    new Manifest.Keys(hex.formatHex(signer.publicKey()), hex.formatHex(begun.key.fingerprint())),
                    begun.taken,
                    copy.form(),
                    tables,
                    hex.formatHex(sha256.digest()));
            byte[] text = manifest.text().getBytes(StandardCharsets.US_ASCII);
            buffered.write(
                    ByteBuffer.allocate(Integer.BYTES).putInt(text.length).array());
            buffered.write(text);
            buffered.write(signer.sign(text));
            buffered.flush();
            file.getFD().sync();
            return manifest;
        }
    }

    private static void discard(Path part) {
        try {
            if (part != null) {
                Files.deleteIfExists(part);
            }
        } catch (IOException e) {
            // It is sealed, and its name says that it is not whole.
            return;
        }
    }

    /** One that is about to be written, and its key. */
    private static final class Begun {
        private final Backups.Taken taken;
        private final WrappedKey key;

        Begun(Backups.Taken taken, WrappedKey key) {
            this.taken = taken;
            this.key = key;
        }
    }

    private static BackupException exists(Path file, Exception cause) {
        return new BackupException(
                Reason.EXISTS,
                "There is a file " + file + " already. Name another: a backup never replaces one.",
                cause);
    }
}
