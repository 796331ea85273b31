package dev.latchkey.client;

import java.util.concurrent.atomic.AtomicLong;

/** Counts how often a client waits before it tries again, which only its own package can see. */
public final class CountedPauses {
    private CountedPauses() {}

    public static KeyClient.Builder in(AtomicLong count, KeyClient.Builder builder) {
        return builder.pause(duration -> {
            count.incrementAndGet();
            Pause.SLEEP.during(duration);
        });
    }
}
