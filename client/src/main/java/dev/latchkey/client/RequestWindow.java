package dev.latchkey.client;

import dev.latchkey.client.KeyClientException.Reason;
import io.grpc.Deadline;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Numbers the requests of a session, and holds back those that would get ahead of the server's window.
 *
 * <p>The server accepts a number at most once, and none that is {@value #SERVER_WINDOW} or more behind the newest it has
 * seen. So not only the count of requests under way is bounded, but also their spread: one that is held up on the network
 * must not be overtaken by so many others that the server takes it for a repetition.
 */
final class RequestWindow {

    static final int MAX_UNDER_WAY = 32;
    static final int SERVER_WINDOW = 64;

    private final Lock lock = new ReentrantLock(true);
    private final Condition left = lock.newCondition();
    private final TreeSet<Long> underWay = new TreeSet<>();
    private long next = 1;

    /**
     * The next number, from 1, as soon as there is room for it; {@link #leave} gives the room back.
     *
     * @throws KeyClientException (unreachable) if there is none before {@code until}
     */
    long enter(Deadline until) throws KeyClientException {
        try {
            if (!lock.tryLock(remaining(until), TimeUnit.NANOSECONDS)) {
                throw full();
            }
            try {
                while (isFull()) {
                    if (left.awaitNanos(remaining(until)) <= 0 && isFull()) {
                        throw full();
                    }
                }
                underWay.add(next);
                return next++;
            } finally {
                lock.unlock();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KeyClientException(
                    Reason.UNREACHABLE,
                    "The request was broken off before it was sent. Nothing was changed. Try again.");
        }
    }

    void leave(long seq) {
        lock.lock();
        try {
            underWay.remove(seq);
            left.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private boolean isFull() {
        return underWay.size() >= MAX_UNDER_WAY || (!underWay.isEmpty() && next - underWay.first() >= SERVER_WINDOW);
    }

    private static long remaining(Deadline until) {
        return until.timeRemaining(TimeUnit.NANOSECONDS);
    }

    private static KeyClientException full() {
        return new KeyClientException(
                Reason.UNREACHABLE,
                "Too many requests of this session wait for their answers, so this one was not sent. Nothing was "
                        + "changed. Try again.");
    }
}
