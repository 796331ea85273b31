package dev.latchkey.server.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.opaque.SecretBytes;
import dev.latchkey.protocol.DeviceId;
import dev.latchkey.protocol.Hashes;
import dev.latchkey.protocol.KeyId;
import dev.latchkey.protocol.SecretObject;
import dev.latchkey.server.seal.Cell;
import dev.latchkey.server.store.Accounts.Creation;
import dev.latchkey.server.store.Accounts.NewCredentials;
import dev.latchkey.server.store.Devices.NewDevice;
import dev.latchkey.server.store.Secrets.Change;
import dev.latchkey.server.store.Secrets.SealedSecret;
import dev.latchkey.server.store.Store;
import dev.latchkey.server.store.Transaction;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Slots: where their keys stand in the files, and what is left of what they sealed. */
final class SqliteErasureKeysTest {
    private static final int TRANSACTIONS = 60;
    private static final int CHANGES_EACH = 60;

    private final TestAccount rosa = TestAccount.random();
    private final SealedSecret secret = TestAccount.secret(rosa.newKeyId());

    @TempDir
    private Path folder;

    private SqliteDatabase database;
    private Store store;

    @BeforeEach
    void open() throws Exception {
        database = new SqliteDatabase(folder);
        store = database.open();
        run(tx -> {
            rosa.createIn(tx);
            tx.secrets().allocate(rosa.user, List.of(secret.keyId()), Duration.ofHours(1), 10);
            tx.secrets().store(rosa.user, secret, 1, 10);
        });
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

    private List<byte[]> files() throws IOException {
        List<byte[]> contents = new ArrayList<>();
        try (Stream<Path> files = Files.list(database.file().getParent())) {
            for (Path file : files.toList()) {
                contents.add(Files.readAllBytes(file));
            }
        }
        return contents;
    }

    /** The keys in the slots that are in use. */
    private Set<ByteBuffer> livingKeys() {
        return database.durable()
                .withHandle(handle -> new HashSet<>(handle.createQuery("SELECT key FROM erasure_keys WHERE free = 0")
                        .map((row, context) -> ByteBuffer.wrap(row.getBytes("key")))
                        .list()));
    }

    private int number(String sql) {
        return database.durable()
                .withHandle(handle -> handle.createQuery(sql).mapTo(int.class).one());
    }

    private static byte[] object(SealedSecret secret) {
        return SecretObject.hash(secret.labelTag(), secret.descriptor(), Hashes.sha3_256(secret.secret()));
    }

    private static boolean changePassword(Transaction tx, TestAccount account, long version) {
        try (SecretBytes record = SecretBytes.copyOf(TestAccount.bytes(192));
                SecretBytes seed = SecretBytes.copyOf(TestAccount.bytes(64))) {
            return tx.accounts()
                    .changeCredentials(account.user, version, new NewCredentials(record, seed, TestAccount.bytes(93)));
        }
    }

    private static NewDevice device() {
        return new NewDevice(DeviceId.of(TestAccount.bytes(16)), TestAccount.bytes(32), TestAccount.bytes(40));
    }

    @Nested
    class Thousands_of_changes {
        private final List<TestAccount> accounts = new ArrayList<>();

        /** Some hundred keys fill a page: their table grows by many, in two levels, and its slots are used again. */
        @ParameterizedTest
        @ValueSource(longs = {1, 2})
        void inAnyOrder_leaveEachLivingKeyInOnePlaceAndNoErasedOneAnywhere(long seed) throws Exception {
            Random random = new Random(seed);
            Set<ByteBuffer> seen = new HashSet<>(livingKeys());
            for (int i = 0; i < TRANSACTIONS; i++) {
                run(tx -> {
                    for (int j = 0; j < CHANGES_EACH; j++) {
                        change(tx, random);
                    }
                });
                seen.addAll(livingKeys());
            }
            run(tx -> tx.accounts().delete(rosa.user));
            Set<ByteBuffer> living = livingKeys();

            Map<ByteBuffer, Integer> places = places(seen);

            assertThat(living).hasSizeGreaterThan(500);
            assertThat(seen.size() - living.size()).isGreaterThan(500);
            for (ByteBuffer key : seen) {
                assertThat(places.getOrDefault(key, 0))
                        .as(living.contains(key) ? "places of a living key" : "places of an erased key")
                        .isEqualTo(living.contains(key) ? 1 : 0);
            }
        }

        private void change(Transaction tx, Random random) {
            int kind = random.nextInt(10);
            if (accounts.isEmpty() || kind < 4) {
                TestAccount next = TestAccount.random();
                next.createIn(tx);
                accounts.add(next);
                return;
            }
            TestAccount some = accounts.get(random.nextInt(accounts.size()));
            if (kind < 6) {
                tx.accounts().delete(some.user);
                accounts.remove(some);
            } else if (kind < 8) {
                changePassword(tx, some, tx.accounts().credentialVersion(some.user));
            } else {
                tx.devices().add(some.user, device(), 2);
            }
        }

        /** How often each of the keys stands in the files. */
        private Map<ByteBuffer, Integer> places(Set<ByteBuffer> keys) throws IOException {
            Map<Long, ByteBuffer> byStart = new HashMap<>();
            keys.forEach(key -> byStart.put(key.getLong(0), key));
            Map<ByteBuffer, Integer> places = new HashMap<>();
            for (byte[] content : files()) {
                ByteBuffer file = ByteBuffer.wrap(content);
                for (int at = 0; at + 32 <= content.length; at++) {
                    ByteBuffer key = byStart.get(file.getLong(at));
                    if (key != null && file.slice(at, 32).equals(key)) {
                        places.merge(key, 1, Integer::sum);
                    }
                }
            }
            return places;
        }
    }

    /** What somebody kept of a row: its sealed values, as they may also have stayed in the unused part of a page. */
    @Nested
    class A_copy_of_a_sealed_value {
        private byte[] copy;

        @BeforeEach
        void copy() {
            copy = database.durable()
                    .withHandle(handle -> handle.createQuery("SELECT secret FROM secrets")
                            .mapTo(byte[].class)
                            .one());
        }

        /** Tries every 32 bytes of the files as the erasure key, with the data keys at hand. */
        private boolean opensWithTheRootKeyAndTheFiles() throws IOException {
            Cell cell = Cell.of("secrets", "secret")
                    .owner(rosa.user)
                    .row(secret.keyId().toByteArray());
            // Most of the files; tried once.
            byte[] zeros = new byte[32];
            try (DataKeyRing keys = database.dataKeys()) {
                if (opens(keys, cell, zeros.clone())) {
                    return true;
                }
                for (byte[] content : files()) {
                    for (int at = 0; at + 32 <= content.length; at++) {
                        byte[] tried = Arrays.copyOfRange(content, at, at + 32);
                        if (!Arrays.equals(tried, zeros) && opens(keys, cell, tried)) {
                            return true;
                        }
                    }
                }
            }
            return false;
        }

        private boolean opens(DataKeyRing keys, Cell cell, byte[] tried) {
            try (SecretBytes key = SecretBytes.takeOwnership(tried);
                    SecretBytes opened = keys.open(cell, copy, key)) {
                return opened.length() > 0;
            } catch (DamagedRecordException e) {
                return false;
            }
        }

        @Test
        void ofALivingSecret_opens() throws Exception {
            run(tx -> tx.accounts().delete(TestAccount.random().user));

            assertThat(opensWithTheRootKeyAndTheFiles()).isTrue();
        }

        @Test
        void ofADeletedSecret_opensUnderNothingInTheFiles() throws Exception {
            run(tx -> assertThat(tx.secrets().delete(rosa.user, secret.keyId(), object(secret)))
                    .isEqualTo(Change.CHANGED));

            assertThat(opensWithTheRootKeyAndTheFiles()).isFalse();
        }

        @Test
        void ofARenamedSecret_opensUnderNothingInTheFilesThoughTheSecretLives() throws Exception {
            run(tx -> assertThat(tx.secrets()
                            .rename(
                                    rosa.user,
                                    secret.keyId(),
                                    object(secret),
                                    TestAccount.bytes(16),
                                    TestAccount.bytes(60)))
                    .isEqualTo(Change.CHANGED));

            assertThat(opensWithTheRootKeyAndTheFiles()).isFalse();
            SealedSecret found = store.transact(tx -> tx.secrets().byKeyId(rosa.user, secret.keyId()))
                    .orElseThrow();
            assertThat(found.secret()).isEqualTo(secret.secret());
        }
    }

    @Nested
    class A_slot {
        @Test
        void ofADeletedSecret_holdsZerosUntilTheNextRowTakesIt() throws Exception {
            int slots = number("SELECT count(*) FROM erasure_keys");
            int slot = number("SELECT slot FROM secrets");

            run(tx -> tx.secrets().delete(rosa.user, secret.keyId(), object(secret)));

            assertThat(number("SELECT slot FROM erasure_keys WHERE free = 1 AND key = zeroblob(32)"))
                    .isEqualTo(slot);

            run(tx -> tx.devices().add(rosa.user, device(), 8));

            assertThat(number("SELECT slot FROM devices")).isEqualTo(slot);
            assertThat(number("SELECT count(*) FROM erasure_keys")).isEqualTo(slots);
        }

        @Test
        void ofAReplacedSecret_staysAndHoldsAnotherKey() throws Exception {
            Set<ByteBuffer> before = livingKeys();
            int slot = number("SELECT slot FROM secrets");

            run(tx -> tx.secrets()
                    .replace(rosa.user, secret.keyId(), object(secret), TestAccount.bytes(60), TestAccount.bytes(200)));

            assertThat(number("SELECT slot FROM secrets")).isEqualTo(slot);
            assertThat(livingKeys()).hasSameSizeAs(before).isNotEqualTo(before);
        }

        @Test
        void ofAnAccountWhosePasswordChanges_holdsAnotherKeyUnderWhichItsNameStaysReadable() throws Exception {
            Set<ByteBuffer> before = livingKeys();

            run(tx -> assertThat(changePassword(tx, rosa, 1)).isTrue());

            assertThat(livingKeys()).hasSameSizeAs(before).isNotEqualTo(before);
            byte[] name =
                    store.transact(tx -> tx.accounts().accountName(rosa.user)).orElseThrow();
            assertThat(new String(name, StandardCharsets.UTF_8)).isEqualTo("rosa");
        }

        @Test
        void ofAnAccount_staysAsItIsWhereThePasswordWasChangedElsewhereBefore() throws Exception {
            Set<ByteBuffer> before = livingKeys();

            run(tx -> assertThat(changePassword(tx, rosa, 2)).isFalse());

            assertThat(livingKeys()).isEqualTo(before);
        }

        @Test
        void ofAnAccountThatIsNotMade_isFreeAgain() throws Exception {
            TestAccount second = new TestAccount(TestAccount.random().name, rosa.user);
            database.durable().useHandle(handle -> handle.execute("DELETE FROM account_names"));

            run(tx -> assertThat(second.createIn(tx)).isEqualTo(Creation.USER_ID_TAKEN));

            assertThat(number("SELECT count(*) FROM erasure_keys WHERE free = 1"))
                    .isOne();
        }

        @Test
        void ofEverythingOfAnAccount_isFreeWhenTheAccountIsDeleted() throws Exception {
            KeyId other = rosa.newKeyId();
            run(tx -> {
                tx.devices().add(rosa.user, device(), 8);
                tx.devices().add(rosa.user, device(), 8);
                tx.secrets().allocate(rosa.user, List.of(other), Duration.ofHours(1), 10);
                tx.secrets().store(rosa.user, TestAccount.secret(other), 2, 10);
            });
            assertThat(livingKeys()).hasSize(5);

            run(tx -> tx.accounts().delete(rosa.user));

            assertThat(number("SELECT count(*) FROM erasure_keys WHERE free = 1 AND key = zeroblob(32)"))
                    .isEqualTo(5);
            assertThat(livingKeys()).isEmpty();
        }

        @Test
        void ofARevokedDevice_isFreeAgain() throws Exception {
            NewDevice laptop = device();
            run(tx -> tx.devices().add(rosa.user, laptop, 8));

            run(tx -> assertThat(tx.devices().revoke(rosa.user, laptop.id())).isTrue());

            assertThat(number("SELECT count(*) FROM erasure_keys WHERE free = 1"))
                    .isOne();
        }

        @Test
        void ofAllDevices_isFreeWhenAllAreRevoked() throws Exception {
            run(tx -> {
                tx.devices().add(rosa.user, device(), 8);
                tx.devices().add(rosa.user, device(), 8);
            });

            run(tx -> tx.devices().revokeAllOf(rosa.user));

            assertThat(number("SELECT count(*) FROM erasure_keys WHERE free = 1"))
                    .isEqualTo(2);
        }
    }
}
