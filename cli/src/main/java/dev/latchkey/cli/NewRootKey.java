package dev.latchkey.cli;

import dev.latchkey.server.seal.KeyWrapper;
import dev.latchkey.server.seal.RootKeyException;
import dev.latchkey.server.seal.RootKeyFile;
import dev.latchkey.server.seal.RootKeyPlace;
import dev.latchkey.server.seal.RootKeySource;
import dev.latchkey.server.seal.RootKeySource.InFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;

/**
 * The root key that a database is to be under, and its way to where servers look for theirs. A file is made and read here, by
 * whoever asks, and not by a server, which may see another under its name.
 */
final class NewRootKey {

    private static final SecureRandom RANDOM = new SecureRandom();

    private final RootKeySource source;
    private final Optional<Path> made;
    private final Optional<Path> configured;

    private NewRootKey(RootKeySource source, Optional<Path> made, Optional<Path> configured) {
        this.source = source;
        this.made = made;
        this.configured = configured;
    }

    /**
     * One in a file, which is made if it is not there.
     *
     * @param configured where servers look for theirs
     */
    static NewRootKey of(InFile next, RootKeySource configured) {
        return new NewRootKey(
                next,
                Optional.of(next.file()),
                configured instanceof InFile old ? Optional.of(old.file()) : Optional.empty());
    }

    /** One that is there, and stays there. */
    static NewRootKey elsewhere(RootKeySource source) {
        return new NewRootKey(source, Optional.empty(), Optional.empty());
    }

    RootKeySource source() {
        return source;
    }

    /** Whether it is to be put somewhere. */
    boolean isInFile() {
        return made.isPresent();
    }

    /** Whether there is none yet. */
    boolean isToBeMade() {
        return made.isPresent() && !Files.exists(made.get());
    }

    /** Makes the file, and sees that it can take the place of the one before, which is kept. */
    void makeReady() throws CommandFailure {
        try {
            if (made.isPresent() && configured.isPresent()) {
                RootKeyPlace place = new RootKeyPlace(configured.get(), RANDOM);
                place.make(made.get());
                place.keep(made.get());
            } else if (made.isPresent()) {
                RootKeyFile.createUnlessThere(made.get(), RANDOM);
            }
        } catch (RootKeyException e) {
            throw ServerKeys.explain(e);
        }
    }

    /** In hexadecimal digits, of one in a file; of another the server finds out itself. */
    Optional<String> fingerprint() throws CommandFailure {
        if (!(source instanceof InFile)) {
            return Optional.empty();
        }
        try (KeyWrapper key = source.open(RANDOM)) {
            return Optional.of(HexFormat.of().formatHex(key.fingerprint()));
        } catch (RootKeyException e) {
            throw ServerKeys.explain(e);
        }
    }

    /** Once the database is under it. */
    Placed put() throws CommandFailure {
        if (made.isEmpty() || configured.isEmpty()) {
            return new Placed(Optional.empty(), Optional.empty(), false);
        }
        boolean wasThere = Files.exists(configured.get());
        try {
            Optional<Path> kept = new RootKeyPlace(configured.get(), RANDOM).put(made.get());
            return new Placed(configured, kept, kept.isPresent() || !wasThere);
        } catch (RootKeyException e) {
            throw new CommandFailure(
                            FailureCode.FILE_UNWRITABLE,
                            e.getMessage(),
                            "The database is under the new root key already, and nothing else opens it: keep "
                                    + made.get() + ".",
                            "Put that right and give the same command again, before a server is started: it puts the new root key"
                                    + " where servers look for it.")
                    .because(e);
        }
    }

    /**
     * Where it is now.
     *
     * @param in the file in which servers look for it; empty if they don't look in one, or nothing is put there
     * @param kept where the one before is
     * @param isNew whether it was put there just now
     */
    record Placed(Optional<Path> in, Optional<Path> kept, boolean isNew) {}
}
