package dev.latchkey.server.store.jdbc;

import dev.latchkey.opaque.SecretBytes;
import dev.latchkey.server.seal.Cell;
import dev.latchkey.server.seal.DamagedValueException;
import dev.latchkey.server.seal.KeyWrapper;
import dev.latchkey.server.seal.RootKeyUnavailableException;
import dev.latchkey.server.store.WrappedKey;
import java.security.MessageDigest;
import org.jdbi.v3.core.Handle;

/**
 * Wraps the keys of one database under the root key that it is under, which may change meanwhile: nothing is ever wrapped
 * under another. Asks the database where it wraps, and where something does not open.
 */
final class KeyWrapping {
    private final KeyWrapper rootKey;
    private final String share;

    KeyWrapping(KeyWrapper rootKey, Dialect dialect) {
        this.rootKey = rootKey;
        this.share = dialect.lockShared();
    }

    /** One that only unwraps. */
    KeyWrapping(KeyWrapper rootKey) {
        this.rootKey = rootKey;
        this.share = "";
    }

    /**
     * Wraps; until the transaction has ended, the root key does not change.
     *
     * @throws RootKeyUnavailableException if the root key is not to be had
     */
    WrappedKey wrap(Handle handle, SecretBytes key, Cell cell) {
        byte[] fingerprint = fingerprint(handle, share);
        return new WrappedKey(fingerprint, rootKey.wrapUnder(fingerprint, key, cell));
    }

    /**
     * The caller closes the result.
     *
     * @throws DamagedValueException if it does not open under the root key that the database is under
     * @throws RootKeyUnavailableException if that one is not to be had, or was changed at this moment
     */
    SecretBytes unwrap(Handle handle, byte[] wrapped, Cell cell) throws DamagedValueException {
        byte[] held = rootKey.fingerprint();
        try {
            return rootKey.unwrap(wrapped, cell);
        } catch (DamagedValueException e) {
            byte[] needed = fingerprint(handle, "");
            rootKey.require(needed);
            if (MessageDigest.isEqual(held, needed)) {
                throw e;
            }
            return unwrapAgain(wrapped, cell);
        }
    }

    private SecretBytes unwrapAgain(byte[] wrapped, Cell cell) {
        try {
            return rootKey.unwrap(wrapped, cell);
        } catch (DamagedValueException e) {
            // Perhaps it was read before the change, and the fingerprint after it.
            throw RootKeyUnavailableException.changedMeanwhile(e);
        }
    }

    /** @throws RootKeyUnavailableException if the root key that the database is under is not to be had */
    void require(Handle handle) {
        rootKey.require(fingerprint(handle, ""));
    }

    static byte[] fingerprint(Handle handle, String lock) {
        return handle.createQuery("SELECT root_fingerprint FROM deployment <lock>")
                .define("lock", lock)
                .mapTo(byte[].class)
                .findOne()
                .orElseThrow(() -> new DamagedRecordException("deployment is empty", null));
    }
}
