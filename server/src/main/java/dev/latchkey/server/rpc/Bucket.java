package dev.latchkey.server.rpc;

import dev.latchkey.server.store.Rate;
import java.util.function.LongSupplier;

/** One bucket in memory, kept as the time at which it is full again. */
final class Bucket {
    private final Rate rate;
    private final LongSupplier nanos;
    private final long start;
    private long fullAt;

    Bucket(Rate rate, LongSupplier nanos) {
        this.rate = rate;
        this.nanos = nanos;
        this.start = nanos.getAsLong();
    }

    /**
     * Takes one.
     *
     * @return 0, or for how many nanoseconds there is none; nothing was taken then
     */
    synchronized long take() {
        long now = nanos.getAsLong() - start;
        long next = Math.max(fullAt, now) + rate.intervalNanos();
        long wait = next - now - rate.wholeNanos();
        if (wait > 0) {
            return wait;
        }
        fullAt = next;
        return 0;
    }

    /** As one that was never taken from. */
    synchronized boolean isFull() {
        return fullAt <= nanos.getAsLong() - start;
    }

    /** What one was taken for is not begun. */
    synchronized void giveBack() {
        fullAt -= rate.intervalNanos();
    }
}
