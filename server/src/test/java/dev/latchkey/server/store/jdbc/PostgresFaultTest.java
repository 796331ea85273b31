package dev.latchkey.server.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.server.peer.Relay;
import dev.latchkey.server.postgres.PostgresServer;
import dev.latchkey.server.seal.RootKey;
import dev.latchkey.server.store.Store;
import dev.latchkey.server.store.StoreLocation.PostgresDatabase;
import dev.latchkey.server.store.StoreOptions;
import dev.latchkey.server.store.StoreUnavailableException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * A database that stands still, is swallowed by the network, or ends and comes back: everybody who asks meanwhile is told so
 * within a bound, and afterwards the store goes on by itself.
 *
 * <p>{@code -Dlatchkey.fault.patience=5000} measures with the patience of a server, in milliseconds.
 */
final class PostgresFaultTest {
    private static final Duration PATIENCE = Duration.ofMillis(Long.getLong("latchkey.fault.patience", 500));

    /** A silent socket is given up after twice its patience, and at least two seconds; the rest is for a slow machine. */
    private static final Duration LONGEST = PATIENCE.multipliedBy(2).plusSeconds(12);

    /** The pool tries again after five seconds at most, and each attempt may take its patience. */
    private static final Duration LONGEST_HEALING = PATIENCE.plusSeconds(20);

    private static final int AT_ONCE = 16;

    private static final SecureRandom RANDOM = new SecureRandom();
    private static final TestAccount ROSA = TestAccount.random();

    private static PostgresServer server;
    private static Relay relay;
    private static RootKey rootKey;
    private static Store store;

    @BeforeAll
    static void open() throws Exception {
        server = PostgresServer.start(List.of());
        relay = Relay.to(server.port());
        rootKey = RootKey.generate(RANDOM);
        String name = server.createDatabase("template0");
        PostgresDatabase database = new PostgresDatabase(
                "postgresql://127.0.0.1:" + relay.port() + "/" + name,
                PostgresServer.USER,
                Optional.of(server.passwordFile()),
                PostgresDatabase.DEFAULT_CONNECTIONS);
        store = Stores.open(StoreOptions.of(database, rootKey, RANDOM).patience(PATIENCE));
        store.transact(ROSA::createIn);
    }

    @AfterAll
    static void close() throws Exception {
        store.close();
        rootKey.close();
        relay.close();
        server.close();
    }

    private static void append() throws StoreUnavailableException {
        store.transact(tx -> tx.audit().append(ROSA.user, TestAccount.event(1)));
    }

    private static Duration since(long start) {
        return Duration.ofNanos(System.nanoTime() - start);
    }

    /** How long an attempt took that was refused. */
    private static Duration refused() {
        long start = System.nanoTime();
        try {
            append();
        } catch (StoreUnavailableException e) {
            return since(start);
        }
        throw new AssertionError("was served by a database that is away");
    }

    private static Duration healed() throws StoreUnavailableException {
        long start = System.nanoTime();
        while (true) {
            try {
                append();
                return since(start);
            } catch (StoreUnavailableException e) {
                if (since(start).compareTo(LONGEST_HEALING) > 0) {
                    throw e;
                }
            }
        }
    }

    private static void meet(String fault, Change begin, Change end) throws Exception {
        healed();
        begin.make();
        List<Duration> first;
        List<Duration> later;
        try {
            first = StoreContract.sideBySide(StoreContract.times(AT_ONCE, PostgresFaultTest::refused));
            later = StoreContract.sideBySide(StoreContract.times(AT_ONCE, PostgresFaultTest::refused));
        } finally {
            end.make();
        }
        Duration healing = healed();
        System.out.printf(
                "fault postgresql %s: patience %d ms, %d at once refused within %d ms, later within %d ms, healed after %d ms%n",
                fault,
                PATIENCE.toMillis(),
                AT_ONCE,
                first.stream().max(Duration::compareTo).orElseThrow().toMillis(),
                later.stream().max(Duration::compareTo).orElseThrow().toMillis(),
                healing.toMillis());
        assertThat(first).allMatch(latency -> latency.compareTo(LONGEST) < 0);
        assertThat(later).allMatch(latency -> latency.compareTo(LONGEST) < 0);
        assertThat(healing).isLessThan(LONGEST_HEALING);
        assertThat(StoreContract.sideBySide(StoreContract.times(AT_ONCE, PostgresFaultTest::healed)))
                .hasSize(AT_ONCE);
    }

    @Test
    void stopped_isUnavailableWithinItsBoundAndHeals() throws Exception {
        meet("stopped (SIGSTOP)", server::stand, server::goOn);
    }

    @Test
    void blackHoled_isUnavailableWithinItsBoundAndHeals() throws Exception {
        meet("black-holed", () -> relay.swallow(true), () -> relay.swallow(false));
    }

    @Test
    void restarted_isUnavailableWithinItsBoundAndHeals() throws Exception {
        meet("restarted", server::crash, server::start);
    }

    @FunctionalInterface
    private interface Change {
        void make() throws Exception;
    }
}
