package dev.latchkey.server.ops;

import dev.latchkey.server.store.Deployment;
import dev.latchkey.server.store.KeyRotation;
import dev.latchkey.server.store.Store;
import dev.latchkey.server.store.StoreUnavailableException;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Measures how long transactions take, with the wait for their turn, and how they end. */
final class MeasuredStore implements Store {
    private final Store store;
    private final Map<Kind, Map<Outcome, Timer>> timers = new EnumMap<>(Kind.class);

    private enum Kind {
        TRANSACT,
        TRANSACT_TWICE,
        VIEW,
        PURGE
    }

    /** {@code ROLLED_BACK}: what it was to do has thrown, mostly because something is not allowed. */
    private enum Outcome {
        COMMITTED,
        ROLLED_BACK,
        BUSY,
        FAILED,
        COMMIT_UNKNOWN,
        DAMAGED,
        CLOSED
    }

    /** @param store stays the caller's, who closes it */
    MeasuredStore(Store store, MeterRegistry registry) {
        this.store = store;
        for (Kind kind : Kind.values()) {
            Map<Outcome, Timer> ofKind = new EnumMap<>(Outcome.class);
            for (Outcome outcome : Outcome.values()) {
                ofKind.put(
                        outcome,
                        Timer.builder("latchkey.store.transaction.duration")
                                .description("How long transactions took, with the wait for their turn")
                                .serviceLevelObjectives(Metrics.BUCKETS)
                                .tag("kind", kind.name().toLowerCase(Locale.ROOT))
                                .tag("outcome", outcome.name().toLowerCase(Locale.ROOT))
                                .register(registry));
            }
            timers.put(kind, ofKind);
        }
    }

    @Override
    public <T, E extends Exception> T transact(Work<T, E> work) throws E, StoreUnavailableException {
        return measured(Kind.TRANSACT, () -> store.transact(work));
    }

    @Override
    public <T, E extends Exception> Optional<T> transactTwice(Work<Boolean, E> first, Work<T, E> second)
            throws E, StoreUnavailableException {
        return this.<Optional<T>, E>measured(Kind.TRANSACT_TWICE, () -> store.transactTwice(first, second));
    }

    @Override
    public <T, E extends Exception> T view(Work<T, E> work) throws E, StoreUnavailableException {
        return measured(Kind.VIEW, () -> store.view(work));
    }

    @Override
    public void purge() throws StoreUnavailableException {
        this.<Void, RuntimeException>measured(Kind.PURGE, () -> {
            store.purge();
            return null;
        });
    }

    @Override
    public Deployment deployment() {
        return store.deployment();
    }

    @Override
    public KeyRotation keyRotation() {
        return store.keyRotation();
    }

    @Override
    public Optional<ConnectionsInUse> connections() {
        return store.connections();
    }

    @Override
    public void close() {
        store.close();
    }

    private <T, E extends Exception> T measured(Kind kind, Step<T, E> step) throws E, StoreUnavailableException {
        long began = System.nanoTime();
        Outcome outcome = Outcome.ROLLED_BACK;
        try {
            T result = step.take();
            outcome = Outcome.COMMITTED;
            return result;
        } catch (StoreUnavailableException unavailable) {
            outcome = of(unavailable.reason());
            throw unavailable;
        } finally {
            timers.get(kind).get(outcome).record(System.nanoTime() - began, TimeUnit.NANOSECONDS);
        }
    }

    private static Outcome of(StoreUnavailableException.Reason reason) {
        return switch (reason) {
            case BUSY -> Outcome.BUSY;
            case FAILED -> Outcome.FAILED;
            case COMMIT_UNKNOWN -> Outcome.COMMIT_UNKNOWN;
            case DAMAGED -> Outcome.DAMAGED;
            case CLOSED -> Outcome.CLOSED;
        };
    }

    @FunctionalInterface
    private interface Step<T, E extends Exception> {
        T take() throws E, StoreUnavailableException;
    }
}
