package dev.latchkey.protocol;

import java.security.SecureRandom;
import java.util.ArrayDeque;
import java.util.Queue;

/** A random source that hands out the queued bytes in order, and fails if it is asked for anything else. */
final class QueuedRandom extends SecureRandom {

    private static final long serialVersionUID = 1L;

    private final transient Queue<byte[]> queue = new ArrayDeque<>();

    /** Queues an answer to one request of exactly these bytes. */
    QueuedRandom then(byte[] bytes) {
        queue.add(bytes);
        return this;
    }

    @Override
    public void nextBytes(byte[] bytes) {
        byte[] next = queue.poll();
        if (next == null || next.length != bytes.length) {
            throw new AssertionError("asked for " + bytes.length + " bytes, which are not what is queued");
        }
        System.arraycopy(next, 0, bytes, 0, bytes.length);
    }
}
