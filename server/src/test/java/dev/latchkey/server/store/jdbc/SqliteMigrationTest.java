package dev.latchkey.server.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.latchkey.opaque.SecretBytes;
import dev.latchkey.protocol.AuditChain;
import dev.latchkey.protocol.AuditEntry;
import dev.latchkey.protocol.DeviceId;
import dev.latchkey.protocol.Hashes;
import dev.latchkey.protocol.UserId;
import dev.latchkey.server.seal.RootKeyFile;
import dev.latchkey.server.store.Accounts.NewCredentials;
import dev.latchkey.server.store.AuditLog;
import dev.latchkey.server.store.Devices;
import dev.latchkey.server.store.Secrets.Change;
import dev.latchkey.server.store.Secrets.Listed;
import dev.latchkey.server.store.Secrets.SealedSecret;
import dev.latchkey.server.store.Store;
import dev.latchkey.server.store.StoreOpenException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A database that the version before made. */
final class SqliteMigrationTest {
    private static final UserId FIVE_ENTRIES = user("b02a4047d8294085a2f0ed3bbce4f61c");
    private static final UserId THREE_ENTRIES = user("7f3306e4779e44d5904ff23fe54c7f8a");
    private static final UserId NO_ENTRY = user("c294059294674f558f81bdec73d5d20b");

    @TempDir
    private Path folder;

    private SqliteDatabase database;

    @BeforeEach
    void bringBack() throws Exception {
        Path key = folder.resolve("root.key");
        Files.write(key, resource("version-1.root-key"));
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
        database = new SqliteDatabase(folder, RootKeyFile.load(key, new SecureRandom()));
        Files.createDirectories(database.file().getParent());
        execute(new String(resource("version-1.sql"), StandardCharsets.UTF_8));
        // What a dump does not say, and that version had set.
        execute("PRAGMA journal_mode = WAL");
    }

    @AfterEach
    void close() {
        database.close();
    }

    private static UserId user(String hex) {
        return UserId.of(HexFormat.of().parseHex(hex));
    }

    private static byte[] resource(String name) throws IOException {
        try (InputStream resource = SqliteMigrationTest.class.getResourceAsStream(name)) {
            return resource.readAllBytes();
        }
    }

