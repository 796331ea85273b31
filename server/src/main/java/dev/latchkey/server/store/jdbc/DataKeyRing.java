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
            DataKey key = keys.get(DataKey.versionOf(sealed, cell));
            if (key == null) {
                throw new DamagedValueException(DamagedValueException.Reason.UNKNOWN_KEY, cell);
            }
            return key.open(sealed, cell);
        } catch (DamagedValueException e) {
            throw new DamagedRecordException(e);
        }
    }

    @Override
    public void close() {
        keys.values().forEach(DataKey::close);
    }
}
