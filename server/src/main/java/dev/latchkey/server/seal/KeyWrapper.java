package dev.latchkey.server.seal;

import dev.latchkey.opaque.SecretBytes;
import java.security.MessageDigest;

/**
 * Wraps the data keys for the database under a root key that is kept elsewhere. Safe for use by several threads. Where the
 * root key is not in this process, any call may fail with {@link RootKeyUnavailableException}.
 */
public interface KeyWrapper extends AutoCloseable {

    /** Size of a data key in bytes. */
    int DATA_KEY_BYTES = 32;

    /** Tells one root key from another without revealing it: 16 bytes. */
    byte[] fingerprint();

    /**
     * Wraps one data key.
     *
     * @param dataKey of {@value #DATA_KEY_BYTES} bytes, stays the caller's
     * @param cell where the result will be stored
     */
    byte[] wrap(SecretBytes dataKey, Cell cell);

    /**
     * Unwraps what {@link #wrap} made.
     *
     * @return the data key of {@value #DATA_KEY_BYTES} bytes, which the caller closes
     * @throws DamagedValueException if {@code wrapped} was not made for this cell under this root key
     */
    SecretBytes unwrap(byte[] wrapped, Cell cell) throws DamagedValueException;

    /**
     * Sees that this is the root key with that fingerprint. One that may be replaced while it is in use replaces itself first.
     *
     * @throws RootKeyUnavailableException if it is another, for now
     */
    default void require(byte[] fingerprint) {
        if (!MessageDigest.isEqual(fingerprint, fingerprint())) {
            throw RootKeyUnavailableException.another(fingerprint, "this server's is", fingerprint());
        }
    }

    /**
     * Like {@link #wrap}, under the root key with that fingerprint or not at all.
     *
     * @throws RootKeyUnavailableException if this is another, for now
     */
    default byte[] wrapUnder(byte[] fingerprint, SecretBytes dataKey, Cell cell) {
        require(fingerprint);
        return wrap(dataKey, cell);
    }

    /**
     * Brings the root key that this may have to replace itself by.
     *
     * @param next belongs to this from now on
     * @throws IllegalStateException if this one is never replaced
     */
    default void offer(KeyWrapper next) {
        throw new IllegalStateException("this root key is never replaced");
    }

    /**
     * Closes what was {@link #offer offered}, if it was not taken.
     *
     * @throws IllegalStateException if this one is never replaced
     */
    default void withdraw(KeyWrapper next) {
        throw new IllegalStateException("this root key is never replaced");
    }

    @Override
    void close();
}
