package dev.latchkey.server.store;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/** What is added to the database's clock: nothing, except where a test moves time. Safe for use by several threads. */
public final class ClockOffset {
    private final AtomicLong millis = new AtomicLong();

    /** Moves the clock on, or back by a negative step. */
    public void advance(Duration step) {
        millis.addAndGet(step.toMillis());
    }

    public long millis() {
        return millis.get();
    }
}
