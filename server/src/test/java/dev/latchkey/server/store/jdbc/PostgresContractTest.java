package dev.latchkey.server.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.latchkey.opaque.SecretBytes;
import dev.latchkey.server.backup.BackupFile;
import dev.latchkey.server.backup.BackupWriter;
import dev.latchkey.server.ops.Readiness;
import dev.latchkey.server.seal.Cell;
import dev.latchkey.server.seal.DamagedValueException;
import dev.latchkey.server.seal.KeyWrapper;
import dev.latchkey.server.seal.RootKey;
import dev.latchkey.server.seal.RootKeyFile;
import dev.latchkey.server.store.Accounts.Credentials;
import dev.latchkey.server.store.KeyRotation.Progress;
import dev.latchkey.server.store.Store;
import dev.latchkey.server.store.StoreUnavailableException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
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
    class KeysMadeAnew extends StoreContract {
        @Override
        TestDatabase database(Path newFolder) throws Exception {
            return PostgresTestDatabase.migrated();
        }

        private void empty() {
            testDatabase().hands().useHandle(handle -> {
                handle.execute("SET session_replication_role = replica");
                DurableTables.KEYS.keySet().stream()
                        .filter(table -> !table.equals("erasure_keys"))
                        .forEach(table -> handle.execute("DELETE FROM " + table));
            });
        }

        private static void renew(Store store) throws Exception {
            Progress progress = store.keyRotation().begin();
            while (!progress.state().ends()) {
                progress = store.keyRotation().step();
            }
        }

        /** A number of a key is given again; under the one that had it first everything would be lost. */
        @Test
        void purge_afterABackupWasBroughtBackAndItsKeyRenewed_sealsUnderTheKeyThatIsThere() throws Exception {
            Path backup = folder.resolve("backup");
            new BackupWriter(store(), testDatabase().options()).write(backup, bytes -> {});
            renew(store());
            empty();
            new BackupFile(backup, testDatabase().options().rootKey())
                    .restore(testDatabase().options());
            try (Store fresh = testDatabase().open(options -> options)) {
                renew(fresh);
                store().purge();
                TestAccount emma = TestAccount.random();
                run(emma::createIn);

                boolean opens = fresh.transact(tx -> {
                    try (Credentials credentials =
                            tx.accounts().byName(emma.name).orElseThrow()) {
                        return credentials.record().constantTimeEquals(emma.record);
                    }
                });
                assertThat(opens).isTrue();
            }
        }

        @Test
        void purge_afterAnotherDeploymentWasMadeInItsPlace_letsNobodyWriteForTheOldOne() throws Exception {
            empty();
            try (Store fresh = testDatabase().open(options -> options)) {
                store().purge();

                assertThatExceptionOfType(StoreUnavailableException.class)
                        .isThrownBy(() -> run(TestAccount.random()::createIn))
                        .extracting(StoreUnavailableException::reason)
                        .isEqualTo(StoreUnavailableException.Reason.FAILED);
                fresh.transact(TestAccount.random()::createIn);
            }
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

        @Override
        void assertOpensNothing(Path rootKey) throws Exception {
            super.assertOpensNothing(rootKey);
            try (RootKey old = RootKeyFile.load(rootKey, new SecureRandom())) {
                assertOpensNothing(old, "transient.transient_keys", TransientKeys::cell);
            }
        }

        /** From another machine, with what is in the servers' file; nobody notices, and all of them find the new one there. */
        private Path changeFromElsewhere(Path file) throws Exception {
            Path before = Files.copy(file, folder.resolve("before.key"), StandardCopyOption.COPY_ATTRIBUTES);
            Path after = folder.resolve("after.key");
            try (RootKey old = RootKeyFile.load(file, new SecureRandom());
                    RootKey made = RootKeyFile.create(after, new SecureRandom())) {
                assertThat(Stores.changeRootKey(under(old), made)).isTrue();
            }
            return before;
        }

        private void putInPlace(Path file) throws Exception {
            Files.move(folder.resolve("after.key"), file, StandardCopyOption.REPLACE_EXISTING);
        }

        @Test
        void changeRootKey_besideServersAtWork_failsNobodyAndLeavesNothingUnderTheOldOne() throws Exception {
            Path file = putUnderAFile();
            try (Server one = new Server(file);
                    Server two = new Server(file)) {
                List<Store> servers = List.of(one.store, two.store);
                AtomicInteger done = new AtomicInteger();
                AtomicBoolean over = new AtomicBoolean();
                List<Callable<Path>> tasks = new ArrayList<>();
                for (int i = 0; i < 4; i++) {
                    Store server = servers.get(i % 2);
                    TestOwner owner = TestOwner.register(server, "owner" + i);
                    tasks.add(() -> {
                        while (!over.get()) {
                            owner.delete(owner.replace(owner.storeSecret()));
                            openSession(server);
                            done.incrementAndGet();
                        }
                        assertThat(owner.isWholeIn(server)).isTrue();
                        return null;
                    });
                }
                tasks.add(() -> {
                    try {
                        awaitMore(done);
                        Path before = changeFromElsewhere(file);
                        awaitMore(done);
                        one.store.purge();
                        two.store.purge();
                        assertThat(one.store.hindrance()).isEmpty();
                        awaitMore(done);
                        putInPlace(file);
                        one.nanos.addAndGet(Duration.ofSeconds(5).toNanos());
                        two.nanos.addAndGet(Duration.ofSeconds(5).toNanos());
                        one.store.purge();
                        two.store.purge();
                        awaitMore(done);
                        return before;
                    } finally {
                        over.set(true);
                    }
                });

                Path before = sideBySide(tasks).get(4);

                assertThat(one.rootKey.fingerprint()).isEqualTo(two.rootKey.fingerprint());
                assertEverythingGoesOn(one.store);
                openSession(two.store);
                assertThat(rosa().isWholeIn(two.store)).isTrue();
                assertOpensNothing(before);
            }
        }

        private void awaitMore(AtomicInteger done) {
            int before = done.get();
            long until = System.nanoTime() + Duration.ofMinutes(1).toNanos();
            while (done.get() < before + 8) {
                assertThat(System.nanoTime()).as("others go on").isLessThan(until);
                Thread.onSpinWait();
            }
        }

        /** It reads a wrapped key, and before it looks which root key it has, that is another, and the database under it. */
        @Test
        void changeRootKey_betweenTwoStatementsOfAnother_isNoDamage() throws Exception {
            store().close();
            try (RootKey first = RootKey.generate(new SecureRandom());
                    Overtaken rootKey = new Overtaken(first);
                    Store store = open(rootKey)) {
                assertThat(Stores.changeRootKey(under(first), next)).isTrue();
                rootKey.changeAtTheNextLook(first, next, () -> {
                    assertThat(Stores.changeRootKey(under(next), first)).isTrue();
                });

                store.purge();

                assertThat(store.hindrance()).isEmpty();
                assertThat(rosa().isWholeIn(store)).isTrue();
            }
        }

        private Store open(Overtaken rootKey) throws Exception {
            assertThat(Stores.changeRootKey(testDatabase().options(), rootKey)).isTrue();
            return Stores.open(under(rootKey));
        }

        @Test
        void changeRootKey_besideAServerThatFindsTheOldOne_letsItGoOnForTheDayAndHealWhenTheNewOneIsThere()
                throws Exception {
            Path file = putUnderAFile();
            try (Server server = new Server(file)) {
                openSession(server.store);
                server.store.purge();
                rosa().isIn(server.store);
                renew(server.store);
                String old = hex(server.rootKey.fingerprint());
                changeFromElsewhere(file);

                rosa().storeSecret();
                openSession(server.store);
                server.store.purge();
                assertThat(server.store.hindrance()).isEmpty();
                assertThatExceptionOfType(StoreUnavailableException.class)
                        .isThrownBy(() -> server.store.keyRotation().begin())
                        .withMessageContaining("the database is under the root key ")
                        .withMessageContaining(", and the file " + file + " is " + old);
                assertThat(server.store.hindrance()).isEmpty();
                clock.advance(Duration.ofHours(25));
                assertThatExceptionOfType(StoreUnavailableException.class).isThrownBy(() -> openSession(server.store));
                try (Readiness readiness = new Readiness(server.store, Duration.ofSeconds(30), System::nanoTime)) {
                    assertThat(readiness.ask().join()).contains("the root key is not to be had");
                }

                putInPlace(file);
                server.nanos.addAndGet(Duration.ofSeconds(5).toNanos());

                assertThat(server.store.hindrance()).isEmpty();
                assertEverythingGoesOn(server.store);
            }
        }
    }

    /** While somebody asks which one it is, it becomes another. */
    private static final class Overtaken implements KeyWrapper {
        private KeyWrapper now;
        private KeyWrapper after;
        private Change change;

        @FunctionalInterface
        interface Change {
            void make() throws Exception;
        }

        Overtaken(KeyWrapper now) {
            this.now = now;
        }

        void changeAtTheNextLook(KeyWrapper to, KeyWrapper from, Change how) {
            now = from;
            after = to;
            change = how;
        }

        @Override
        public byte[] fingerprint() {
            if (change != null) {
                Change due = change;
                change = null;
                try {
                    due.make();
                } catch (Exception e) {
                    throw new AssertionError(e);
                }
                now = after;
            }
            return now.fingerprint();
        }

        @Override
        public byte[] wrap(SecretBytes dataKey, Cell cell) {
            return now.wrap(dataKey, cell);
        }

        @Override
        public SecretBytes unwrap(byte[] wrapped, Cell cell) throws DamagedValueException {
            return now.unwrap(wrapped, cell);
        }

        @Override
        public void close() {}
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
