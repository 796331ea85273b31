package dev.latchkey.server.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.latchkey.opaque.SecretBytes;
import dev.latchkey.server.store.Store;
import dev.latchkey.server.store.StoreUnavailableException;
import dev.latchkey.server.store.StoreUnavailableException.Reason;
import dev.latchkey.server.store.Transaction;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Transactions of the embedded store that queue behind one another: they are committed together, and each stands alone. */
final class SharedCommitTest {
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final TestAccount first = TestAccount.random();
    private final TestAccount second = TestAccount.random();
    private final TestAccount third = TestAccount.random();
    private final CountDownLatch othersWait = new CountDownLatch(1);
    private final List<Thread> queue = new ArrayList<>();

    @TempDir
    private Path folder;

    private SqliteDatabase database;
    private Store store;

    @BeforeEach
    void open() throws Exception {
        database = new SqliteDatabase(folder);
        store = database.open(options -> options.patience(PATIENCE));
    }

    @AfterEach
    void close() {
        store.close();
        database.close();
    }

    @Test
    void transact_othersWait_isCommittedWithThem() throws Exception {
        List<Integer> seenOutside = new ArrayList<>();
        FutureTask<Void> one = queued(tx -> {
            first.createIn(tx);
            othersWait.await();
        });
        FutureTask<Void> two = queued(second::createIn);
        FutureTask<Void> three = queued(tx -> {
            third.createIn(tx);
            seenOutside.add(accounts());
        });
        othersWait.countDown();

        one.get();
        two.get();
        three.get();

        assertThat(seenOutside).containsExactly(0);
        assertThat(accounts()).isEqualTo(3);
    }

    @Test
    void transact_oneInBetweenFails_leavesNoTraceOfThatOneAlone() throws Exception {
        IOException own = new IOException("own");
        FutureTask<Void> one = queued(tx -> {
            first.createIn(tx);
            othersWait.await();
        });
        FutureTask<Void> two = queued(tx -> {
            second.createIn(tx);
            writeToTheTransientFile(tx);
            throw own;
        });
        FutureTask<Void> three = queued(third::createIn);
        othersWait.countDown();

        one.get();
        three.get();
        assertThatExceptionOfType(ExecutionException.class).isThrownBy(two::get).withCause(own);

        assertThat(exists(first)).isTrue();
        assertThat(exists(second)).isFalse();
        assertThat(exists(third)).isTrue();
        assertThat(rows(database.passing(), "handshakes")).isZero();
    }

    @Test
    void transact_theLastFails_theOnesBeforeAreCommitted() throws Exception {
        FutureTask<Void> one = queued(tx -> {
            first.createIn(tx);
            othersWait.await();
        });
        FutureTask<Void> two = queued(tx -> {
            second.createIn(tx);
            throw new IllegalStateException("a bug");
        });
        othersWait.countDown();

        one.get();
        assertThatExceptionOfType(ExecutionException.class)
                .isThrownBy(two::get)
                .withCauseInstanceOf(IllegalStateException.class);

        assertThat(exists(first)).isTrue();
        assertThat(exists(second)).isFalse();
    }

    @Test
    void transact_theCommitFails_isToldToEverybodyAndNothingIsThere() throws Exception {
        try (Handle stranger = database.passing().open()) {
            FutureTask<Void> one = queued(tx -> {
                first.createIn(tx);
                othersWait.await();
            });
            FutureTask<Void> two = queued(tx -> {
                second.createIn(tx);
                throw new IOException("own");
            });
            FutureTask<Void> three = queued(tx -> {
                third.createIn(tx);
                writeToTheTransientFile(tx);
                // With a stranger who reads, what was written to this file can't be committed.
                stranger.execute("BEGIN");
                rows(stranger, "sessions");
            });
            othersWait.countDown();

            for (FutureTask<Void> each : List.of(one, two, three)) {
                assertThatExceptionOfType(ExecutionException.class)
                        .isThrownBy(each::get)
                        .withCauseInstanceOf(StoreUnavailableException.class)
                        .satisfies(failed -> assertThat(((StoreUnavailableException) failed.getCause()).reason())
                                .isEqualTo(Reason.BUSY));
            }
            stranger.execute("ROLLBACK");
        }
        assertThat(accounts()).isZero();
        store.transact(first::createIn);
        assertThat(accounts()).isEqualTo(1);
    }

    @Test
    void transact_aResultThatCannotBeWiped_leavesNobodyWaiting() throws Exception {
        try (Handle stranger = database.passing().open()) {
            FutureTask<Void> one = queued(tx -> {
                first.createIn(tx);
                othersWait.await();
                writeToTheTransientFile(tx);
                // With a stranger who reads, what was written to this file can't be committed.
                stranger.execute("BEGIN");
                rows(stranger, "sessions");
            });
            FutureTask<AutoCloseable> two = new FutureTask<>(() -> store.transact(tx -> () -> {
                throw new IllegalStateException("can't be wiped");
            }));
            Thread thread = new Thread(two);
            thread.start();
            awaitWaiting(thread);
            FutureTask<Void> three = queued(third::createIn);
            othersWait.countDown();

            for (FutureTask<?> each : List.of(one, two, three)) {
                assertThatExceptionOfType(ExecutionException.class).isThrownBy(() -> each.get(30, TimeUnit.SECONDS));
            }
            stranger.execute("ROLLBACK");
        }
        assertThat(accounts()).isZero();
        store.transact(first::createIn);
        assertThat(accounts()).isEqualTo(1);
    }

    @Test
    void close_behindATransactionThatIsNotCommittedYet_commitsIt() throws Exception {
        FutureTask<Void> one = queued(tx -> {
            first.createIn(tx);
            othersWait.await();
        });
        Thread closing = new Thread(store::close);
        closing.start();
        awaitWaiting(closing);
        othersWait.countDown();

        one.get();
        closing.join(TimeUnit.SECONDS.toMillis(30));

        assertThat(accounts()).isEqualTo(1);
    }

    /** Runs in a thread of its own, which waits for its turn, or is inside, when this returns. */
    private FutureTask<Void> queued(StoreContract.Step work) {
        FutureTask<Void> task = new FutureTask<>(() -> store.transact(tx -> {
            work.in(tx);
            return null;
        }));
        Thread thread = new Thread(task);
        thread.start();
        queue.add(thread);
        awaitWaiting(thread);
        return task;
    }

    private static void awaitWaiting(Thread thread) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (thread.getState() != Thread.State.WAITING && thread.getState() != Thread.State.TIMED_WAITING) {
            assertThat(System.nanoTime()).isLessThan(deadline);
            Thread.onSpinWait();
        }
    }

    private void writeToTheTransientFile(Transaction tx) {
        try (SecretBytes secret = SecretBytes.copyOf(TestAccount.bytes(16))) {
            tx.handshakes().add(TestAccount.newSessionId(), secret, Duration.ofMinutes(1));
        }
    }

    private boolean exists(TestAccount account) throws StoreUnavailableException {
        return store.view(tx -> tx.accounts().credentialVersion(account.user)) != 0;
    }

    private int accounts() {
        return rows(database.durable(), "accounts");
    }

    private static int rows(Jdbi jdbi, String table) {
        return jdbi.withHandle(handle -> rows(handle, table));
    }

    private static int rows(Handle handle, String table) {
        return handle.createQuery("SELECT count(*) FROM <table>")
                .define("table", table)
                .mapTo(int.class)
                .one();
    }
}
