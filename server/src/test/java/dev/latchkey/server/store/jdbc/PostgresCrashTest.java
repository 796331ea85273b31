package dev.latchkey.server.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.latchkey.opaque.SecretBytes;
import dev.latchkey.protocol.SessionId;
import dev.latchkey.server.postgres.PostgresServer;
import dev.latchkey.server.store.Sessions.NewSession;
import dev.latchkey.server.store.Sessions.OpenSession;
import dev.latchkey.server.store.Store;
import dev.latchkey.server.store.StoreUnavailableException;
import dev.latchkey.server.store.StoreUnavailableException.Reason;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postgresql.util.PSQLState;

/** A PostgreSQL server that crashes, stands still, or waits for another one before it acknowledges. */
final class PostgresCrashTest {
    private static final Duration PATIENCE = Duration.ofMillis(1500);

    private static PostgresServer server;

    private final TestAccount rosa = TestAccount.random();
    private PostgresTestDatabase database;
    private Store store;

    @BeforeAll
    static void startServer() {
        server = PostgresServer.start(List.of());
    }

    @AfterAll
    static void stopServer() {
        server.close();
    }

    @BeforeEach
    void open() throws Exception {
        database = PostgresTestDatabase.empty(server);
        store = database.open(options -> options.patience(PATIENCE));
    }

    @AfterEach
    void close() {
        store.close();
        database.close();
    }

    private void append() throws StoreUnavailableException {
        store.transact(tx -> tx.audit().append(rosa.user, TestAccount.event(1)));
    }

    private long entries() throws StoreUnavailableException {
        return store.view(tx -> tx.audit().head(rosa.user)).n();
    }

    /** The pool looks for a new connection in growing intervals, up to five seconds; each try waits for its patience. */
    private void awaitRecovery() throws StoreUnavailableException {
        for (int attempt = 1; ; attempt++) {
            try {
                entries();
                return;
            } catch (StoreUnavailableException e) {
                if (attempt == 40) {
                    throw e;
                }
            }
        }
    }

    private static void set(String setting) {
        server.execute("postgres", "ALTER SYSTEM SET " + setting);
        server.execute("postgres", "SELECT pg_reload_conf()");
    }

    /** With nobody to replicate to, every commit waits. The server's processes learn of it one after the other. */
    private static void holdCommits() throws SQLException {
        set("synchronous_standby_names = 'nobody'");
        for (int attempt = 1; attempt <= 100; attempt++) {
            try (Connection probe = server.connect("postgres?socketTimeout=1");
                    Statement statement = probe.createStatement()) {
                statement.execute("SELECT pg_logical_emit_message(true, 'probe', '')");
            } catch (SQLException e) {
                if (PSQLState.CONNECTION_FAILURE.getState().equals(e.getSQLState())) {
                    return;
                }
                // A login too has no longer than its second.
                if (!PSQLState.CONNECTION_UNABLE_TO_CONNECT.getState().equals(e.getSQLState())) {
                    throw e;
                }
            }
        }
        throw new AssertionError("commits are not held back");
    }

    @Test
    void crash_keepsWhatWasAcknowledgedAndEndsSessions() throws Exception {
        SessionId session = TestAccount.newSessionId();
        store.transact(rosa::createIn);
        try (SecretBytes secrets = SecretBytes.copyOf(TestAccount.bytes(64))) {
            Duration hour = Duration.ofHours(1);
            store.transact(tx -> {
                tx.sessions().open(new NewSession(session, rosa.user, 2, 1, secrets, hour, hour), 16);
                return null;
            });
        }
        append();

        server.crash();
        assertThatExceptionOfType(StoreUnavailableException.class).isThrownBy(this::append);
        server.start();
        awaitRecovery();

        assertThat(entries()).isEqualTo(1);
        Optional<OpenSession> found = store.transact(tx -> tx.sessions().find(session));
        assertThat(found).isEmpty();
        append();
    }

    @Test
    void standsStill_isUnavailableAfterItsPatienceAndGoesOnAfterwards() throws Exception {
        store.transact(rosa::createIn);
        long before = System.nanoTime();

        server.stand();
        try {
            assertThatExceptionOfType(StoreUnavailableException.class).isThrownBy(this::append);
        } finally {
            server.goOn();
        }

        assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(20));
        awaitRecovery();
        assertThat(entries()).isBetween(0L, 1L);
        append();
    }

    /** With nobody to replicate to, PostgreSQL holds every commit back until somebody is there. */
    @Test
    void commit_waitsForAReplica_isNotGivenUpAtTheDatabase() throws Exception {
        store.transact(rosa::createIn);
        holdCommits();
        try {
            assertThatExceptionOfType(StoreUnavailableException.class)
                    .isThrownBy(this::append)
                    .extracting(StoreUnavailableException::reason)
                    .isEqualTo(Reason.COMMIT_UNKNOWN);

            assertThat(entries()).as("seen by nobody while it waits").isZero();
        } finally {
            set("synchronous_standby_names = ''");
        }
    }

    /** A change that finds its work done must not be answered from what no other machine has yet. */
    @Test
    void commit_ofATransactionThatOnlyHeldARow_waitsForAReplicaToo() throws Exception {
        store.transact(rosa::createIn);
        holdCommits();
        try {
            assertThatExceptionOfType(StoreUnavailableException.class)
                    .isThrownBy(() -> store.transact(tx -> tx.accounts().hold(rosa.user)))
                    .extracting(StoreUnavailableException::reason)
                    .isEqualTo(Reason.COMMIT_UNKNOWN);
        } finally {
            set("synchronous_standby_names = ''");
        }
    }

    /** Somebody ends the wait: the database reports success, and warns that nobody else has what it wrote. */
    @Test
    void commit_whoseWaitIsEnded_isUnknown() throws Exception {
        store.close();
        store = database.open(options -> options.patience(Duration.ofSeconds(20)));
        store.transact(rosa::createIn);
        holdCommits();
        ExecutorService thread = Executors.newSingleThreadExecutor();
        try {
            Future<?> committing = thread.submit(() -> {
                append();
                return null;
            });
            cancelWhoeverWaits();

            assertThatExceptionOfType(ExecutionException.class)
                    .isThrownBy(committing::get)
                    .havingCause()
                    .isInstanceOfSatisfying(
                            StoreUnavailableException.class,
                            e -> assertThat(e.reason()).isEqualTo(Reason.COMMIT_UNKNOWN));
        } finally {
            thread.shutdownNow();
            set("synchronous_standby_names = ''");
        }
    }

    /** One statement that lasts until somebody waits, so that nothing here has to. */
    private void cancelWhoeverWaits() {
        server.execute("postgres", """
                DO $$
                BEGIN
                    FOR attempt IN 1..1000 LOOP
                        PERFORM pg_stat_clear_snapshot();
                        PERFORM pg_cancel_backend(pid) FROM pg_stat_activity
                            WHERE wait_event = 'SyncRep' AND application_name = 'latchkey';
                        EXIT WHEN FOUND;
                        PERFORM pg_sleep(0.02);
                    END LOOP;
                END $$
                """);
    }
}
