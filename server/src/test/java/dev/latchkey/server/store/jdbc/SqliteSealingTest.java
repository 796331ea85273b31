package dev.latchkey.server.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.latchkey.opaque.SecretBytes;
import dev.latchkey.protocol.DeviceId;
import dev.latchkey.protocol.RegistrationId;
import dev.latchkey.protocol.SessionId;
import dev.latchkey.server.seal.Cell;
import dev.latchkey.server.store.Accounts.Credentials;
import dev.latchkey.server.store.Devices.NewDevice;
import dev.latchkey.server.store.Secrets.SealedSecret;
import dev.latchkey.server.store.Sessions.NewSession;
import dev.latchkey.server.store.Store;
import dev.latchkey.server.store.Store.Work;
import dev.latchkey.server.store.StoreUnavailableException;
import dev.latchkey.server.store.StoreUnavailableException.Reason;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What somebody can do who reads and writes the files, but has not the root key. */
final class SqliteSealingTest {
    private final TestAccount rosa = TestAccount.random();
    private final TestAccount emma = TestAccount.random();
    private final SealedSecret rosas = TestAccount.secret(rosa.newKeyId());
    private final SealedSecret rosasOther = TestAccount.secret(rosa.newKeyId());
    private final SealedSecret emmas =
            new SealedSecret(rosas.keyId(), TestAccount.bytes(16), TestAccount.bytes(60), TestAccount.bytes(200));
    private final NewDevice laptop = device(TestAccount.bytes(16));
    private final NewDevice phone = device(TestAccount.bytes(16));
    private final NewDevice emmasLaptop = device(laptop.id().toByteArray());
    private final SessionId session = TestAccount.newSessionId();
    private final SessionId otherSession = TestAccount.newSessionId();
    private final RegistrationId registration = RegistrationId.of(TestAccount.bytes(16));
    private final byte[] sessionSecrets = TestAccount.bytes(64);

    @TempDir
    private Path folder;

    private SqliteDatabase database;
    private Store store;

    private static NewDevice device(byte[] id) {
        return new NewDevice(DeviceId.of(id), TestAccount.bytes(32), TestAccount.bytes(40));
    }

    @BeforeEach
    void fill() throws Exception {
        database = new SqliteDatabase(folder);
        store = database.open();
        run(tx -> {
            rosa.createIn(tx);
            emma.createIn(tx);
            Duration hour = Duration.ofHours(1);
            tx.devices().add(rosa.user, laptop, 8);
            tx.devices().add(rosa.user, phone, 8);
            tx.devices().add(emma.user, emmasLaptop, 8);
            tx.secrets().allocate(rosa.user, List.of(rosas.keyId(), rosasOther.keyId()), hour, 10);
            tx.secrets().allocate(emma.user, List.of(emmas.keyId()), hour, 10);
            tx.secrets().store(rosa.user, rosas, 1, 10);
            tx.secrets().store(rosa.user, rosasOther, 2, 10);
            tx.secrets().store(emma.user, emmas, 1, 10);
            try (SecretBytes secrets = SecretBytes.copyOf(sessionSecrets)) {
                tx.handshakes().add(session, secrets, hour);
                tx.handshakes().add(otherSession, secrets, hour);
                tx.pendingRegistrations().add(registration, secrets, hour);
                tx.sessions().open(new NewSession(session, rosa.user, 2, 1, secrets, hour, hour), 16);
                tx.sessions().open(new NewSession(otherSession, emma.user, 2, 1, secrets, hour, hour), 16);
            }
        });
    }

    @AfterEach
    void close() {
        store.close();
        database.close();
    }

    private <T> T in(Work<T, Exception> work) throws Exception {
        return store.transact(work);
    }

    private void run(StoreContract.Step step) throws Exception {
        store.transact(tx -> {
            step.in(tx);
            return null;
        });
    }

    private void assertDamaged(StoreContract.Step read) {
        assertThatExceptionOfType(StoreUnavailableException.class)
                .isThrownBy(() -> run(read))
                .extracting(StoreUnavailableException::reason)
                .isEqualTo(Reason.DAMAGED);
    }

    private static int execute(Jdbi jdbi, String sql, Object... arguments) {
        return jdbi.withHandle(handle -> handle.execute(sql, arguments));
    }

