package dev.latchkey.server.backup;

import dev.latchkey.opaque.SecretBytes;
import dev.latchkey.server.backup.BackupException.Reason;
import dev.latchkey.server.seal.DamagedValueException;
import dev.latchkey.server.seal.KeyWrapper;
import dev.latchkey.server.seal.RootKeyUnavailableException;
import dev.latchkey.server.store.StoreOpenException;
import dev.latchkey.server.store.StoreOptions;
import dev.latchkey.server.store.TableDigest;
import dev.latchkey.server.store.TableReader;
import dev.latchkey.server.store.jdbc.StoreCopy;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/** One backup, to be looked at and brought back. */
public final class BackupFile {
    private static final int MAX_MANIFEST = 64 * 1024;

    private final Path file;
    private final KeyWrapper rootKey;

    /**
     * Nothing is read yet.
     *
     * @param rootKey stays the caller's
     */
    public BackupFile(Path file, KeyWrapper rootKey) {
        this.file = file;
        this.rootKey = rootKey;
    }

    /**
     * Opens every chunk, takes every digest anew, and checks the signature.
     *
     * @param signer the deployment's public key in hexadecimal digits, if it is known: else the one the backup states, which the
     *     root key vouches for
     */
    public Manifest verify(Optional<String> signer) throws BackupException {
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16)) {
            MessageDigest sha256 = Sha256.start();
            DigestInputStream body = new DigestInputStream(in, sha256);
            BackupHeader header = BackupHeader.read(body);
            List<TableDigest> tables;
            try (SecretBytes key = key(header)) {
                tables = digests(new ChunkedInput(body, key, header.toByteArray()));
            }
            String digest = HexFormat.of().formatHex(sha256.digest());
            Manifest manifest = manifest(new DataInputStream(in), header);
            if (!manifest.sha256().equals(digest)
                    || !manifest.tables().equals(tables)
                    || !manifest.taken().equals(header.taken())
                    || !manifest.keys().signer().equals(HexFormat.of().formatHex(header.signer()))) {
                throw new EOFException("the manifest is another backup's");
            }
            if (signer.isPresent() && !signer.get().equals(manifest.keys().signer())) {
                throw new BackupException(
                        Reason.OTHER_DEPLOYMENT,
                        "The backup " + file + " was signed by "
                                + manifest.keys().signer() + ", not by the key that was named.",
                        null);
            }
            return manifest;
        } catch (FileSystemException e) {
            throw unreadable(e);
        } catch (IOException e) {
            throw damaged(e);
        }
    }

    /**
     * Brings it back into a store that is empty, whole or not at all, after it was verified.
     *
     * @param options of that store, under the same root key
     */
    public Manifest restore(StoreOptions options) throws BackupException {
        Manifest manifest = verify(Optional.empty());
        StoreCopy copy = new StoreCopy(options);
        if (!manifest.form().kind().equals(copy.form().kind())
                || manifest.form().version() > copy.form().version()) {
            throw new BackupException(
                    Reason.OTHER_FORM,
                    "The backup " + file + " is of a " + manifest.form().kind() + " store with tables of version "
                            + manifest.form().version() + ", and this would be "
                            + copy.form().kind() + " with version "
                            + copy.form().version()
                            + ". Bring it back into the same kind of store, with a latchkey that is no"
                            + " older.",
                    null);
        }
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16)) {
            BackupHeader header = BackupHeader.read(in);
            try (SecretBytes key = key(header)) {
                copy.read(
                        new ChunkedInput(in, key, header.toByteArray()),
                        manifest.form(),
                        manifest.tables(),
                        manifest.taken());
            }
            return manifest;
        } catch (StoreOpenException e) {
            throw new BackupException(Reason.TARGET, e.getMessage(), e);
        } catch (IOException e) {
            throw new BackupException(
                    Reason.TARGET,
                    "The database " + options.location().describe()
                            + " does not take the backup. Nothing of it was kept there; give it an empty one.",
                    e);
        }
    }

    private SecretBytes key(BackupHeader header) throws BackupException {
        try {
            return header.key(rootKey);
        } catch (RootKeyUnavailableException e) {
            throw new BackupException(Reason.ROOT_KEY, e.getMessage(), e);
        } catch (DamagedValueException e) {
            throw new BackupException(
                    Reason.ROOT_KEY,
                    "The backup " + file
                            + " does not open under this root key: it is another's, or its beginning is damaged."
                            + " Take the root key that its server had.",
                    e);
        }
    }

    private static List<TableDigest> digests(InputStream chunks) throws IOException {
        TableReader reader = new TableReader(chunks);
        while (reader.nextTable()) {
            Object[] row;
            do {
                row = reader.nextRow();
            } while (row != null);
        }
        return reader.end();
    }

    private Manifest manifest(DataInputStream in, BackupHeader header) throws IOException {
        int length = in.readInt();
        if (length < 1 || length > MAX_MANIFEST) {
            throw new EOFException("a manifest has no such length");
        }
        byte[] text = in.readNBytes(length);
        byte[] signature = in.readNBytes(SigningKey.SIGNATURE_BYTES);
        if (text.length != length
                || signature.length != SigningKey.SIGNATURE_BYTES
                || in.read() >= 0
                || !SigningKey.verifies(header.signer(), text, signature)) {
            throw new EOFException("the manifest is not signed by whom the backup names");
        }
        Manifest manifest = Manifest.parse(new String(text, StandardCharsets.US_ASCII))
                .orElseThrow(() -> new EOFException("this is no manifest"));
        if (!Arrays.equals(HexFormat.of().parseHex(manifest.keys().rootKey()), rootKey.fingerprint())) {
            throw new EOFException("the manifest names another root key");
        }
        return manifest;
    }

    private BackupException damaged(Exception cause) {
        return new BackupException(
                Reason.DAMAGED,
                "The file " + file
                        + " is no whole backup: it is cut off, was changed, or is something else. Take another.",
                cause);
    }

    private BackupException unreadable(Exception cause) {
        return new BackupException(
                Reason.UNREADABLE,
                "The backup " + file + " can't be read. Check its name, and that this user may read it.",
                cause);
    }
}
