package dev.latchkey.server.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.server.ops.Readiness;
import dev.latchkey.server.store.Backups.Taken;
import dev.latchkey.server.store.Store;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server is ready as long as its store answers, and never after it was told to stop. */
final class ReadinessTest {
    private static final Duration LONG = Duration.ofSeconds(30);
    private static final Duration SHORT = Duration.ofMillis(20);

    private final AtomicLong nanos = new AtomicLong();

    @TempDir
    private Path folder;

    private SqliteDatabase database;
    private Store store;

    @BeforeEach
    void open() throws Exception {
        database = new SqliteDatabase(folder);
        store = database.open();
    }

    @AfterEach
    void close() {
        store.close();
        database.close();
    }

    @Test
    void storeThatAnswers_isReady() {
        try (Readiness readiness = new Readiness(store, LONG, nanos::get)) {
            assertThat(readiness.ask().join()).isEmpty();
        }
    }

    @Test
    void lastBackup_isThatOfTheStoreAsItWasAsked() throws Exception {
        try (Readiness readiness = new Readiness(store, LONG, nanos::get)) {
            readiness.ask().join();
            assertThat(readiness.lastBackupMillis()).isEmpty();

            store.transact(transaction -> {
                transaction.backups().taken(new Taken(transaction.backups().nextNumber(), 1_700_000_000_000L));
                return null;
            });
            nanos.addAndGet(TimeUnit.MILLISECONDS.toNanos(1001));
            readiness.ask().join();
            assertThat(readiness.lastBackupMillis()).hasValue(1_700_000_000_000L);
        }
    }

    @Test
    void answer_isKeptForASecond_thenTheStoreIsAskedAgain() {
        try (Readiness readiness = new Readiness(store, LONG, nanos::get)) {
            assertThat(readiness.ask().join()).isEmpty();
            store.close();

            assertThat(readiness.ask().join()).isEmpty();
            nanos.addAndGet(TimeUnit.MILLISECONDS.toNanos(1001));
            assertThat(readiness.ask().join()).contains("the store is closed");
        }
    }

    @Test
    void storeThatIsSilent_isNotReady_andIsAskedOnce() throws Exception {
        CountDownLatch holding = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        CompletableFuture<Object> holder = CompletableFuture.supplyAsync(() -> hold(holding, release));
        assertThat(holding.await(LONG.toSeconds(), TimeUnit.SECONDS)).isTrue();
        try (Readiness readiness = new Readiness(store, SHORT, nanos::get)) {
            assertThat(readiness.ask().join()).contains("the store does not answer in time");
            // Past its time, nobody waits for the same question again.
            nanos.addAndGet(SHORT.toNanos());
            assertThat(readiness.ask()).isCompletedWithValue(Optional.of("the store does not answer in time"));
        } finally {
            release.countDown();
            holder.join();
        }
    }

    @Test
    void draining_isNotReady_forGood() {
        try (Readiness readiness = new Readiness(store, LONG, nanos::get)) {
            assertThat(readiness.ask().join()).isEmpty();

            readiness.drain();

            assertThat(readiness.ask()).isCompletedWithValue(Optional.of("the server is stopping"));
        }
    }

    private Object hold(CountDownLatch holding, CountDownLatch release) {
        try {
            return store.<Object, InterruptedException>transact(tx -> {
                holding.countDown();
                return release.await(LONG.toSeconds(), TimeUnit.SECONDS);
            });
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
