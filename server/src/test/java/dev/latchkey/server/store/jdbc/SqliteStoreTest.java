package dev.latchkey.server.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.latchkey.opaque.SecretBytes;
import dev.latchkey.protocol.KeyId;
import dev.latchkey.protocol.RegistrationId;
import dev.latchkey.protocol.SessionId;
import dev.latchkey.server.seal.RootKey;
import dev.latchkey.server.seal.RootKeyFile;
import dev.latchkey.server.store.BucketTag;
import dev.latchkey.server.store.ClockOffset;
import dev.latchkey.server.store.GuessLedger.Take;
import dev.latchkey.server.store.NameTag;
import dev.latchkey.server.store.Rate;
import dev.latchkey.server.store.Secrets.Outcome;
import dev.latchkey.server.store.Secrets.SealedSecret;
import dev.latchkey.server.store.Sessions.NewSession;
import dev.latchkey.server.store.Store;
import dev.latchkey.server.store.StoreLocation.SqliteFile;
import dev.latchkey.server.store.StoreOptions;
import dev.latchkey.server.store.StoreUnavailableException;
import dev.latchkey.server.store.StoreUnavailableException.Reason;
import dev.latchkey.server.store.Transaction;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What only shows in the rows, and what the embedded store does when its files give trouble. */
final class SqliteStoreTest {
    private final ClockOffset clock = new ClockOffset();
    private final TestAccount rosa = TestAccount.random();

    @TempDir
    private Path folder;

    private SqliteDatabase database;
    private Store store;

    @BeforeEach
    void open() throws Exception {
        database = new SqliteDatabase(folder);
        store = database.open(options -> options.clockOffset(clock).patience(Duration.ofMillis(50)));
    }

    @AfterEach
    void close() {
        store.close();
        database.close();
    }

    private void run(StoreContract.Step step) throws Exception {
        store.transact(tx -> {
            step.in(tx);
            return null;
        });
    }

    private void take(NameTag name, SessionId handshake) throws Exception {
        run(tx -> assertThat(tx.ledger().take(name, handshake)).isInstanceOf(Take.Taken.class));
    }

    private static int rows(Jdbi jdbi, String table) {
        return jdbi.withHandle(handle -> handle.createQuery("SELECT count(*) FROM <table>")
                .define("table", table)
                .mapTo(int.class)
                .one());
    }

    private int rows(String table) {
        return rows(database.durable(), table);
    }

    private void assertUnavailable(Reason reason) {
        assertThatExceptionOfType(StoreUnavailableException.class)
                .isThrownBy(() -> run(rosa::createIn))
                .extracting(StoreUnavailableException::reason)
                .isEqualTo(reason);
    }

    @Nested
    class The_ledger {
        private final SessionId handshake = TestAccount.newSessionId();

        @Test
        void giveBack_budgetFullAgain_leavesNoRow() throws Exception {
            take(rosa.name, handshake);
            assertThat(rows("guess_ledger")).isEqualTo(1);

            run(tx -> tx.ledger().giveBack(rosa.name, handshake));

            assertThat(rows("guess_ledger")).isZero();
            assertThat(rows("failed_attempts")).isZero();
        }

        @Test
        void take_ofOneName_dropsBudgetsOfOthersThatAreFullAgain() throws Exception {
            for (int i = 0; i < 20; i++) {
                take(TestAccount.random().name, TestAccount.newSessionId());
            }
            clock.advance(Duration.ofHours(2));

            // Of eight that take, one drops for all.
            for (int i = 0; i < 8; i++) {
                take(rosa.name, TestAccount.newSessionId());
            }

            assertThat(rows("guess_ledger")).isEqualTo(1);
        }

        @Test
        void purge_attemptsOfNobody_areForgottenAfterThreeMonths() throws Exception {
            for (int i = 0; i < 20; i++) {
                take(TestAccount.random().name, TestAccount.newSessionId());
            }
            clock.advance(FailedAttemptsTable.KEPT_FOR.minusDays(1));
            store.purge();
            assertThat(rows("failed_attempts")).isEqualTo(20);

            clock.advance(Duration.ofDays(1));
            store.purge();

            assertThat(rows("failed_attempts")).isZero();
            assertThat(rows("guess_ledger")).isZero();
        }

        @Test
        void purge_moreThanAreKeptInAll_dropsTheOldest() throws Exception {
            run(rosa::createIn);
            take(rosa.name, handshake);
            take(rosa.name, TestAccount.newSessionId());
            database.durable()
                    .useHandle(handle -> handle.execute(
                            "UPDATE failed_attempts SET id = id + ? WHERE handshake_id <> ?",
                            FailedAttemptsTable.KEPT_IN_ALL,
                            handshake.toByteArray()));

            store.purge();

            assertThat(rows("failed_attempts")).isEqualTo(1);
            run(tx -> assertThat(tx.ledger()
                            .collectFailures(rosa.name, Duration.ZERO)
                            .dropped())
                    .isEqualTo(1));
        }
    }

