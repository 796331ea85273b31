package dev.latchkey.server.store;

import dev.latchkey.opaque.SecretBytes;
import dev.latchkey.server.seal.Cell;
import dev.latchkey.server.seal.RootKeyUnavailableException;
import java.util.Optional;

/** Which backups were taken. */
public interface Backups {
    /** The number of one that is about to be taken; none is given twice. */
    long nextNumber();

    /**
     * Wraps its key under the root key that the database is under.
     *
     * @param key stays the caller's
     * @throws RootKeyUnavailableException if that one is not to be had
     */
    WrappedKey wrap(SecretBytes key, Cell cell);

    /** Notes that it was taken. An older one changes nothing. */
    void taken(Taken backup);

    /** The newest that was taken, or that this database was brought back from. */
    Optional<Taken> last();

    /**
     * One backup.
     *
     * @param number by which it is known, higher for a newer one
     * @param unixMillis the moment that it shows
     */
    record Taken(long number, long unixMillis) {}
}