    private void execute(String script) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + database.file());
                Statement statement = connection.createStatement()) {
            statement.executeUpdate(script);
        }
    }

    private int schemaVersion() {
        return database.durable()
                .withHandle(
                        handle -> handle.createQuery("SELECT max(CAST(version AS INTEGER)) FROM flyway_schema_history")
                                .mapTo(int.class)
                                .one());
    }

    /** Folds the whole log, holding the head before each entry against it. */
    private static void assertThatLogIsWhole(Store store, UserId user, int entries) throws Exception {
        List<AuditEntry> log = store.transact(tx -> tx.audit().page(user, 1, 100));
        assertThat(log).hasSize(entries);
        byte[] head = AuditChain.start(user);
        for (AuditEntry entry : log) {
            byte[] before = store.transact(tx -> tx.audit().headBefore(user, entry.n()));
            assertThat(before).isEqualTo(head);
            head = AuditChain.next(head, entry);
        }
        AuditLog.Head last = store.transact(tx -> tx.audit().head(user));
        assertThat(last.n()).isEqualTo(entries);
        assertThat(last.head()).isEqualTo(head);
    }

    @Test
    void open_servesTheLogsAndGoesOnWithThem() throws Exception {
        try (Store store = database.open()) {
            assertThatLogIsWhole(store, FIVE_ENTRIES, 5);
            assertThatLogIsWhole(store, THREE_ENTRIES, 3);
            assertThatLogIsWhole(store, NO_ENTRY, 0);

            for (UserId user : List.of(FIVE_ENTRIES, THREE_ENTRIES, NO_ENTRY)) {
                store.transact(tx -> tx.audit().append(user, TestAccount.event(tx.nowMillis())));
            }

            assertThatLogIsWhole(store, FIVE_ENTRIES, 6);
            assertThatLogIsWhole(store, NO_ENTRY, 1);
        }
        assertThat(schemaVersion()).isEqualTo(SqliteSchema.VERSION);
    }

    @Test
    void open_keepsAccountsAndSecrets() throws Exception {
        try (Store store = database.open()) {
            for (UserId user : List.of(FIVE_ENTRIES, THREE_ENTRIES)) {
                Listed listed =
                        store.transact(tx -> tx.secrets().page(user, 0, 10)).get(0);
                SealedSecret secret = store.transact(tx -> tx.secrets().byKeyId(user, listed.keyId()))
                        .orElseThrow();
                byte[] storageKey = store.transact(tx -> tx.accounts().encryptedStorageKey(user))
                        .orElseThrow();

                assertThat(secret.secret()).hasSize(61);
                assertThat(Hashes.sha3_256(secret.secret())).isEqualTo(listed.secretHash());
                assertThat(storageKey).hasSize(93);
            }
        }
    }

    @Test
    void open_accountsFromBeforeDevices_knowNoneAndMayHaveThem() throws Exception {
        DeviceId laptop = DeviceId.of(TestAccount.bytes(16));
        byte[] hash = TestAccount.bytes(32);
        try (Store store = database.open()) {
            List<Devices.Listed> before = store.transact(tx -> tx.devices().listOf(FIVE_ENTRIES));
            assertThat(before).isEmpty();

            store.transact(tx ->
                    tx.devices().add(FIVE_ENTRIES, new Devices.NewDevice(laptop, hash, TestAccount.bytes(40)), 8));

            Optional<DeviceId> found = store.transact(tx -> tx.devices().byTicket(FIVE_ENTRIES, hash));
            assertThat(found).contains(laptop);
        }
    }

    private <T> T value(String sql, UserId user, Class<T> type) {
        return database.durable()
                .withHandle(handle -> handle.createQuery(sql)
                        .bind(0, user.toByteArray())
                        .mapTo(type)
                        .findOne()
                        .orElse(null));
    }

    private byte[] sealed(String table, String column, UserId user) {
        return value("SELECT " + column + " FROM " + table + " WHERE user_id = ?", user, byte[].class);
    }

    private void assertThatHasASlot(String table, UserId user) {
        assertThat(value("SELECT slot FROM " + table + " WHERE user_id = ?", user, Long.class))
                .isPositive();
        assertThat(sealed(table, "slack", user)).isEmpty();
    }

    private boolean isInFiles(byte[] sought) throws IOException {
        String content = "";
        try (Stream<Path> files = Files.list(database.file().getParent())) {
            for (Path file : files.toList()) {
                content += Files.readString(file, StandardCharsets.ISO_8859_1);
            }
        }
        return content.contains(new String(sought, StandardCharsets.ISO_8859_1));
    }

    @Test
    void open_rowsFromBeforeSlots_keepTheirSlack() throws Exception {
        database.open().close();

        for (String table : List.of("accounts", "secrets")) {
            assertThat(sealed(table, "slack", THREE_ENTRIES)).hasSize(4061);
            assertThat(value("SELECT slot FROM " + table + " WHERE user_id = ?", THREE_ENTRIES, Long.class))
                    .isNull();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void change_ofASecretFromBeforeSlots_givesItOneAndErasesWhatItWas(boolean renamed) throws Exception {
        try (Store store = database.open()) {
            Listed old = store.transact(tx -> tx.secrets().page(THREE_ENTRIES, 0, 10))
                    .get(0);
            byte[] bytes = store.transact(tx -> tx.secrets().byKeyId(THREE_ENTRIES, old.keyId()))
                    .orElseThrow()
                    .secret();
            byte[] next = renamed ? bytes : TestAccount.bytes(61);
            byte[] sealed = sealed("secrets", "secret", THREE_ENTRIES);
            assertThat(isInFiles(sealed)).isTrue();

            Change change = store.transact(tx -> renamed
                    ? tx.secrets()
                            .rename(
                                    THREE_ENTRIES,
                                    old.keyId(),
                                    old.object(),
                                    TestAccount.bytes(16),
                                    TestAccount.bytes(60))
                    : tx.secrets().replace(THREE_ENTRIES, old.keyId(), old.object(), TestAccount.bytes(60), next));

            assertThat(change).isEqualTo(Change.CHANGED);
            assertThatHasASlot("secrets", THREE_ENTRIES);
            assertThat(isInFiles(sealed)).isFalse();
            assertThat(store.transact(tx -> tx.secrets().byKeyId(THREE_ENTRIES, old.keyId()))
                            .orElseThrow()
                            .secret())
                    .isEqualTo(next);
        }
    }

    @Test
    void changeCredentials_ofAnAccountFromBeforeSlots_givesItOneAndErasesWhatItWas() throws Exception {
        try (Store store = database.open();
                SecretBytes record = SecretBytes.copyOf(TestAccount.bytes(192));
                SecretBytes seed = SecretBytes.copyOf(TestAccount.bytes(64))) {
            Optional<byte[]> name = store.transact(tx -> tx.accounts().accountName(THREE_ENTRIES));
            byte[] sealed = sealed("accounts", "oprf_seed", THREE_ENTRIES);
            assertThat(isInFiles(sealed)).isTrue();

            boolean changed = store.transact(tx -> tx.accounts()
                    .changeCredentials(
                            THREE_ENTRIES,
                            tx.accounts().credentialVersion(THREE_ENTRIES),
                            new NewCredentials(record, seed, TestAccount.bytes(93))));

            assertThat(changed).isTrue();
            assertThatHasASlot("accounts", THREE_ENTRIES);
            assertThat(isInFiles(sealed)).isFalse();
            Optional<byte[]> kept = store.transact(tx -> tx.accounts().accountName(THREE_ENTRIES));
            assertThat(kept.orElseThrow()).isEqualTo(name.orElseThrow());
        }
    }

    @Test
    void delete_ofAnAccountFromBeforeSlots_erasesWhatItWas() throws Exception {
        try (Store store = database.open()) {
            List<byte[]> sealed =
                    List.of(sealed("accounts", "oprf_seed", THREE_ENTRIES), sealed("secrets", "secret", THREE_ENTRIES));

            store.transact(tx -> {
                tx.accounts().delete(THREE_ENTRIES);
                return null;
            });

            for (byte[] value : sealed) {
                assertThat(isInFiles(value)).isFalse();
            }
        }
    }

    @Test
    void open_again_migratesNothingMore() throws Exception {
        database.open().close();

        try (Store store = database.open()) {
            assertThatLogIsWhole(store, FIVE_ENTRIES, 5);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "UPDATE audit SET entry = CAST(substr(entry, 1, 83) || x'ff' AS BLOB) WHERE n = 2",
                "UPDATE audit SET entry = x'00' WHERE n = 2",
                "DELETE FROM audit WHERE n = 3",
                "DELETE FROM audit WHERE n = 5",
                "UPDATE accounts SET audit_head = zeroblob(32) WHERE audit_n = 5",
                "UPDATE accounts SET audit_n = 4 WHERE audit_n = 5",
                "UPDATE audit SET n = 6 WHERE n = 5"
            })
    void open_aLogThatDoesNotLeadToItsHead_isRefusedAndStaysAsItWas(String damage) throws Exception {
        execute(damage);
        byte[] before = Hashes.sha3_256(Files.readAllBytes(database.file()));

        assertThatExceptionOfType(StoreOpenException.class)
                .isThrownBy(database::open)
                .extracting(StoreOpenException::reason)
                .isEqualTo(StoreOpenException.Reason.DAMAGED);

        assertThat(schemaVersion()).isEqualTo(1);
        assertThat(Hashes.sha3_256(Files.readAllBytes(database.file()))).isEqualTo(before);
    }
}