    @Nested
    class What_waits {
        private final byte[] secret = TestAccount.bytes(64);

        private void fill() throws Exception {
            run(tx -> {
                try (SecretBytes bytes = SecretBytes.copyOf(secret)) {
                    Duration minute = Duration.ofMinutes(1);
                    tx.handshakes().add(TestAccount.newSessionId(), bytes, minute);
                    tx.pendingRegistrations().add(RegistrationId.of(TestAccount.bytes(16)), bytes, minute);
                    tx.sessions()
                            .open(
                                    new NewSession(TestAccount.newSessionId(), rosa.user, 2, 1, bytes, minute, minute),
                                    16);
                }
            });
        }

        @Test
        void purge_expired_leavesNoRow() throws Exception {
            fill();
            clock.advance(Duration.ofMinutes(1));

            store.purge();

            assertThat(rows(database.passing(), "handshakes")).isZero();
            assertThat(rows(database.passing(), "pending_registrations")).isZero();
            assertThat(rows(database.passing(), "sessions")).isZero();
        }

        @Test
        void reopen_endsAllOfThem() throws Exception {
            fill();

            store.close();
            store = database.open();

            assertThat(rows(database.passing(), "handshakes")).isZero();
            assertThat(rows(database.passing(), "pending_registrations")).isZero();
            assertThat(rows(database.passing(), "sessions")).isZero();
            assertThat(rows(database.passing(), "transient_keys")).isZero();
        }

        @Test
        void purge_alive_leavesThem() throws Exception {
            fill();

            store.purge();

            assertThat(rows(database.passing(), "handshakes")).isEqualTo(1);
            assertThat(rows(database.passing(), "pending_registrations")).isEqualTo(1);
            assertThat(rows(database.passing(), "sessions")).isEqualTo(1);
        }

        @Test
        void keys_areReplacedDailyAndDeletedWhenNothingUnderThemCanBeAlive() throws Exception {
            fill();
            assertThat(rows(database.passing(), "transient_keys")).isEqualTo(1);
            clock.advance(Duration.ofHours(23));
            fill();
            assertThat(rows(database.passing(), "transient_keys")).isEqualTo(1);

            clock.advance(Duration.ofHours(1));
            fill();
            assertThat(rows(database.passing(), "transient_keys")).isEqualTo(2);
            clock.advance(Duration.ofDays(1));
            fill();

            assertThat(rows(database.passing(), "transient_keys")).isEqualTo(2);
        }

        @Test
        void keys_madeInATransactionThatFailed_areNotUsedAgain() throws Exception {
            SessionId handshake = TestAccount.newSessionId();
            assertThatExceptionOfType(IllegalStateException.class)
                    .isThrownBy(() -> run(tx -> {
                        try (SecretBytes bytes = SecretBytes.copyOf(secret)) {
                            tx.handshakes().add(handshake, bytes, Duration.ofMinutes(1));
                        }
                        throw new IllegalStateException("own");
                    }));

            run(tx -> {
                try (SecretBytes bytes = SecretBytes.copyOf(secret)) {
                    tx.handshakes().add(handshake, bytes, Duration.ofMinutes(1));
                }
            });

            run(tx -> {
                try (SecretBytes consumed = tx.handshakes().consume(handshake).orElseThrow()) {
                    assertThat(consumed.constantTimeEquals(secret)).isTrue();
                }
            });
        }
    }

    @Nested
    class Buckets_of_throughput {
        private static final int MANY = 100;
        private static final Duration INTERVAL = Duration.ofSeconds(1);
        private static final Rate RATE = new Rate(1, 50);

        private void takeOnceFromMany() throws Exception {
            run(tx -> {
                for (int i = 0; i < MANY; i++) {
                    tx.throughput().take(BucketTag.of(TestAccount.bytes(BucketTag.BYTES)), RATE);
                }
            });
        }

        @Test
        void rows_fullAgain_areDroppedByTheCallsThatFollow() throws Exception {
            takeOnceFromMany();
            assertThat(rows(database.passing(), "throughput")).isEqualTo(MANY);
            clock.advance(INTERVAL);
            BucketTag last = BucketTag.of(TestAccount.bytes(BucketTag.BYTES));

            for (int i = 0; i < MANY / 4; i++) {
                run(tx -> tx.throughput().take(last, RATE));
            }

            assertThat(rows(database.passing(), "throughput")).isEqualTo(1);
        }

        @Test
        void rows_fullAgain_areDroppedByPurge() throws Exception {
            takeOnceFromMany();
            clock.advance(INTERVAL);

            store.purge();

            assertThat(rows(database.passing(), "throughput")).isZero();
        }

        @Test
        void take_writesNothingThatIsFlushed() throws Exception {
            take(rosa.name, TestAccount.newSessionId());
            Path log = database.file().resolveSibling("latchkey.db-wal");
            long before = Files.size(log);
            assertThat(before).isPositive();

            takeOnceFromMany();
            clock.advance(INTERVAL);
            takeOnceFromMany();

            assertThat(Files.size(log)).isEqualTo(before);
        }
    }

