package dev.latchkey.server.ops;

import dev.latchkey.server.store.Store;
import dev.latchkey.server.store.StoreUnavailableException;
import java.util.Optional;
import java.util.function.Consumer;

/** Tells who watches when a transaction is asked for, and how it ends: with the wait for its turn. */
final class WatchedStore extends ForwardingStore {
    private final Watcher watcher;

    enum Kind {
        TRANSACT,
        TRANSACT_TWICE,
        VIEW,
        PURGE
    }

    /** {@code ROLLED_BACK}: what it was to do has thrown, mostly because something is not allowed. */
    enum Outcome {
        COMMITTED,
        ROLLED_BACK,
        BUSY,
        FAILED,
        COMMIT_UNKNOWN,
        DAMAGED,
        CLOSED
    }

    /** Is told of each transaction, by the thread that waits for it. */
    interface Watcher {
        /** Who is to be told how it ended. */
        Consumer<Outcome> begun(Kind kind);
    }

    /** @param store stays the caller's, who closes it */
    WatchedStore(Store store, Watcher watcher) {
        super(store);
        this.watcher = watcher;
    }

    @Override
    public <T, E extends Exception> T transact(Work<T, E> work) throws E, StoreUnavailableException {
        return watched(Kind.TRANSACT, () -> store.transact(work));
    }

    @Override
    public <T, E extends Exception> Optional<T> transactTwice(Work<Boolean, E> first, Work<T, E> second)
            throws E, StoreUnavailableException {
        return this.<Optional<T>, E>watched(Kind.TRANSACT_TWICE, () -> store.transactTwice(first, second));
    }

    @Override
    public <T, E extends Exception> T view(Work<T, E> work) throws E, StoreUnavailableException {
        return watched(Kind.VIEW, () -> store.view(work));
    }

    @Override
    public void purge() throws StoreUnavailableException {
        this.<Void, RuntimeException>watched(Kind.PURGE, () -> {
            store.purge();
            return null;
        });
    }

    private <T, E extends Exception> T watched(Kind kind, Step<T, E> step) throws E, StoreUnavailableException {
        Consumer<Outcome> ended = watcher.begun(kind);
        Outcome outcome = Outcome.ROLLED_BACK;
        try {
            T result = step.take();
            outcome = Outcome.COMMITTED;
            return result;
        } catch (StoreUnavailableException unavailable) {
            outcome = of(unavailable.reason());
            throw unavailable;
        } finally {
            ended.accept(outcome);
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
