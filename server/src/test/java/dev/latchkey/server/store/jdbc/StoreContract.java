package dev.latchkey.server.store.jdbc;

import dev.latchkey.server.store.ClockOffset;
import dev.latchkey.server.store.Store;
import dev.latchkey.server.store.Store.Work;
import dev.latchkey.server.store.StoreOpenException;
import dev.latchkey.server.store.StoreOptions;
import dev.latchkey.server.store.Transaction;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** What every kind of store has to do alike. Each test has a database of its own, opened for it. */
abstract class StoreContract {
    private static final int THREADS = 16;

    final ClockOffset clock = new ClockOffset();

    @TempDir
    Path folder;

    private TestDatabase database;
    private Store store;

    abstract TestDatabase database(Path newFolder) throws Exception;

    @BeforeEach
    final void openStore() throws Exception {
        database = database(folder);
        reopen(options -> options);
    }

    @AfterEach
    final void closeStore() {
        store.close();
        database.close();
    }

    /** Ends the store and opens it again with other settings. */
    final void reopen(UnaryOperator<StoreOptions> settings) throws StoreOpenException {
        if (store != null) {
            store.close();
        }
        store = database.open(options -> settings.apply(options.clockOffset(clock)));
    }

    /** The same with room for one transaction at a time. */
    final void reopenNarrow(UnaryOperator<StoreOptions> settings) throws StoreOpenException {
        store.close();
        store = database.openNarrow(options -> settings.apply(options.clockOffset(clock)));
    }

    final TestDatabase testDatabase() {
        return database;
    }

    final Store store() {
        return store;
    }

    final <T> T in(Work<T, Exception> work) throws Exception {
        return store.transact(work);
    }

    final void run(Step step) throws Exception {
        store.transact(tx -> {
            step.in(tx);
            return null;
        });
    }

    /** Runs them side by side, the threads starting together, and gives their results. */
    static <T> List<T> sideBySide(List<Callable<T>> tasks) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        try {
            CyclicBarrier start = new CyclicBarrier(Math.min(THREADS, tasks.size()));
            List<Future<T>> futures = new ArrayList<>();
            for (int i = 0; i < tasks.size(); i++) {
                Callable<T> task = tasks.get(i);
                boolean first = i < start.getParties();
                futures.add(threads.submit(() -> {
                    if (first) {
                        start.await();
                    }
                    return task.call();
                }));
            }
            List<T> results = new ArrayList<>();
            for (Future<T> future : futures) {
                results.add(future.get());
            }
            return results;
        } finally {
            threads.shutdownNow();
        }
    }

    static <T> List<Callable<T>> times(int count, Callable<T> task) {
        List<Callable<T>> tasks = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            tasks.add(task);
        }
        return tasks;
    }

    /** A unit of work without a result. */
    @FunctionalInterface
    interface Step {
        void in(Transaction tx) throws Exception;
    }
}
