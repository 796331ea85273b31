package dev.latchkey.server.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.latchkey.opaque.SecretBytes;
import dev.latchkey.protocol.SessionId;
import dev.latchkey.server.store.AuditLog.Head;
import dev.latchkey.server.store.ClockOffset;
import dev.latchkey.server.store.GuessLedger.Take;
import dev.latchkey.server.store.GuessLimits;
import dev.latchkey.server.store.Sessions.NewSession;
import dev.latchkey.server.store.Sessions.OpenSession;
import dev.latchkey.server.store.Store;
import dev.latchkey.server.store.StoreUnavailableException;
import dev.latchkey.server.store.StoreUnavailableException.Reason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Several servers over one database, and what becomes of a transaction whose connection does not hold. */
final class PostgresStoreTest {
    private final ClockOffset clock = new ClockOffset();
    private final TestAccount rosa = TestAccount.random();

    private PostgresTestDatabase database;
    private Store store;
    private Store other;

    @BeforeEach
    void open() throws Exception {
        database = PostgresTestDatabase.migrated();
        store = database.open(options -> options.clockOffset(clock));
        other = database.open(options -> options.clockOffset(clock));
    }

    @AfterEach
    void close() {
        store.close();
        other.close();
        database.close();
    }

    private static void run(Store on, StoreContract.Step step) throws Exception {
        on.transact(tx -> {
            step.in(tx);
            return null;
        });
    }

    private static void openSession(Store on, SessionId id, TestAccount account) throws Exception {
        try (SecretBytes secrets = SecretBytes.copyOf(TestAccount.bytes(64))) {
            Duration hour = Duration.ofHours(1);
            run(on, tx -> tx.sessions().open(new NewSession(id, account.user, 2, 1, secrets, hour, hour), 16));
        }
    }

    private static boolean isOpen(Store on, SessionId id) throws Exception {
        Optional<OpenSession> found = on.transact(tx -> tx.sessions().find(id));
        found.ifPresent(OpenSession::close);
        return found.isPresent();
    }

    /** Ends the connection of the transaction that asks, as a server does that goes down. */
    private void terminate(int pid) {
        database.jdbi()
                .useHandle(handle -> handle.createQuery("SELECT pg_terminate_backend(:pid)")
                        .bind("pid", pid)
                        .mapTo(boolean.class)
                        .one());
    }

    /** Waits until they have ended. */
    private void terminateAll() {
        database.jdbi().useHandle(handle -> handle.execute("""
                SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity
                WHERE datname = current_database() AND pid <> pg_backend_pid()
                """));
    }

    private int backendOfTransactionUnderWay() {
        return database.jdbi()
                .withHandle(handle -> handle.createQuery("""
                        SELECT pid FROM pg_stat_activity
                        WHERE datname = current_database() AND state = 'idle in transaction'
                        """).mapTo(int.class).one());
    }

    @Nested
    class Two_servers {
        private final SessionId session = TestAccount.newSessionId();

        @Test
        void sessions_openedAtOne_areFoundAtTheOtherAndOutliveTheFirst() throws Exception {
            run(store, rosa::createIn);
            openSession(store, session, rosa);

            assertThat(isOpen(other, session)).isTrue();
            store.close();

            assertThat(isOpen(other, session)).isTrue();
        }

        @Test
        void take_twoHundredAtBoth_givesExactlyTheUnitsOfOneBudget() throws Exception {
            AtomicInteger turn = new AtomicInteger();

            List<Boolean> taken = StoreContract.sideBySide(StoreContract.times(
                    200,
                    () -> (turn.incrementAndGet() % 2 == 0 ? store : other)
                            .transact(tx ->
                                    tx.ledger().take(rosa.name, TestAccount.newSessionId()) instanceof Take.Taken)));

            assertThat(taken).filteredOn(Boolean::booleanValue).hasSize(GuessLimits.DEFAULT.capacity());
        }

        @Test
        void append_atBoth_leavesOneChainWithoutGaps() throws Exception {
            run(store, rosa::createIn);
            AtomicInteger turn = new AtomicInteger();

            List<Head> heads = StoreContract.sideBySide(StoreContract.times(
                    60,
                    () -> (turn.incrementAndGet() % 2 == 0 ? store : other)
                            .transact(tx -> tx.audit().append(rosa.user, TestAccount.event(tx.nowMillis())))));

            assertThat(heads).extracting(Head::n).doesNotHaveDuplicates().hasSize(60);
            assertThat(other.view(tx -> tx.audit().head(rosa.user)).n()).isEqualTo(60);
        }