    /** Reads through the store what stands in this column of rosa's. */
    private StoreContract.Step reader(String column) {
        return tx -> {
            switch (column) {
                case "record", "oprf_seed" -> tx.accounts().byName(rosa.name).ifPresent(Credentials::close);
                case "storage_key" -> tx.accounts().encryptedStorageKey(rosa.user);
                case "descriptor" -> tx.secrets().page(rosa.user, 0, 10);
                case "ticket_hash" -> tx.devices().byTicket(rosa.user, laptop.ticketHash());
                case "name" -> tx.devices().listOf(rosa.user);
                case "secret" -> tx.secrets().byKeyId(rosa.user, rosas.keyId());
                case "handshakes" -> tx.handshakes().consume(session).ifPresent(SecretBytes::close);
                case "pending_registrations" ->
                    tx.pendingRegistrations().consume(registration).ifPresent(SecretBytes::close);
                case "sessions" -> tx.sessions().find(session).ifPresent(found -> found.close());
                default -> throw new IllegalArgumentException(column);
            }
        };
    }

    @Nested
    class A_changed_value {
        @ParameterizedTest
        @ValueSource(strings = {"record", "oprf_seed", "storage_key"})
        void read_ofAnAccount_isDamage(String column) throws Exception {
            assertAnyBitRefused(database.durable(), "accounts", column, "user_id", rosa.user.toByteArray(), column);
        }

        @ParameterizedTest
        @ValueSource(strings = {"descriptor", "secret"})
        void read_ofASecret_isDamage(String column) throws Exception {
            assertAnyBitRefused(database.durable(), "secrets", column, "label_tag", rosas.labelTag(), column);
        }

        @ParameterizedTest
        @ValueSource(strings = {"ticket_hash", "name"})
        void read_ofADevice_isDamage(String column) throws Exception {
            execute(database.durable(), "DELETE FROM devices WHERE user_id = ?", (Object) emma.user.toByteArray());

            assertAnyBitRefused(
                    database.durable(),
                    "devices",
                    column,
                    "device_id",
                    laptop.id().toByteArray(),
                    column);
        }

        @ParameterizedTest
        @ValueSource(strings = {"handshakes", "pending_registrations"})
        void read_ofWhatWaits_isDamage(String table) throws Exception {
            byte[] id = table.equals("handshakes") ? session.toByteArray() : registration.toByteArray();

            assertAnyBitRefused(database.passing(), table, "payload", "id", id, table);
        }

        @Test
        void read_ofASession_isDamage() throws Exception {
            assertAnyBitRefused(database.passing(), "sessions", "secrets", "id", session.toByteArray(), "sessions");
        }

        /** One bit in each of a value's parts: format, key version, salt, ciphertext, tag. */
        private void assertAnyBitRefused(Jdbi jdbi, String table, String column, String key, byte[] row, String read)
                throws Exception {
            byte[] sealed = jdbi.withHandle(handle -> handle.createQuery("SELECT <column> FROM <table> WHERE <key> = ?")
                    .define("column", column)
                    .define("table", table)
                    .define("key", key)
                    .bind(0, row)
                    .mapTo(byte[].class)
                    .one());
            String update = "UPDATE " + table + " SET " + column + " = ? WHERE " + key + " = ?";
            for (int at : new int[] {0, 4, 5, 20, 21, sealed.length / 2, sealed.length - 1}) {
                byte[] flipped = sealed.clone();
                flipped[at] ^= 1;
                assertThat(execute(jdbi, update, flipped, row)).isEqualTo(1);

                assertDamaged(reader(read));
            }
            execute(jdbi, update, sealed, row);
            run(reader(read));
        }
    }

    @Nested
    class A_moved_value {
        @ParameterizedTest
        @ValueSource(strings = {"record", "oprf_seed", "storage_key"})
        void read_fromAnothersAccount_isDamage(String column) {
            execute(
                    database.durable(),
                    "UPDATE accounts SET " + column + " = (SELECT " + column + " FROM accounts WHERE user_id = ?)"
                            + " WHERE user_id = ?",
                    emma.user.toByteArray(),
                    rosa.user.toByteArray());

            assertDamaged(reader(column));
        }

        @Test
        void read_fromAnotherColumn_isDamage() {
            execute(database.durable(), "UPDATE accounts SET storage_key = record");

            assertDamaged(reader("storage_key"));
        }

        @ParameterizedTest
        @ValueSource(strings = {"record", "oprf_seed", "storage_key"})
        void read_underAnotherVersionOfTheCredentials_isDamage(String column) {
            execute(database.durable(), "UPDATE accounts SET credential_version = 2");

            assertDamaged(reader(column));
        }

