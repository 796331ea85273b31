package dev.latchkey.server.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.server.ops.CallersStore;
import dev.latchkey.server.rpc.RequestIdInterceptor;
import dev.latchkey.server.store.Store;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.MDC;

/** What is logged in a transaction is logged for whoever asked for it, although another's thread may run it. */
final class CallersInLogTest {
    private static final String OURS = RequestIdInterceptor.IN_LOG;
    private static final long DEADLINE_SECONDS = 30;

    private final Map<String, String> idInWork = new ConcurrentHashMap<>();
    private final Map<String, Thread> threadOfWork = new ConcurrentHashMap<>();
    private final AtomicReference<Exception> failed = new AtomicReference<>();

    @TempDir
    private Path folder;

    @Test
    void transaction_runByAnotherThread_isLoggedUnderItsCallersId() throws Exception {
        SqliteDatabase database = new SqliteDatabase(folder);
        try (Store embedded = database.open();
                Store store = new CallersStore(embedded)) {
            CountDownLatch leading = new CountDownLatch(1);
            CountDownLatch waiting = new CountDownLatch(1);
            Thread leader = caller("leader", store, () -> {
                leading.countDown();
                return waiting.await(DEADLINE_SECONDS, TimeUnit.SECONDS);
            });
            await(leading);
            List<Thread> behind = new ArrayList<>();
            for (String name : List.of("one", "two")) {
                behind.add(caller(name, store, () -> true));
            }
            behind.forEach(CallersInLogTest::awaitWaiting);
            waiting.countDown();
            leader.join();
            for (Thread thread : behind) {
                thread.join();
            }

            assertThat(failed.get()).isNull();
            assertThat(threadOfWork.get("one")).as("led by another").isSameAs(leader);
            assertThat(idInWork)
                    .containsOnly(Map.entry("leader", "leader"), Map.entry("one", "one"), Map.entry("two", "two"));
        } finally {
            database.close();
        }
    }

    private Thread caller(String name, Store store, Step step) {
        Thread thread = new Thread(() -> {
            MDC.put(OURS, name);
            try {
                store.<Void, Exception>transact(tx -> {
                    idInWork.put(name, MDC.get(OURS));
                    threadOfWork.put(name, Thread.currentThread());
                    step.take();
                    return null;
                });
                if (!name.equals(MDC.get(OURS))) {
                    throw new IllegalStateException(name + " became " + MDC.get(OURS));
                }
            } catch (Exception e) {
                failed.set(e);
            }
        });
        thread.start();
        return thread;
    }

    private static void await(CountDownLatch latch) throws InterruptedException {
        assertThat(latch.await(DEADLINE_SECONDS, TimeUnit.SECONDS)).isTrue();
    }

    private static void awaitWaiting(Thread thread) {
        while (thread.getState() != Thread.State.TIMED_WAITING && thread.getState() != Thread.State.WAITING) {
            assertThat(thread.isAlive()).isTrue();
            Thread.onSpinWait();
        }
    }

    @FunctionalInterface
    private interface Step {
        boolean take() throws Exception;
    }
}
