package dev.latchkey.server.store.jdbc;

import dev.latchkey.opaque.SecretBytes;
import dev.latchkey.server.seal.Cell;
import dev.latchkey.server.seal.DamagedValueException;
import dev.latchkey.server.seal.DataKey;
import java.security.SecureRandom;
import java.util.NavigableMap;
import java.util.TreeMap;

/** The data keys of the durable tables, by version; the highest seals. Owns them. Safe for use by several threads. */
final class DataKeyRing implements Sealing, AutoCloseable {
    private final NavigableMap<Integer, DataKey> keys;
    private final SecureRandom random;

    /** @param keys at least one; owned by the ring from now on */
    DataKeyRing(NavigableMap<Integer, DataKey> keys, SecureRandom random) {
        if (keys.isEmpty()) {
            throw new IllegalArgumentException("a ring has at least one key");
        }
        this.keys = new TreeMap<>(keys);
        this.random = random;
    }

    @Override
    public byte[] seal(Cell cell, byte[] plaintext) {
        return keys.lastEntry().getValue().seal(plaintext, cell, random);
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
        try (DataKey key = keys.lastEntry().getValue().under(erasureKey)) {
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
        DataKey key = keys.get(DataKey.versionOf(sealed, cell));
        if (key == null) {
            throw new DamagedValueException(DamagedValueException.Reason.UNKNOWN_KEY, cell);
        }
        return key;
    }

    @Override
    public void close() {
        keys.values().forEach(DataKey::close);
    }
}