        @ParameterizedTest
        @ValueSource(strings = {"descriptor", "secret"})
        void read_fromTheOwnersOtherSecret_isDamage(String column) {
            execute(
                    database.durable(),
                    "UPDATE secrets SET " + column + " = (SELECT " + column + " FROM secrets WHERE label_tag = ?)"
                            + " WHERE label_tag = ?",
                    rosasOther.labelTag(),
                    rosas.labelTag());

            assertDamaged(reader(column));
        }

        @ParameterizedTest
        @ValueSource(strings = {"descriptor", "secret"})
        void read_fromAnothersSecretOfTheSameKeyId_isDamage(String column) {
            execute(
                    database.durable(),
                    "UPDATE secrets SET " + column + " = (SELECT " + column + " FROM secrets WHERE label_tag = ?)"
                            + " WHERE label_tag = ?",
                    emmas.labelTag(),
                    rosas.labelTag());

            assertDamaged(reader(column));
        }

        @ParameterizedTest
        @ValueSource(strings = {"ticket_hash", "name"})
        void read_fromTheOwnersOtherDevice_isDamage(String column) {
            moveDevice(column, rosa, phone);

            assertDamaged(reader(column));
        }

        @ParameterizedTest
        @ValueSource(strings = {"ticket_hash", "name"})
        void read_fromAnothersDeviceOfTheSameId_isDamage(String column) {
            moveDevice(column, emma, emmasLaptop);

            assertDamaged(reader(column));
        }

        private void moveDevice(String column, TestAccount from, NewDevice device) {
            execute(
                    database.durable(),
                    "UPDATE devices SET " + column + " = (SELECT " + column
                            + " FROM devices WHERE user_id = ? AND device_id = ?) WHERE user_id = ? AND device_id = ?",
                    from.user.toByteArray(),
                    device.id().toByteArray(),
                    rosa.user.toByteArray(),
                    laptop.id().toByteArray());
        }

        @Test
        void read_aNameThatLeadsToAnothersAccount_findsThatAccountWhole() throws Exception {
            execute(database.durable(), "DELETE FROM account_names WHERE name_tag = ?", (Object)
                    emma.name.toByteArray());
            execute(
                    database.durable(),
                    "UPDATE account_names SET user_id = ? WHERE name_tag = ?",
                    emma.user.toByteArray(),
                    rosa.name.toByteArray());

            try (Credentials found = in(tx -> tx.accounts().byName(rosa.name)).orElseThrow()) {
                assertThat(found.user()).isEqualTo(emma.user);
                assertThat(found.record().constantTimeEquals(emma.record)).isTrue();
            }
        }

        @Test
        void read_aHandshakeOrSessionUnderAnotherId_isDamage() {
            execute(
                    database.passing(),
                    "UPDATE handshakes SET payload = (SELECT payload FROM handshakes WHERE id = ?) WHERE id = ?",
                    otherSession.toByteArray(),
                    session.toByteArray());
            execute(
                    database.passing(),
                    "UPDATE sessions SET secrets = (SELECT secrets FROM sessions WHERE id = ?) WHERE id = ?",
                    otherSession.toByteArray(),
                    session.toByteArray());

            assertDamaged(reader("handshakes"));
            assertDamaged(reader("sessions"));
        }

        @Test
        void read_aSessionGivenToAnotherUser_isDamage() {
            execute(database.passing(), "UPDATE sessions SET user_id = ?", (Object) emma.user.toByteArray());

            assertDamaged(reader("sessions"));
        }
    }

    @Nested
    class An_erasure_key {
        @ParameterizedTest
        @ValueSource(strings = {"record", "oprf_seed", "storage_key", "descriptor", "secret", "ticket_hash", "name"})
        void changed_isDamage(String column) {
            execute(database.durable(), "UPDATE erasure_keys SET key = ? WHERE free = 0", (Object)
                    TestAccount.bytes(32));

            assertDamaged(reader(column));
        }

        @ParameterizedTest
        @ValueSource(strings = {"record", "oprf_seed", "storage_key", "descriptor", "secret", "ticket_hash", "name"})
        void inAnotherSlot_isDamage(String column) {
            execute(database.durable(), "UPDATE erasure_keys SET slot = -slot");
            execute(
                    database.durable(),
                    "UPDATE erasure_keys SET slot = 1 + (-slot) % (SELECT count(*) FROM erasure_keys)");

            assertDamaged(reader(column));
        }