        @Test
        void firstStarts_sideBySide_agreeOnOneDeployment() throws Exception {
            PostgresTestDatabase fresh =
                    PostgresTestDatabase.empty(dev.latchkey.server.postgres.PostgresServer.shared());
            List<Callable<Store>> starts = StoreContract.times(4, () -> fresh.open(options -> options));

            List<Store> stores = StoreContract.sideBySide(starts);

            try {
                assertThat(stores)
                        .allSatisfy(one -> assertThat(one.deployment()
                                        .enumerationKey()
                                        .constantTimeEquals(
                                                stores.get(0).deployment().enumerationKey()))
                                .isTrue());
            } finally {
                stores.forEach(Store::close);
                fresh.close();
            }
        }

        @Test
        void view_whileTheOtherWrites_staysAtItsMoment() throws Exception {
            run(store, rosa::createIn);

            store.<Void, Exception>view(tx -> {
                assertThat(tx.audit().head(rosa.user).n()).isZero();
                runElsewhere(() -> {
                    run(other, elsewhere -> elsewhere.audit().append(rosa.user, TestAccount.event(1)));
                    return null;
                });
                assertThat(tx.audit().page(rosa.user, 1, 10)).isEmpty();
                assertThat(tx.audit().head(rosa.user).n()).isZero();
                return null;
            });

            assertThat(store.view(tx -> tx.audit().head(rosa.user)).n()).isEqualTo(1);
        }

        @Test
        void view_thatChangesSomething_isRefusedByTheDatabase() throws Exception {
            run(store, rosa::createIn);

            assertThatExceptionOfType(StoreUnavailableException.class)
                    .isThrownBy(() -> store.view(tx -> tx.audit().append(rosa.user, TestAccount.event(1))));

            assertThat(store.view(tx -> tx.audit().head(rosa.user)).n()).isZero();
        }

        @Test
        void transact_twoThatWaitForOneAnother_bothEndInTheEnd() throws Exception {
            TestAccount emma = TestAccount.random();
            run(store, rosa::createIn);
            run(store, emma::createIn);
            CyclicBarrier met = new CyclicBarrier(2);
            AtomicInteger runs = new AtomicInteger();

            List<Long> ends = StoreContract.sideBySide(List.of(
                    () -> crossing(store, rosa, emma, met, runs), () -> crossing(other, emma, rosa, met, runs)));

            assertThat(ends).hasSize(2);
            // Whoever runs again may be quicker than the other wakes up, and then they cross once more.
            assertThat(runs).as("one was undone for the other, and ran again").hasValueGreaterThanOrEqualTo(3);
            assertThat(store.view(tx -> tx.audit().head(rosa.user)).n()).isEqualTo(2);
            assertThat(store.view(tx -> tx.audit().head(emma.user)).n()).isEqualTo(2);
        }

        private long crossing(Store on, TestAccount first, TestAccount second, CyclicBarrier met, AtomicInteger runs)
                throws Exception {
            return on.transact(tx -> {
                tx.audit().append(first.user, TestAccount.event(1));
                if (runs.incrementAndGet() <= 2) {
                    met.await();
                }
                return tx.audit().append(second.user, TestAccount.event(1)).n();
            });
        }
    }

    private static <T> T runElsewhere(Callable<T> task) throws Exception {
        ExecutorService thread = Executors.newSingleThreadExecutor();
        try {
            return thread.submit(task).get();
        } finally {
            thread.shutdownNow();
        }
    }

    @Nested
    class A_connection_that_is_lost {
        @Test
        void transact_beforeItsCommit_runsAgainAndIsThereOnce() throws Exception {
            run(store, rosa::createIn);
            AtomicInteger runs = new AtomicInteger();

            run(store, tx -> {
                tx.audit().append(rosa.user, TestAccount.event(1));
                if (runs.incrementAndGet() == 1) {
                    terminate(backendOfTransactionUnderWay());
                }
                tx.audit().append(rosa.user, TestAccount.event(2));
            });

            assertThat(runs).hasValue(2);
            assertThat(store.view(tx -> tx.audit().head(rosa.user)).n()).isEqualTo(2);
        }

