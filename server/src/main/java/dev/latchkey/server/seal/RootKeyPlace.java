package dev.latchkey.server.seal;

import dev.latchkey.server.seal.RootKeyException.Reason;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;

/**
 * The file in which servers look for their root key. Another one is put there in one step, and the one before is kept beside it
 * under its fingerprint: whatever is interrupted or done twice, no key is overwritten, and one is always there.
 */
public final class RootKeyPlace {
    private static final int DIGITS = 8;

    private final Path file;
    private final SecureRandom random;

    /** The file need not be there. */
    public RootKeyPlace(Path file, SecureRandom random) {
        this.file = file;
        this.random = random;
    }

    /**
     * Makes a new root key, unless there is something of that name. It belongs to the user whom the one here belongs to.
     *
     * @throws RootKeyException if it can't be written; then none is left behind
     */
    public void make(Path next) throws RootKeyException {
        if (!Files.exists(next, LinkOption.NOFOLLOW_LINKS)) {
            RootKeyFile.create(next, random).close();
            own(next);
        }
    }

    /**
     * Keeps the one that is here under its fingerprint as well, if it is another than the next.
     *
     * @return where; empty if the next one is here, or none
     * @throws RootKeyException if this file is no root key, or can't be replaced
     */
    public Optional<Path> keep(Path next) throws RootKeyException {
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try (RootKey here = RootKeyFile.load(file, random);
                RootKey other = RootKeyFile.load(next, random)) {
            if (MessageDigest.isEqual(here.fingerprint(), other.fingerprint())) {
                return Optional.empty();
            }
            Path kept = kept(here);
            link(kept);
            requireSame(kept, here);
            return Optional.of(kept);
        }
    }

    /**
     * Puts the next one here, and keeps the one before.
     *
     * @param next stays where it is too
     * @return where the one before is; empty if the next one was here already, or none
     * @throws RootKeyException if this file is as it was
     */
    public Optional<Path> put(Path next) throws RootKeyException {
        Optional<Path> kept = keep(next);
        if (kept.isPresent() || !Files.exists(file)) {
            try (RootKey key = RootKeyFile.load(next, random)) {
                replace(key);
            }
        }
        return kept;
    }

    private void replace(RootKey key) throws RootKeyException {
        Path copy = sibling(HexFormat.of().toHexDigits(random.nextLong()) + ".tmp");
        RootKeyFile.write(copy, key);
        try {
            own(copy);
            // Where a link leads to the file, the link stays.
            Path whole = Files.exists(file) ? file.toRealPath() : file;
            Files.move(copy, whole, StandardCopyOption.ATOMIC_MOVE);
            RootKeyFile.forceFolder(whole);
        } catch (IOException | UnsupportedOperationException e) {
            throw new RootKeyException(Reason.NOT_WRITABLE, file, e);
        } finally {
            deleteIfThere(copy);
        }
    }

    /** Under a second name, which is never one that is taken: there is no moment at which it has none. */
    private void link(Path kept) throws RootKeyException {
        try {
            Files.createLink(kept, file.toRealPath());
            RootKeyFile.forceFolder(kept);
        } catch (FileAlreadyExistsException e) {
            // It was kept before; that it is the same is seen next.
            return;
        } catch (IOException | UnsupportedOperationException e) {
            throw new RootKeyException(Reason.NOT_WRITABLE, kept, e);
        }
    }

    private void requireSame(Path kept, RootKey key) throws RootKeyException {
        try (RootKey there = RootKeyFile.load(kept, random)) {
            if (!MessageDigest.isEqual(there.fingerprint(), key.fingerprint())) {
                throw new RootKeyException(Reason.REPLACED, kept, null);
            }
        }
    }

    private Path kept(RootKey key) {
        return sibling(HexFormat.of().formatHex(key.fingerprint()).substring(0, DIGITS));
    }

    private Path sibling(String ending) {
        return file.resolveSibling(file.getFileName() + "." + ending);
    }

    /** What root makes is of no use to the server's user; nobody else can make anything for another. */
    private void own(Path made) throws RootKeyException {
        try {
            if (Files.exists(file) && !Files.getOwner(file).equals(Files.getOwner(made))) {
                Files.setOwner(made, Files.getOwner(file));
            }
        } catch (IOException | UnsupportedOperationException e) {
            deleteIfThere(made);
            throw new RootKeyException(Reason.NOT_WRITABLE, made, e);
        }
    }

    private static void deleteIfThere(Path copy) throws RootKeyException {
        try {
            Files.deleteIfExists(copy);
        } catch (IOException e) {
            throw new RootKeyException(Reason.NOT_WRITABLE, copy, e);
        }
    }
}
