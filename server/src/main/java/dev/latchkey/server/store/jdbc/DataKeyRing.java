package dev.latchkey.server.store.jdbc;

import dev.latchkey.opaque.SecretBytes;
import dev.latchkey.server.seal.Cell;
import dev.latchkey.server.seal.DamagedValueException;
import dev.latchkey.server.seal.DataKey;
import java.security.SecureRandom;
import org.jdbi.v3.core.Handle;

/**
 * The data keys of the durable tables, by version; the highest seals. Where other servers may renew them, one that is not
 * known is looked for in the database. Safe for use by several threads, but for those of one transaction.
 */
final class DataKeyRing implements Sealing, AutoCloseable {
    private final DataKeySet keys;
    private final SecureRandom random;

    /** Of the transaction that it is used in; null where nobody else renews keys. */
    private final Handle handle;

    /** @param keys at least one; owned by the ring from now on */
    DataKeyRing(DataKeySet keys, SecureRandom random) {
        this(keys, random, null);
    }

    private DataKeyRing(DataKeySet keys, SecureRandom random, Handle handle) {
        if (keys.isEmpty()) {
            throw new IllegalArgumentException("a ring has at least one key");
        }
        this.keys = keys;
        this.random = random;
        this.handle = handle;
    }

    /** The same keys, as one transaction uses them that sees of others only what is committed. Need not be closed. */
    DataKeyRing in(Handle transaction) {
        if (keys.outdated()) {
            keys.reload(transaction);
        }
        return new DataKeyRing(keys, random, transaction);
    }

    /** What all uses of these keys share. */
    DataKeySet keys() {
        return keys;
    }

    @Override
    public byte[] seal(Cell cell, byte[] plaintext) {
        return keys.newest().seal(plaintext, cell, random);
    }

    @Override
    public SecretBytes open(Cell cell, byte[] sealed) {
        try {
            return keyOf(sealed, cell).open(sealed, cell);
        } catch (DamagedValueException e) {
            throw new DamagedRecordException(e);
        }
    }

    /** Seals one value so that it is gone with {@code erasureKey}, which stays the caller's. */
    byte[] seal(Cell cell, byte[] plaintext, SecretBytes erasureKey) {
        try (DataKey key = keys.newest().under(erasureKey)) {
            return key.seal(plaintext, cell, random);
        }
    }

    /**
     * The caller closes the result.
     *
     * @throws DamagedRecordException if {@code sealed} is not what was sealed for this cell under {@code erasureKey} too
     */
    SecretBytes open(Cell cell, byte[] sealed, SecretBytes erasureKey) {
        try (DataKey key = keyOf(sealed, cell).under(erasureKey)) {
            return key.open(sealed, cell);
        } catch (DamagedValueException e) {
            throw new DamagedRecordException(e);
        }
    }

    /** The caller closes it. */
    SecretBytes newErasureKey() {
        return SecretBytes.random(DataKey.ERASURE_KEY_BYTES, random);
    }

    private DataKey keyOf(byte[] sealed, Cell cell) throws DamagedValueException {
        int version = DataKey.versionOf(sealed, cell);
        DataKey key = keys.get(version);
        if (key == null && handle != null) {
            keys.reload(handle);
            key = keys.get(version);
        }
        if (key == null) {
            throw new DamagedValueException(DamagedValueException.Reason.UNKNOWN_KEY, cell);
        }
        return key;
    }

    @Override
    public void close() {
        keys.close();
    }
}
