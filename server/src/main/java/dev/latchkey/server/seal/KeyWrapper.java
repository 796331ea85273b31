package dev.latchkey.server.seal;

import dev.latchkey.opaque.SecretBytes;

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

    @Override
    void close();
}