    @Nested
    class Trouble_with_the_file {
        @Test
        void transact_aStrangerWrites_isBusyAndGoesOnAfterwards() throws Exception {
            try (Handle stranger = database.durable().open()) {
                stranger.execute("BEGIN IMMEDIATE");

                assertUnavailable(Reason.BUSY);

                stranger.execute("ROLLBACK");
            }
            run(rosa::createIn);
            assertThat(rows("accounts")).isEqualTo(1);
        }

        @Test
        void transact_aStrangerReadsTheTransientFile_isBusyAndLeavesNothingInEither() throws Exception {
            try (Handle stranger = database.passing().open()) {
                stranger.execute("BEGIN");
                stranger.createQuery("SELECT count(*) FROM sessions")
                        .mapTo(int.class)
                        .one();

                assertThatExceptionOfType(StoreUnavailableException.class)
                        .isThrownBy(() -> run(this::writeToBoth))
                        .extracting(StoreUnavailableException::reason)
                        .isEqualTo(Reason.BUSY);

                stranger.execute("ROLLBACK");
            }
            assertThat(rows("accounts")).isZero();
            assertThat(rows(database.passing(), "handshakes")).isZero();
            run(this::writeToBoth);
            assertThat(rows("accounts")).isEqualTo(1);
            assertThat(rows(database.passing(), "handshakes")).isEqualTo(1);
        }

        private void writeToBoth(Transaction tx) {
            rosa.createIn(tx);
            try (SecretBytes secret = SecretBytes.copyOf(TestAccount.bytes(16))) {
                tx.handshakes().add(TestAccount.newSessionId(), secret, Duration.ofMinutes(1));
            }
        }

        @Test
        void transact_aTableIsGone_isUnavailableAndLeavesNothing() throws Exception {
            database.durable().useHandle(handle -> handle.execute("ALTER TABLE accounts RENAME TO elsewhere"));

            assertUnavailable(Reason.FAILED);

            assertThat(rows("account_names")).isZero();
            database.durable().useHandle(handle -> handle.execute("ALTER TABLE elsewhere RENAME TO accounts"));
            run(rosa::createIn);
        }

        @Test
        void transact_theDiskIsFull_keepsWhatWasAcknowledgedAndGoesOnReading() throws Exception {
            Path full = folder.resolve("full").resolve("latchkey.db");
            Path rootKey = folder.resolve("root.key");
            RootKeyFile.create(rootKey, new SecureRandom()).close();

            String[] said = StoresUntilFull.run(full, rootKey).split(" ");

            assertThat(said).hasSize(3);
            int acknowledged = Integer.parseInt(said[0]);
            assertThat(said[1]).isIn("FAILED", "COMMIT_UNKNOWN");
            assertThat(said[2]).as("can still read").isEqualTo("true");
            try (RootKey key = RootKeyFile.load(rootKey, new SecureRandom());
                    Store later = Stores.open(StoreOptions.of(new SqliteFile(full), key, new SecureRandom()))) {
                assertThat(later.deployment()).isNotNull();
            }
            assertThat(acknowledged).isPositive();
            assertThat(rows(Jdbi.create("jdbc:sqlite:" + full), "secrets")).isBetween(acknowledged, acknowledged + 1);
        }
    }

    @Nested
    class A_tombstone {
        private final KeyId keyId = rosa.newKeyId();
        private final SealedSecret secret = TestAccount.secret(keyId);

        @BeforeEach
        void bury() throws Exception {
            run(tx -> {
                rosa.createIn(tx);
                tx.secrets().allocate(rosa.user, List.of(keyId), Duration.ofHours(1), 10);
                tx.secrets().store(rosa.user, secret, 1, 10);
            });
            database.durable()
                    .useHandle(handle -> handle.execute(
                            "UPDATE secrets SET deleted_at = 1, slot = NULL, label_tag = NULL, secret_hash = NULL,"
                                    + " descriptor = NULL, secret = NULL"));
        }

        @Test
        void store_theSameBytesLate_reviveNothing() throws Exception {
            run(tx -> {
                assertThat(tx.secrets().store(rosa.user, secret, 2, 10)).isEqualTo(Outcome.CONFLICT);
                assertThat(tx.secrets().byKeyId(rosa.user, keyId)).isEmpty();
                assertThat(tx.secrets().byLabelTag(rosa.user, secret.labelTag()))
                        .isEmpty();
                assertThat(tx.secrets().page(rosa.user, 0, 10)).isEmpty();
            });
        }

        @Test
        void store_itsLabelUnderAnotherKeyId_isFreeAndDoesNotCount() throws Exception {
            KeyId next = rosa.newKeyId();
            run(tx -> {
                tx.secrets().allocate(rosa.user, List.of(next), Duration.ofHours(1), 10);
                SealedSecret same = new SealedSecret(next, secret.labelTag(), secret.descriptor(), secret.secret());

                assertThat(tx.secrets().store(rosa.user, same, 2, 1)).isEqualTo(Outcome.STORED);
            });
        }
    }
}
