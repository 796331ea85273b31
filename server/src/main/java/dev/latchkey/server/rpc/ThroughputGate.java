package dev.latchkey.server.rpc;

import dev.latchkey.protocol.AccountName;
import dev.latchkey.server.store.BucketTag;
import dev.latchkey.server.store.Rate;
import dev.latchkey.server.store.Store;
import dev.latchkey.server.store.StoreUnavailableException;
import dev.latchkey.server.store.Throughput.Take;
import dev.latchkey.server.store.ThroughputLimits;
import dev.latchkey.server.store.Transaction;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Holds what a stranger can begin to the limits of throughput, before anything else is done for it. It opens no guess
 * ledger: who passes has spent no guess, and who is refused has not either.
 */
public final class ThroughputGate {
    private final Store store;
    private final BucketTags tags;
    private final ThroughputLimits limits;
    private final Map<Begun, ServerLimits> server = new EnumMap<>(Begun.class);

    /** What is begun. Each has buckets of its own, so that registering never keeps owners from logging in. */
    enum Begun {
        REGISTRATION("registration"),
        LOGIN("login");

        private final String label;

        Begun(String label) {
            this.label = label;
        }

        /** In a bucket's tag. */
        String label() {
            return label;
        }
    }

    /**
     * Makes a gate that lets {@code limits} through.
     *
     * @param store stays the caller's and must outlive this
     * @param nanos a clock that never goes back
     */
    public ThroughputGate(Store store, ThroughputLimits limits, LongSupplier nanos) {
        this.store = store;
        this.tags = new BucketTags(store.deployment().enumerationKey());
        this.limits = limits;
        for (Begun what : Begun.values()) {
            server.put(what, new ServerLimits(limits, nanos));
        }
    }

    /**
     * Takes one from each bucket, or refuses and takes none. The server's own come first and cost no database; what was taken
     * there goes back when another refuses, or those who are refused would use it up for all the others.
     *
     * @param ticket of a device, which has a bucket of its own in the place of the name's; empty if none is shown
     */
    void pass(Begun what, ClientAddress from, AccountName name, byte[] ticket)
            throws Rejection, StoreUnavailableException {
        ServerLimits here = server.get(what);
        here.take(from);
        BucketTag address = tags.address(what, from);
        BucketTag account = ticket.length == 0 ? tags.account(what, name) : tags.account(what, name, ticket);
        boolean passed = false;
        try {
            store.transact(tx -> {
                take(tx, address, limits.perAddress(), Tally.Bound.ADDRESS);
                take(tx, account, limits.perAccount(), Tally.Bound.ACCOUNT);
                return null;
            });
            passed = true;
        } finally {
            if (!passed) {
                here.giveBack(from);
            }
        }
    }

    /** A refusal ends the transaction, so that what was taken before it goes back. */
    private static void take(Transaction tx, BucketTag bucket, Rate rate, Tally.Bound bound) throws Rejection {
        if (tx.throughput().take(bucket, rate) instanceof Take.Refused refused) {
            throw Rejection.throughput(refused.retryAfter(), bound);
        }
    }
}
