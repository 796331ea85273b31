package dev.latchkey.server.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.server.store.Store;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** The store in PostgreSQL does what every store does. */
final class PostgresContractTest {

    @Nested
    class Transact extends TransactContract {
        @Override
        TestDatabase database(Path newFolder) throws Exception {
            return PostgresTestDatabase.migrated();
        }
    }

    @Nested
    class Ledger extends GuessLedgerContract {
        @Override
        TestDatabase database(Path newFolder) throws Exception {
            return PostgresTestDatabase.migrated();
        }
    }

    @Nested
    class Throughput extends ThroughputContract {
        @Override
        TestDatabase database(Path newFolder) throws Exception {
            return PostgresTestDatabase.migrated();
        }
    }

    @Nested
    class Waiting extends WaitingContract {
        @Override
        TestDatabase database(Path newFolder) throws Exception {
            return PostgresTestDatabase.migrated();
        }
    }

    @Nested
    class Devices extends DevicesContract {
        @Override
        TestDatabase database(Path newFolder) throws Exception {
            return PostgresTestDatabase.migrated();
        }
    }

    @Nested
    class Sessions extends SessionsContract {
        @Override
        TestDatabase database(Path newFolder) throws Exception {
            return PostgresTestDatabase.migrated();
        }
    }

    @Nested
    class Accounts extends AccountsContract {
        @Override
        TestDatabase database(Path newFolder) throws Exception {
            return PostgresTestDatabase.migrated();
        }
    }

    @Nested
    class Audit extends AuditLogContract {
        @Override
        TestDatabase database(Path newFolder) throws Exception {
            return PostgresTestDatabase.migrated();
        }
    }

    @Nested
    class Secrets extends SecretsContract {
        @Override
        TestDatabase database(Path newFolder) throws Exception {
            return PostgresTestDatabase.migrated();
        }
    }

    @Nested
    class PasswordChanges extends PasswordChangesContract {
        @Override
        TestDatabase database(Path newFolder) throws Exception {
            return PostgresTestDatabase.migrated();
        }
    }

    @Nested
    class KeyRotations extends KeyRotationContract {
        @Override
        TestDatabase database(Path newFolder) throws Exception {
            return PostgresTestDatabase.migrated();
        }

        @Override
        List<Store> servers() throws Exception {
            return List.of(
                    store(),
                    testDatabase().open(options -> options),
                    testDatabase().open(options -> options));
        }

        /** What a server has written under the old key and not committed is waited for; who comes later gets the new one. */
        @Test
        void begin_whileAnotherServerWrites_waitsForItAndClosesTheKeyBehindIt() throws Exception {
            CountDownLatch written = new CountDownLatch(1);
            try (Store other = testDatabase().open(options -> options)) {
                TestAccount rosa = TestAccount.random();
                TestAccount emma = TestAccount.random();
                sideBySide(List.of(
                        () -> other.transact(tx -> {
                            rosa.createIn(tx);
                            written.countDown();
                            awaitLock();
                            return null;
                        }),
                        () -> {
                            written.await();
                            return store().keyRotation().begin();
                        }));
                other.transact(emma::createIn);

                assertThat(keyOf(rosa)).isEqualTo(1);
                assertThat(keyOf(emma)).isEqualTo(2);
            }
        }

        /** Until somebody waits for the key. */
        private void awaitLock() {
            testDatabase().hands().useHandle(handle -> {
                String waiting = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted";
                while (handle.createQuery(waiting).mapTo(int.class).one() == 0) {
                    Thread.onSpinWait();
                }
            });
        }

        private int keyOf(TestAccount account) {
            return testDatabase()
                    .hands()
                    .withHandle(handle -> handle.createQuery("SELECT record FROM accounts WHERE user_id = ?")
                            .bind(0, account.user.toByteArray())
                            .mapTo(byte[].class)
                            .one()[4]);
        }
    }

    @Nested
    class StoreChecks extends StoreCheckContract implements StoreCheckContract.PostgresTriggers {
        @Override
        public void disable(org.jdbi.v3.core.Handle handle) {
            handle.execute("SET session_replication_role = replica");
        }

        @Override
        TestDatabase database(Path newFolder) throws Exception {
            return PostgresTestDatabase.migrated();
        }
    }

    @Nested
    class Dumps extends DumpContract {
        @Override
        TestDatabase database(Path newFolder) throws Exception {
            return PostgresTestDatabase.migrated();
        }
    }

    @Nested
    class RootKeyChanges extends RootKeyChangeContract {
        @Override
        TestDatabase database(Path newFolder) throws Exception {
            return PostgresTestDatabase.migrated();
        }
    }

    @Nested
    class Backup extends BackupContract implements StoreCheckContract.PostgresTriggers {
        @Override
        public void disable(org.jdbi.v3.core.Handle handle) {
            handle.execute("SET session_replication_role = replica");
        }

        @Override
        TestDatabase database(Path newFolder) throws Exception {
            return PostgresTestDatabase.migrated();
        }
    }

    @Nested
    class Clock extends ClockContract {
        @Override
        TestDatabase database(Path newFolder) throws Exception {
            return PostgresTestDatabase.migrated();
        }
    }
}
