package dev.latchkey.e2e;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Counts what the servers acknowledged to anybody, and the longest time in which they acknowledged nothing. */
final class Acknowledgements {
    private static final long DEADLINE_SECONDS = 120;

    private final Semaphore fresh = new Semaphore(0);
    private long count;
    private long last;
    private long longestGap;

    synchronized void one() {
        long now = System.nanoTime();
        if (count > 0) {
            longestGap = Math.max(longestGap, now - last);
        }
        last = now;
        count++;
        fresh.release();
    }

    /** Waits for so many from now on. */
    void await(int wanted) throws InterruptedException {
        fresh.drainPermits();
        if (!fresh.tryAcquire(wanted, DEADLINE_SECONDS, TimeUnit.SECONDS)) {
            throw new AssertionError(
                    "fewer than " + wanted + " things were acknowledged in " + DEADLINE_SECONDS + " s");
        }
    }

    synchronized long count() {
        return count;
    }

    synchronized Duration longestGap() {
        return Duration.ofNanos(longestGap);
    }
}