        @ParameterizedTest
        @ValueSource(strings = {"record", "oprf_seed", "storage_key", "descriptor", "secret", "ticket_hash", "name"})
        void gone_isDamage(String column) {
            execute(database.durable(), "DELETE FROM erasure_keys");

            assertDamaged(reader(column));
        }

        @Test
        void ofAnotherSize_isDamage() {
            database.durable().useHandle(handle -> {
                handle.execute("PRAGMA ignore_check_constraints = ON");
                handle.execute("UPDATE erasure_keys SET key = x'00'");
            });

            assertDamaged(reader("record"));
        }

        @Test
        void gone_replacingTheSecret_isDamageToo() {
            execute(database.durable(), "DELETE FROM erasure_keys WHERE slot = (SELECT slot FROM secrets LIMIT 1)");

            assertDamaged(tx ->
                    tx.secrets().replace(rosa.user, rosas.keyId(), new byte[32], TestAccount.bytes(60), new byte[40]));
        }

        @Test
        void ofTheOwnersOtherSecret_isDamage() {
            execute(
                    database.durable(),
                    "UPDATE secrets SET slot = (SELECT slot FROM secrets ORDER BY slot DESC LIMIT 1)"
                            + " WHERE key_id = ? AND user_id = ?",
                    rosas.keyId().toByteArray(),
                    rosa.user.toByteArray());

            assertDamaged(reader("secret"));
        }
    }

    @Test
    void read_afterDamageInOneRow_findsTheOthers() throws Exception {
        execute(database.durable(), "UPDATE secrets SET secret = x'00' WHERE label_tag = ?", (Object) rosas.labelTag());

        assertDamaged(reader("secret"));

        SealedSecret found =
                in(tx -> tx.secrets().byKeyId(rosa.user, rosasOther.keyId())).orElseThrow();
        assertThat(found.secret()).isEqualTo(rosasOther.secret());
    }

    @Test
    void damage_leavesNothingOfItsTransaction() throws Exception {
        execute(database.durable(), "UPDATE secrets SET secret = x'00' WHERE label_tag = ?", (Object) rosas.labelTag());

        assertDamaged(tx -> {
            tx.secrets().markRetrieved(rosa.user, rosasOther.keyId());
            tx.secrets().byKeyId(rosa.user, rosas.keyId());
        });

        run(tx -> {
            assertThat(tx.secrets().page(rosa.user, 0, 10))
                    .allSatisfy(
                            listed -> assertThat(listed.lastRetrievedMillis()).isZero());
        });
    }

    @Test
    void accountName_isSealedForItsAccount() throws Exception {
        try (DataKeyRing keys = database.dataKeys()) {
            byte[] name = database.durable()
                    .withHandle(handle -> handle.createQuery("""
                                    SELECT account_name, slot, key AS erasure_key
                                    FROM accounts JOIN erasure_keys USING (slot) WHERE user_id = :user
                                    """)
                            .bind("user", rosa.user.toByteArray())
                            .map((row, context) -> {
                                try (RowKey key = RowKey.of(keys, row)) {
                                    Cell cell =
                                            Cell.of("accounts", "account_name").owner(rosa.user);
                                    return key.openPlain(cell, row.getBytes("account_name"));
                                }
                            })
                            .one());
            assertThat(name).isEqualTo("rosa".getBytes(StandardCharsets.UTF_8));
        }
    }

    @Test
    void files_holdNothingThatWasHandedIn() throws Exception {
        List<byte[]> needles = List.of(
                rosa.record,
                rosa.oprfSeed,
                rosa.encryptedStorageKey,
                rosas.descriptor(),
                rosas.secret(),
                laptop.ticketHash(),
                laptop.sealedName(),
                sessionSecrets,
                store.deployment().serverPrivateKey().copyBytes(),
                store.deployment().enumerationKey().copyBytes());
        byte[] tag = rosas.labelTag();

        List<byte[]> contents = new ArrayList<>();
        try (Stream<Path> files = Files.list(database.file().getParent())) {
            for (Path file : files.toList()) {
                contents.add(Files.readAllBytes(file));
            }
        }

        assertThat(contents).as("the search finds what is there").anyMatch(content -> holds(content, tag));
        for (byte[] needle : needles) {
            assertThat(contents).noneMatch(content -> holds(content, needle));
        }
    }

    private static boolean holds(byte[] content, byte[] needle) {
        return new String(content, StandardCharsets.ISO_8859_1)
                .contains(new String(needle, StandardCharsets.ISO_8859_1));
    }
}
