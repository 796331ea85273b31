package dev.latchkey.cli;

import java.time.Duration;
import java.time.Instant;

/** The time, and the waiting for some of it to pass. */
interface Time {

    /** That of this machine. */
    Time SYSTEM = new Time() {
        @Override
        public Instant now() {
            return Instant.now();
        }

        @Override
        public void pass(Duration time) throws InterruptedException {
            Thread.sleep(time.toMillis());
        }
    };

    Instant now();

    /** Returns when this much has passed. */
    void pass(Duration time) throws InterruptedException;
}
