package dev.latchkey.opaque;

import java.security.SecureRandom;
import java.util.ArrayDeque;
import java.util.HexFormat;

/** A random source that hands out the queued bytes in order, and fails if it is asked for anything else. */
public final class QueuedRandom extends SecureRandom {

    private static final long serialVersionUID = 1L;

    private final ArrayDeque<byte[]> queue = new ArrayDeque<>();

    /** Queues an answer to one request of exactly these bytes. */
    public QueuedRandom then(String hex) {
        queue.add(HexFormat.of().parseHex(hex));
        return this;
    }

    /** Queues a blind: a scalar is drawn as 64 bytes and reduced, so the upper half is zero. */
    public QueuedRandom thenScalar(String hex) {
        return then(hex + "00".repeat(32));
    }

    public boolean isExhausted() {
        return queue.isEmpty();
    }

    @Override
    public void nextBytes(byte[] bytes) {
        byte[] next = queue.poll();
        if (next == null) {
            throw new AssertionError("asked for " + bytes.length + " bytes, but nothing is queued");
        }
        if (next.length != bytes.length) {
            throw new AssertionError("asked for " + bytes.length + " bytes, but " + next.length + " are queued");
        }
        System.arraycopy(next, 0, bytes, 0, bytes.length);
    }
}