        @Test
        void transact_lostInItsCommit_isUnknownAndNotRepeated() throws Exception {
            run(store, rosa::createIn);
            AtomicInteger runs = new AtomicInteger();

            assertThatExceptionOfType(StoreUnavailableException.class)
                    .isThrownBy(() -> run(store, tx -> {
                        tx.audit().append(rosa.user, TestAccount.event(1));
                        runs.incrementAndGet();
                        terminate(backendOfTransactionUnderWay());
                    }))
                    .extracting(StoreUnavailableException::reason)
                    .isEqualTo(Reason.COMMIT_UNKNOWN);

            assertThat(runs).hasValue(1);
            assertThat(store.view(tx -> tx.audit().head(rosa.user)).n()).isZero();
        }

        @Test
        void transact_allConnectionsOfThePoolAreDead_findsANewOne() throws Exception {
            run(store, rosa::createIn);
            terminateAll();

            run(store, tx -> tx.audit().append(rosa.user, TestAccount.event(1)));

            assertThat(other.view(tx -> tx.audit().head(rosa.user)).n()).isEqualTo(1);
        }

        /** The pool takes a connection for good that was used within the last half second. */
        @Test
        void view_connectionDiedSinceTheLastOne_findsANewOne() throws Exception {
            run(store, rosa::createIn);
            store.view(tx -> tx.audit().head(rosa.user));
            terminateAll();

            assertThat(store.view(tx -> tx.audit().head(rosa.user)).n()).isZero();
        }
    }

    @Nested
    class A_row_that_somebody_holds {
        @Test
        void transact_waitsNoLongerThanItsPatience_isBusy() throws Exception {
            run(store, rosa::createIn);
            store.close();
            store = database.open(options -> options.patience(Duration.ofSeconds(1)));
            // It has a connection by then: what it waits for is the row.
            assertThat(store.view(tx -> tx.audit().head(rosa.user)).n()).isZero();
            CountDownLatch enough = new CountDownLatch(1);
            CountDownLatch begun = new CountDownLatch(1);
            ExecutorService thread = Executors.newSingleThreadExecutor();
            try {
                Future<Void> slow = thread.submit(() -> other.transact(tx -> {
                    tx.accounts().hold(rosa.user);
                    begun.countDown();
                    enough.await();
                    return null;
                }));
                begun.await();

                assertThatExceptionOfType(StoreUnavailableException.class)
                        .isThrownBy(() -> run(store, tx -> tx.audit().append(rosa.user, TestAccount.event(1))))
                        .extracting(StoreUnavailableException::reason)
                        .isEqualTo(Reason.BUSY);

                enough.countDown();
                slow.get();
            } finally {
                thread.shutdownNow();
            }
            run(store, tx -> tx.audit().append(rosa.user, TestAccount.event(1)));
        }
    }

    @Nested
    class What_waits {
        private List<Integer> rows(String... tables) {
            Jdbi jdbi = database.jdbi();
            List<Integer> counts = new ArrayList<>();
            try (Handle handle = jdbi.open()) {
                for (String table : tables) {
                    counts.add(handle.createQuery("SELECT count(*) FROM " + table)
                            .mapTo(int.class)
                            .one());
                }
            }
            return counts;
        }

        @Test
        void purge_expired_leavesNoRow() throws Exception {
            openSession(store, TestAccount.newSessionId(), rosa);
            try (SecretBytes bytes = SecretBytes.copyOf(TestAccount.bytes(16))) {
                run(store, tx -> tx.handshakes().add(TestAccount.newSessionId(), bytes, Duration.ofMinutes(1)));
            }
            run(store, tx -> tx.ledger().take(rosa.name, TestAccount.newSessionId()));
            clock.advance(FailedAttemptsTable.KEPT_FOR);

            other.purge();

            assertThat(rows("transient.sessions", "transient.handshakes", "guess_ledger", "failed_attempts"))
                    .containsOnly(0);
        }

        @Test
        void keys_areReplacedDailyAndDeletedWhenNothingUnderThemCanBeAlive() throws Exception {
            SessionId session = TestAccount.newSessionId();
            openSession(store, session, rosa);
            clock.advance(Duration.ofDays(1));
            openSession(other, TestAccount.newSessionId(), rosa);
            assertThat(rows("transient.transient_keys")).containsExactly(2);
            clock.advance(Duration.ofDays(1));
            SessionId newest = TestAccount.newSessionId();

            openSession(store, newest, rosa);

            assertThat(rows("transient.transient_keys")).containsExactly(2);
            assertThat(isOpen(other, newest)).isTrue();
            assertThat(isOpen(other, session)).isFalse();
        }
    }
}
