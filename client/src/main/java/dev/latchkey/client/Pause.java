package dev.latchkey.client;

import java.time.Duration;

/** How a client lets time pass between two attempts. */
@FunctionalInterface
interface Pause {

    /** Sleeps on the calling thread. */
    Pause SLEEP = duration -> Thread.sleep(duration.toMillis());

    /** Returns after {@code duration}. */
    void during(Duration duration) throws InterruptedException;
}
