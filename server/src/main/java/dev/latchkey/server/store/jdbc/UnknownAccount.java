package dev.latchkey.server.store.jdbc;

import dev.latchkey.protocol.Hashes;
import dev.latchkey.server.seal.Cell;

/**
 * A record and a seed that belong to nobody, opened where an account is not found: the answer for an unknown name takes
 * the work of the answer for a known one.
 */
final class UnknownAccount {
    private static final int RECORD_BYTES = 192;
    private static final int SEED_BYTES = 64;

    private static final Cell RECORD = Cell.of("nobody", "record");
    private static final Cell SEED = Cell.of("nobody", "oprf_seed");

    private static final Cell TICKET_HASH = Cell.of("nobody", "ticket_hash");

    private final byte[] record;
    private final byte[] seed;
    private final byte[] ticketHash;

    UnknownAccount(Sealing sealing) {
        this.record = sealing.seal(RECORD, new byte[RECORD_BYTES]);
        this.seed = sealing.seal(SEED, new byte[SEED_BYTES]);
        this.ticketHash = sealing.seal(TICKET_HASH, new byte[Hashes.BYTES]);
    }

    void openAsIfStored(Sealing sealing) {
        sealing.open(RECORD, record).close();
        sealing.open(SEED, seed).close();
    }

    /** Opens the hash of a ticket that nobody holds. */
    void openTicketAsIfStored(Sealing sealing) {
        sealing.open(TICKET_HASH, ticketHash).close();
    }
}
