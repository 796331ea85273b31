package dev.latchkey.server.store.jdbc;

import dev.latchkey.server.store.StoreUnavailableException;
import dev.latchkey.server.store.StoreUnavailableException.Reason;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/**
 * The queue before the one connection that writes. Whoever is first leads, and does also what those behind it want done:
 * they sleep through it and are woken once, when it is over. So the work of many takes few changes of threads.
 *
 * <p>In the order they came. Who leads steps down for whoever waits by then.
 */
final class WriterQueue {
    private final ArrayDeque<Entry> waiting = new ArrayDeque<>();
    private Thread leader;

    /** Somebody in the queue. Used once, by the thread that made it. */
    abstract static sealed class Entry permits Part, Alone {
        private final Thread owner = Thread.currentThread();
        private volatile Place place = Place.WAITING;

        /** By whoever leads: it is done, and its owner goes on. */
        final void end() {
            move(Place.ENDED);
        }

        private boolean isDecided() {
            return place == Place.LEADS || place == Place.ENDED;
        }

        private void move(Place next) {
            place = next;
            if (owner != Thread.currentThread()) {
                LockSupport.unpark(owner);
            }
        }
    }

    /** Wants nothing done by others, but to lead itself. */
    private static final class Alone extends Entry {}

    private enum Place {
        WAITING,
        /** In the hands of whoever leads. */
        TAKEN,
        ENDED,
        LEADS
    }

    /**
     * Waits until the entry leads, or whoever leads has done it.
     *
     * @param patience how long it may stay behind others; once it is in the hands of somebody, it is waited for
     * @return true if the caller leads now and has to {@link #stepDown}
     * @throws StoreUnavailableException if it stayed behind others for too long, or the thread is interrupted; it is not done
     *     then
     */
    boolean enter(Entry entry, Duration patience) throws StoreUnavailableException {
        if (Thread.currentThread().isInterrupted()) {
            throw interrupted();
        }
        if (leadsAtOnce(entry)) {
            return true;
        }
        long until = System.nanoTime() + patience.toNanos();
        boolean wasInterrupted = false;
        try {
            while (!entry.isDecided()) {
                long left = until - System.nanoTime();
                if (entry.place == Place.TAKEN) {
                    LockSupport.park(this);
                } else if ((left <= 0 || wasInterrupted) && withdraw(entry)) {
                    throw wasInterrupted
                            ? interrupted()
                            : new StoreUnavailableException(Reason.BUSY, "too many transactions are waiting", null);
                } else {
                    LockSupport.parkNanos(this, left);
                }
                wasInterrupted |= Thread.interrupted();
            }
        } finally {
            restore(wasInterrupted);
        }
        return entry.place == Place.LEADS;
    }

    /** Waits to lead, like {@link #enter}; the caller has to {@link #stepDown}. */
    void lead(Duration patience) throws StoreUnavailableException {
        enter(new Alone(), patience);
    }

    /** Waits to lead, however long that takes and whoever interrupts; the caller has to {@link #stepDown}. */
    void lead() {
        Entry entry = new Alone();
        boolean wasInterrupted = false;
        if (!leadsAtOnce(entry)) {
            while (!entry.isDecided()) {
                LockSupport.park(this);
                wasInterrupted |= Thread.interrupted();
            }
        }
        restore(wasInterrupted);
    }

    /** By whoever leads: takes on the next in the queue, unless that one wants to lead. The taker has to end it. */
    synchronized Optional<Part<?, ?>> take() {
        if (!(waiting.peek() instanceof Part<?, ?> next)) {
            return Optional.empty();
        }
        waiting.remove();
        ((Entry) next).place = Place.TAKEN;
        return Optional.of(next);
    }

    synchronized boolean isEmpty() {
        return waiting.isEmpty();
    }

    /** By whoever leads: the next one does. */
    synchronized void stepDown() {
        Entry next = waiting.poll();
        leader = next == null ? null : next.owner;
        if (next != null) {
            next.move(Place.LEADS);
        }
    }

    private synchronized boolean leadsAtOnce(Entry entry) {
        if (leader == Thread.currentThread()) {
            throw new IllegalStateException("a transaction inside a transaction");
        }
        if (leader == null) {
            leader = entry.owner;
            entry.place = Place.LEADS;
            return true;
        }
        waiting.add(entry);
        return false;
    }

    /** False if somebody was quicker. */
    private synchronized boolean withdraw(Entry entry) {
        return waiting.remove(entry);
    }

    private static void restore(boolean wasInterrupted) {
        if (wasInterrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static StoreUnavailableException interrupted() {
        return new StoreUnavailableException(Reason.BUSY, "interrupted while waiting for a transaction's turn", null);
    }
}
