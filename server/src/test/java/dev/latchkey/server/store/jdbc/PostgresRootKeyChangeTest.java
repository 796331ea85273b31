package dev.latchkey.server.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.latchkey.server.peer.Relay;
import dev.latchkey.server.postgres.PostgresServer;
import dev.latchkey.server.seal.RootKey;
import dev.latchkey.server.store.StoreLocation.PostgresDatabase;
import dev.latchkey.server.store.StoreOpenException;
import dev.latchkey.server.store.StoreOpenException.Reason;
import dev.latchkey.server.store.StoreOptions;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A change of the root key beside servers that meets a lost connection, or somebody who does not let go. */
final class PostgresRootKeyChangeTest {
    private static final PostgresServer SERVER = PostgresServer.shared();
    private static final int LOCK = 7;

    private final SecureRandom random = new SecureRandom();
    private final RootKey next = RootKey.generate(random);
    private PostgresTestDatabase database;

    @BeforeEach
    void make() throws Exception {
        database = PostgresTestDatabase.empty(SERVER);
        database.open(options -> options).close();
    }

    @AfterEach
    void drop() {
        next.close();
        database.close();
    }

    private StoreOptions through(Relay relay) {
        return StoreOptions.of(
                new PostgresDatabase(
                        "postgresql://127.0.0.1:" + relay.port() + "/" + database.name(),
                        PostgresServer.USER,
                        Optional.of(SERVER.passwordFile()),
                        2),
                database.rootKey(),
                random);
    }

    private static Reason refused(Callable<Boolean> change) {
        List<Reason> reasons = new ArrayList<>();
        assertThatExceptionOfType(StoreOpenException.class)
                .isThrownBy(change::call)
                .satisfies(e -> reasons.add(e.reason()));
        return reasons.get(0);
    }

    /**
     * Its commit waits for a lock, and is carried out when nobody is there any more who could be told. The lock is let go as soon
     * as that is so: whoever made the change may still be closing its connections when the database gives up waiting.
     */
    @Test
    void changeRootKey_whoseCommitIsNotAcknowledged_isSaidToBeUnknownAndIsDoneTheNextTime() throws Exception {
        SERVER.execute(database.name(), """
                CREATE FUNCTION hold() RETURNS trigger LANGUAGE plpgsql AS
                    'BEGIN PERFORM pg_advisory_xact_lock(7); RETURN NULL; END';
                CREATE CONSTRAINT TRIGGER hold AFTER UPDATE ON deployment DEFERRABLE INITIALLY DEFERRED
                    FOR EACH ROW EXECUTE FUNCTION hold()""");
        try (Relay relay = Relay.to(SERVER.port());
                Handle hands = database.hands().open()) {
            hands.execute("SELECT pg_advisory_lock(" + LOCK + ")");
            List<Reason> reasons = StoreContract.sideBySide(List.of(
                    () -> refused(() -> Stores.changeRootKey(through(relay).patience(Duration.ofSeconds(20)), next)),
                    () -> {
                        try (relay) {
                            awaitWaiting(hands, 1);
                        }
                        hands.execute("SELECT pg_advisory_unlock(" + LOCK + ")");
                        awaitWaiting(hands, 0);
                        return Reason.COMMIT_UNKNOWN;
                    }));
            assertThat(reasons).containsOnly(Reason.COMMIT_UNKNOWN);
        }

        assertThat(Stores.changeRootKey(database.options(), next)).isFalse();
        Stores.open(StoreOptions.of(database.options().location(), next, random))
                .close();
    }

    /** Until so many wait for the lock, or have it. */
    private static void awaitWaiting(Handle hands, int others) {
        long until = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        String waiting = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = " + LOCK
                + " AND pid <> pg_backend_pid() AND database = (SELECT oid FROM pg_database WHERE datname = current_database())";
        while (hands.createQuery(waiting).mapTo(int.class).one() != others) {
            assertThat(System.nanoTime()).as("somebody waits").isLessThan(until);
            Thread.onSpinWait();
        }
    }

    @Test
    void changeRootKey_whereAnotherDoesNotLetGo_isGivenUp() {
        database.hands().useTransaction(hands -> {
            hands.execute("SELECT root_fingerprint FROM deployment FOR UPDATE");

            assertThat(refused(() -> Stores.changeRootKey(database.options().patience(Duration.ofMillis(500)), next)))
                    .isEqualTo(Reason.BUSY);
        });
    }
}
