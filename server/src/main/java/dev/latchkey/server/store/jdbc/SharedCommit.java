package dev.latchkey.server.store.jdbc;

import dev.latchkey.server.store.StoreUnavailableException;
import dev.latchkey.server.store.StoreUnavailableException.Reason;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * One commit for several transactions that came one after the other while others were waiting for their turn: what each has
 * done, or found, is told to its caller when all of it is on the disk.
 */
final class SharedCommit {
    /** So many share one at most, so that the first need not wait long. */
    static final int MOST = 64;

    private final CountDownLatch end = new CountDownLatch(1);
    private int members;
    private Reason reason;
    private Exception failure;

    /** One more takes part. Only with the writer's turn, as everything but waiting. */
    void join() {
        members++;
    }

    /** The latest to take part has left no trace. */
    void leave() {
        members--;
    }

    boolean isEmpty() {
        return members == 0;
    }

    boolean isFull() {
        return members >= MOST;
    }

    /** Everything is on the disk. */
    void succeed() {
        end.countDown();
    }

    /** Nothing is, or nobody knows. */
    void fail(Reason why, Exception cause) {
        reason = why;
        failure = cause;
        end.countDown();
    }

    /** Waits, but not longer than {@code limit}, whoever interrupts. */
    boolean hasEnded(Duration limit) {
        boolean interrupted = false;
        long until = System.nanoTime() + limit.toNanos();
        try {
            while (true) {
                try {
                    return end.await(until - System.nanoTime(), TimeUnit.NANOSECONDS);
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Only once it has ended. */
    void requireSuccess() throws StoreUnavailableException {
        if (failure != null) {
            throw new StoreUnavailableException(reason, "the database failed: " + failure.getMessage(), failure);
        }
    }
}
