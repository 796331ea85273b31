package dev.latchkey.server.ops;

import dev.latchkey.server.store.Backups.Taken;
import dev.latchkey.server.store.Store;
import dev.latchkey.server.store.StoreUnavailableException;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Whether calls should be sent here. Asks the store at most once a second and in a thread of its own, however many ask, so that
 * probes can neither load nor be held up by it.
 */
public final class Readiness implements AutoCloseable {
    private static final Duration KEPT = Duration.ofSeconds(1);
    private static final Optional<String> SILENT = Optional.of("the store does not answer in time");
    private static final Optional<String> DRAINING = Optional.of("the server is stopping");

    private final Store store;
    private final Duration patience;
    private final LongSupplier nanos;
    private final ExecutorService prober;

    private CompletableFuture<Optional<String>> latest;
    private long begun;
    private boolean draining;
    private volatile OptionalLong lastBackupMillis = OptionalLong.empty();

    /**
     * Makes one that is ready when the store is.
     *
     * @param store stays the caller's
     * @param patience how long the store may take
     * @param nanos a clock that never goes back
     */
    public Readiness(Store store, Duration patience, LongSupplier nanos) {
        this.store = store;
        this.patience = patience;
        this.nanos = nanos;
        this.prober = Executors.newSingleThreadExecutor(task -> {
            Thread thread = new Thread(task, "latchkey-prober");
            thread.setDaemon(true);
            return thread;
        });
    }

    /** Why the server is not ready, in a few words that name nobody; empty if it is. Comes within the store's patience. */
    public synchronized CompletableFuture<Optional<String>> ask() {
        if (draining) {
            return CompletableFuture.completedFuture(DRAINING);
        }
        long now = nanos.getAsLong();
        lookAgain(now);
        long left = begun + patience.toNanos() - now;
        if (left <= 0 && !latest.isDone()) {
            return CompletableFuture.completedFuture(SILENT);
        }
        return latest.copy().completeOnTimeout(SILENT, Math.max(left, 0), TimeUnit.NANOSECONDS);
    }

    /** Asks the store if that was not done just now, and waits for nothing. */
    public synchronized void refresh() {
        if (!draining) {
            lookAgain(nanos.getAsLong());
        }
    }

    private void lookAgain(long now) {
        if (latest == null || (latest.isDone() && now - begun > KEPT.toNanos())) {
            begun = now;
            latest = CompletableFuture.supplyAsync(this::look, prober);
        }
    }

    /** The moment that the newest backup shows, as of the last look at the store; empty if none was ever taken. */
    public OptionalLong lastBackupMillis() {
        return lastBackupMillis;
    }

    /** From now on the server is not ready, for good. */
    public synchronized void drain() {
        draining = true;
    }

    @Override
    public void close() {
        drain();
        prober.shutdownNow();
    }

    private Optional<String> look() {
        try {
            Optional<Taken> last =
                    store.view(transaction -> transaction.backups().last());
            lastBackupMillis = last.isPresent() ? OptionalLong.of(last.get().unixMillis()) : OptionalLong.empty();
            return store.hindrance();
        } catch (StoreUnavailableException unavailable) {
            return Optional.of(
                    switch (unavailable.reason()) {
                        case BUSY -> "the store is busy";
                        case FAILED, COMMIT_UNKNOWN -> "the store can't be reached";
                        case DAMAGED -> "the store is damaged";
                        case CLOSED -> "the store is closed";
                    });
        } catch (RuntimeException unforeseen) {
            return Optional.of("the store fails");
        }
    }
}
