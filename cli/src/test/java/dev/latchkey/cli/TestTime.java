package dev.latchkey.cli;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;

/** The time of this machine, of which none has to pass: who waits goes on at once, or when the test lets it. */
final class TestTime implements Time {

    private final List<Duration> waits = new CopyOnWriteArrayList<>();
    private Runnable meanwhile = () -> {};
    private CountDownLatch gate = new CountDownLatch(0);

    /** What happens while somebody waits. */
    void meanwhile(Runnable happening) {
        meanwhile = happening;
    }

    /** Who waits, waits until this is opened. */
    CountDownLatch stop() {
        gate = new CountDownLatch(1);
        return gate;
    }

    List<Duration> waits() {
        return waits;
    }

    @Override
    public Instant now() {
        return Instant.now();
    }

    @Override
    public void pass(Duration time) throws InterruptedException {
        waits.add(time);
        meanwhile.run();
        gate.await();
    }
}
