package dev.latchkey.server.seal;

import dev.latchkey.server.seal.RootKeyException.Reason;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.UserPrincipal;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;

/**
 * The file in which servers look for their root key. Another one is put there in one step. Beside it both are kept under their
 * fingerprints, the one before and, before anything depends on it, the one that comes: whatever is interrupted or done twice,
 * no key is overwritten, and one is always there.
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
     * Makes a new root key, unless there is something of that name. It belongs to the user whom the one here belongs to, or the
     * folder if there is none.
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
     * Has the next one beside this file under its fingerprint, on the disk, and the one that is here as well: whatever becomes of
     * where the next one came from, it can't be lost any more.
     *
     * @return where the one that is here is kept; empty if the next one is here, or none
     * @throws RootKeyException if one of the files is no root key, or one can't be kept
     */
    public Optional<Path> keep(Path next) throws RootKeyException {
        try (RootKey coming = RootKeyFile.load(next, random)) {
            if (!Files.exists(file)) {
                bring(coming);
                return Optional.empty();
            }
            try (RootKey here = RootKeyFile.load(file, random)) {
                if (MessageDigest.isEqual(here.fingerprint(), coming.fingerprint())) {
                    return Optional.empty();
                }
                Path kept = kept(here);
                link(file, kept);
                requireSame(kept, here);
                bring(coming);
                return Optional.of(kept);
            }
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

    /** Has it beside this file under its fingerprint. */
    private void bring(RootKey key) throws RootKeyException {
        Path beside = kept(key);
        if (!Files.exists(beside, LinkOption.NOFOLLOW_LINKS)) {
            Path copy = passing();
            RootKeyFile.write(copy, key);
            try {
                own(copy);
                link(copy, beside);
            } finally {
                deleteIfThere(copy);
            }
        }
        requireSame(beside, key);
    }

    /** By a file of its own: whoever overwrites the one that is kept, or wipes it, must not do so to both. */
    private void replace(RootKey key) throws RootKeyException {
        Path other = passing();
        RootKeyFile.write(other, key);
        try {
            own(other);
            // Where a link leads to the file, the link stays.
            Path whole = Files.exists(file) ? file.toRealPath() : file;
            Files.move(other, whole, StandardCopyOption.ATOMIC_MOVE);
            RootKeyFile.forceFolder(whole);
        } catch (IOException | UnsupportedOperationException e) {
            throw new RootKeyException(Reason.NOT_WRITABLE, file, e);
        } finally {
            deleteIfThere(other);
        }
    }

    /** Gives a file another name, which is never one that is taken: there is no moment at which it has none. */
    private static void link(Path to, Path name) throws RootKeyException {
        try {
            Files.createLink(name, to.toRealPath());
            RootKeyFile.forceFolder(name);
        } catch (FileAlreadyExistsException e) {
            // It was kept before; that it is the same is seen next.
            return;
        } catch (IOException | UnsupportedOperationException e) {
            throw new RootKeyException(Reason.NOT_WRITABLE, name, e);
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

    private Path passing() {
        return sibling(HexFormat.of().toHexDigits(random.nextLong()) + ".tmp");
    }

    private Path sibling(String ending) {
        return file.resolveSibling(file.getFileName() + "." + ending);
    }

    /** What root makes is of no use to the server's user; nobody else can make anything for another. */
    private void own(Path made) throws RootKeyException {
        try {
            Path like = Files.exists(file) ? file : file.toAbsolutePath().getParent();
            UserPrincipal maker = Files.getOwner(made);
            boolean isRoots = maker.getName().equals("root");
            if (!Files.getOwner(like).equals(maker) && (isRoots || Files.exists(file))) {
                Files.setOwner(made, Files.getOwner(like));
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
