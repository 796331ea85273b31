package dev.latchkey.server.store.jdbc;

import dev.latchkey.opaque.SecretBytes;
import dev.latchkey.protocol.Hashes;
import dev.latchkey.server.seal.Cell;
import dev.latchkey.server.seal.DataKey;
import dev.latchkey.server.seal.KeyWrapper;
import java.security.SecureRandom;

/**
 * A record and a seed that belong to nobody, opened where an account is not found: the answer for an unknown name takes
 * the work of the answer for a known one. Owns its keys, which are no database's.
 */
final class UnknownAccount implements AutoCloseable {
    private static final int RECORD_BYTES = 192;
    private static final int SEED_BYTES = 64;

    private static final Cell RECORD = Cell.of("nobody", "record");
    private static final Cell SEED = Cell.of("nobody", "oprf_seed");

    private static final Cell TICKET_HASH = Cell.of("nobody", "ticket_hash");

    private final DataKeyRing keys;
    private final RowKey key;
    private final byte[] record;
    private final byte[] seed;
    private final byte[] ticketHash;

    /** @param hasSlot whether rows of accounts have slots with erasure keys */
    UnknownAccount(SecureRandom random, boolean hasSlot) {
        DataKeySet own = new DataKeySet();
        try (SecretBytes dataKey = SecretBytes.random(KeyWrapper.DATA_KEY_BYTES, random)) {
            own.add(new DataKey(1, dataKey));
        }
        this.keys = new DataKeyRing(own, random);
        this.key = hasSlot ? RowKey.ofSlot(keys, 0, keys.newErasureKey()) : RowKey.ofNoSlot(keys);
        this.record = key.seal(RECORD, new byte[RECORD_BYTES]);
        this.seed = key.seal(SEED, new byte[SEED_BYTES]);
        this.ticketHash = key.seal(TICKET_HASH, new byte[Hashes.BYTES]);
    }

    void openAsIfStored() {
        key.open(RECORD, record).close();
        key.open(SEED, seed).close();
    }

    /** Opens the hash of a ticket that nobody holds. */
    void openTicketAsIfStored() {
        key.open(TICKET_HASH, ticketHash).close();
    }

    @Override
    public void close() {
        key.close();
        keys.close();
    }
}
