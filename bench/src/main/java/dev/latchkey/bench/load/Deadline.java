package dev.latchkey.bench.load;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** Ends a process that takes too long, so that nobody waits for what it says for ever. */
public final class Deadline {

    private Deadline() {}

    /** Something that waits for a process. */
    @FunctionalInterface
    public interface Waiting<T> {
        T get() throws IOException;
    }

    /** What {@code waiting} gives; after {@code limit} the process is ended, and with it what it says. */
    public static <T> T of(Process process, Duration limit, Waiting<T> waiting) throws IOException {
        AtomicBoolean isOver = new AtomicBoolean();
        CompletableFuture.delayedExecutor(limit.toMillis(), TimeUnit.MILLISECONDS)
                .execute(() -> {
                    if (!isOver.get()) {
                        process.destroyForcibly();
                    }
                });
        try {
            return waiting.get();
        } finally {
            isOver.set(true);
        }
    }
}
