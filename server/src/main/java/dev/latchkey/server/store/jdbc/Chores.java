package dev.latchkey.server.store.jdbc;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Small work that calls do for those who come after them, such as dropping rows that nobody needs: every eighth does it for
 * eight, which costs an eighth of the statements and leaves no more behind.
 */
final class Chores {
    private static final int EVERY = 8;

    private final AtomicInteger ledger = new AtomicInteger();
    private final AtomicInteger throughput = new AtomicInteger();

    /** How much of the ledger this call has to look after, if {@code each} is every call's share; mostly nothing. */
    int ofLedger(int each) {
        return due(ledger, each);
    }

    /** Likewise of the buckets of throughput. */
    int ofThroughput(int each) {
        return due(throughput, each);
    }

    private static int due(AtomicInteger calls, int each) {
        return calls.incrementAndGet() % EVERY == 0 ? EVERY * each : 0;
    }
}
