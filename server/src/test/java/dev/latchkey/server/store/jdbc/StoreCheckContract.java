package dev.latchkey.server.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.groups.Tuple.tuple;

import dev.latchkey.server.seal.RootKey;
import dev.latchkey.server.store.DamagedRow;
import dev.latchkey.server.store.DamagedRow.Kind;
import dev.latchkey.server.store.StoreCheck;
import dev.latchkey.server.store.StoreCheck.Summary;
import dev.latchkey.server.store.StoreOpenException;
import dev.latchkey.server.store.StoreOptions;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a check says of a database that somebody has written to who has not the root key. */
abstract class StoreCheckContract extends StoreContract {
    private TestOwner rosa;
    private TestOwner emma;

    @BeforeEach
    void register() throws Exception {
        rosa = TestOwner.register(store(), "rosa");
        emma = TestOwner.register(store(), "emma");
    }

    /** The server is stopped, and {@code damage} done. */
    private List<DamagedRow> after(Damage damage) throws Exception {
        store().close();
        testDatabase().hands().useHandle(handle -> {
            if (this instanceof PostgresTriggers triggers) {
                triggers.disable(handle);
            }
            damage.by(handle);
        });
        return check();
    }

    private List<DamagedRow> check() throws StoreOpenException {
        List<DamagedRow> found = new ArrayList<>();
        check(found);
        return found;
    }

    private Summary check(List<DamagedRow> found) throws StoreOpenException {
        return Stores.check(testDatabase().options(), new StoreCheck() {
            @Override
            public void damaged(DamagedRow row) {
                found.add(row);
            }

            @Override
            public void progress(long accounts, long total) {
                assertThat(accounts).isEqualTo(total);
            }
        });
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    private static String rowId(SealedTable table) {
        return switch (table) {
            case ACCOUNTS -> "user_id";
            case SECRETS -> "key_id";
            case DEVICES -> "device_id";
        };
    }

    private byte[] id(SealedTable table, TestOwner owner, int index) {
        return switch (table) {
            case ACCOUNTS -> owner.user.toByteArray();
            case SECRETS -> owner.secrets.get(index).keyId().toByteArray();
            case DEVICES -> owner.devices.get(index).id().toByteArray();
        };
    }

    private static byte[] value(Handle handle, SealedTable table, String column, byte[] id) {
        return handle.createQuery("SELECT " + column + " FROM " + table.table() + " WHERE " + rowId(table) + " = ?")
                .bind(0, id)
                .mapTo(byte[].class)
                .one();
    }

    private static void put(Handle handle, SealedTable table, String column, byte[] id, byte[] value) {
        handle.execute("UPDATE " + table.table() + " SET " + column + " = ? WHERE " + rowId(table) + " = ?", value, id);
    }

    private static void flip(Handle handle, SealedTable table, String column, byte[] id) {
        byte[] value = value(handle, table, column, id);
        value[value.length / 2] ^= 1;
        put(handle, table, column, id, value);
    }

    private static void swap(Handle handle, SealedTable table, String column, byte[] one, byte[] other) {
        byte[] value = value(handle, table, column, one);
        put(handle, table, column, one, value(handle, table, column, other));
        put(handle, table, column, other, value);
    }

    @Test
    void check_ofWhatAServerWrote_findsNothing() throws Exception {
        rosa.delete(rosa.replace(rosa.secrets.get(0)));
        rosa.revoke(rosa.devices.get(0));
        emma.changePassword();
        emma.addDevice(TestAccount.bytes(16));
        store().close();
        List<DamagedRow> found = new ArrayList<>();

        Summary summary = check(found);

        assertThat(found).isEmpty();
        assertThat(summary).isEqualTo(new Summary(2, 20, 15, 0));
    }

    @Test
    void check_underAnotherRootKey_isRefused() {
        store().close();
        try (RootKey other = RootKey.generate(new SecureRandom())) {
            StoreOptions options = StoreOptions.of(testDatabase().options().location(), other, new SecureRandom());

            assertThatExceptionOfType(StoreOpenException.class)
                    .isThrownBy(() -> Stores.check(options, null))
                    .extracting(StoreOpenException::reason)
                    .isEqualTo(StoreOpenException.Reason.ROOT_KEY_MISMATCH);
        }
    }

    @Test
    void check_afterAByteWasFlipped_namesTheValue() throws Exception {
        for (SealedTable table : SealedTable.values()) {
            for (String column : table.columns()) {
                byte[] id = id(table, rosa, 0);

                List<DamagedRow> found = after(handle -> flip(handle, table, column, id));

                assertThat(found)
                        .as("%s.%s", table, column)
                        .extracting(DamagedRow::table, DamagedRow::column, DamagedRow::user, DamagedRow::kind)
                        .containsExactly(tuple(table.table(), column, rosa.user.toString(), Kind.DOES_NOT_OPEN));
                assertThat(found.get(0).row()).isEqualTo(table == SealedTable.ACCOUNTS ? "" : hex(id));
                after(handle -> flip(handle, table, column, id));
            }
        }
        assertThat(check()).isEmpty();
    }

    @Test
    void check_afterValuesWereSwapped_namesBoth() throws Exception {
        for (SealedTable table : SealedTable.values()) {
            for (String column : table.columns()) {
                assertSwapIsSeen(table, column, id(table, rosa, 0), id(table, emma, 0));
                if (table != SealedTable.ACCOUNTS) {
                    assertSwapIsSeen(table, column, id(table, rosa, 0), id(table, rosa, 1));
                }
            }
        }
        assertThat(check()).isEmpty();
    }

    private void assertSwapIsSeen(SealedTable table, String column, byte[] one, byte[] other) throws Exception {
        List<DamagedRow> found = after(handle -> swap(handle, table, column, one, other));

        assertThat(found)
                .as("%s.%s", table, column)
                .extracting(DamagedRow::table, DamagedRow::column, DamagedRow::kind)
                .containsExactly(
                        tuple(table.table(), column, Kind.DOES_NOT_OPEN),
                        tuple(table.table(), column, Kind.DOES_NOT_OPEN));
        after(handle -> swap(handle, table, column, one, other));
    }

    @Test
    void check_afterKeysOfTheDeploymentWereChanged_namesThem() throws Exception {
        for (String column : List.of("server_private_key", "enumeration_key")) {
            Damage flip = handle -> {
                byte[] value = handle.createQuery("SELECT " + column + " FROM deployment")
                        .mapTo(byte[].class)
                        .one();
                value[30] ^= 1;
                handle.execute("UPDATE deployment SET " + column + " = ?", value);
            };

            assertThat(after(flip))
                    .extracting(DamagedRow::table, DamagedRow::column, DamagedRow::kind)
                    .containsExactly(tuple("deployment", column, Kind.DOES_NOT_OPEN));
            after(flip);
        }
        assertThat(after(handle -> handle.execute("UPDATE data_keys SET wrapped = ?", new byte[81])))
                .extracting(DamagedRow::table, DamagedRow::row, DamagedRow::column, DamagedRow::kind)
                .startsWith(tuple("data_keys", "1", "wrapped", Kind.LOST_KEY));
    }

    /** What opens, because it stood there once. */
    @Test
    void check_afterAnOlderSecretWasPutBack_namesTheRow() throws Exception {
        byte[] id = id(SealedTable.SECRETS, rosa, 0);
        List<Object> older = row("label_tag, secret_hash, descriptor, secret, slot", "secrets", "key_id", id);
        byte[] key = erasureKey(older);
        rosa.replace(rosa.secrets.get(0));

        List<DamagedRow> found = after(handle -> {
            handle.createUpdate("""
                            UPDATE secrets SET label_tag = ?, secret_hash = ?, descriptor = ?, secret = ?, slot = ?
                            WHERE key_id = ?
                            """)
                    .bind(0, older.get(0))
                    .bind(1, older.get(1))
                    .bind(2, older.get(2))
                    .bind(3, older.get(3))
                    .bind(4, older.get(4))
                    .bind(5, id)
                    .execute();
            putErasureKey(handle, older, key);
        });

        assertThat(found)
                .extracting(DamagedRow::table, DamagedRow::row, DamagedRow::user, DamagedRow::kind)
                .containsExactly(tuple("secrets", hex(id), rosa.user.toString(), Kind.NOT_AS_LOGGED));
    }

    @Test
    void check_afterOlderCredentialsWerePutBack_namesTheRow() throws Exception {
        byte[] id = rosa.user.toByteArray();
        List<Object> older = row(
                "credential_version, account_name, record, oprf_seed, storage_key, slot", "accounts", "user_id", id);
        // The key of a row that was written over is what a copy of the whole file has.
        byte[] key = erasureKey(older);
        rosa.changePassword();

        List<DamagedRow> found = after(handle -> {
            handle.createUpdate("""
                            UPDATE accounts SET credential_version = ?, account_name = ?, record = ?, oprf_seed = ?,
                                storage_key = ?, slot = ? WHERE user_id = ?
                            """)
                    .bind(0, older.get(0))
                    .bind(1, older.get(1))
                    .bind(2, older.get(2))
                    .bind(3, older.get(3))
                    .bind(4, older.get(4))
                    .bind(5, older.get(5))
                    .bind(6, id)
                    .execute();
            putErasureKey(handle, older, key);
        });

        assertThat(found)
                .extracting(DamagedRow::table, DamagedRow::column, DamagedRow::user, DamagedRow::kind)
                .containsExactly(
                        tuple("accounts", "credential_version", rosa.user.toString(), Kind.NOT_AS_LOGGED),
                        tuple("accounts", "storage_key", rosa.user.toString(), Kind.NOT_AS_LOGGED));
    }

    @Test
    void check_afterADeviceOrSecretCameBackOrWentAway_namesIt() throws Exception {
        byte[] device = id(SealedTable.DEVICES, rosa, 0);
        byte[] secret = id(SealedTable.SECRETS, emma, 0);

        List<DamagedRow> found = after(handle -> {
            handle.execute("DELETE FROM devices WHERE device_id = ?", device);
            handle.execute("DELETE FROM secrets WHERE key_id = ?", secret);
            handle.execute(
                    "UPDATE account_names SET name_tag = ? WHERE user_id = ?", new byte[32], emma.user.toByteArray());
        });

        assertThat(found)
                .extracting(DamagedRow::table, DamagedRow::row, DamagedRow::column)
                .containsExactlyInAnyOrder(
                        tuple("devices", hex(device), ""),
                        tuple("secrets", hex(secret), ""),
                        tuple("account_names", "", "name_tag"));
    }

    @Test
    void check_afterTheLogWasChanged_namesTheEntry() throws Exception {
        byte[] user = rosa.user.toByteArray();

        assertThat(after(handle -> handle.execute("UPDATE accounts SET audit_n = 4 WHERE user_id = ?", user)))
                .extracting(DamagedRow::table, DamagedRow::column, DamagedRow::kind)
                .containsExactly(tuple("accounts", "audit_head", Kind.BROKEN_LOG));
        assertThat(after(handle ->
                        handle.execute("UPDATE audit SET head = ? WHERE user_id = ? AND n = 4", new byte[32], user)))
                .extracting(DamagedRow::table, DamagedRow::row, DamagedRow::column)
                .containsExactly(tuple("audit", "4", "head"));
        assertThat(after(handle -> handle.execute(
                        "UPDATE audit SET entry = (SELECT entry FROM audit WHERE user_id = ? AND n = 2)"
                                + " WHERE user_id = ? AND n = 3",
                        user,
                        user)))
                .extracting(DamagedRow::table, DamagedRow::row, DamagedRow::column)
                .containsExactly(tuple("audit", "3", "entry"));
        assertThat(after(handle -> handle.execute("DELETE FROM audit WHERE user_id = ? AND n = 1", user)))
                .extracting(DamagedRow::table, DamagedRow::row, DamagedRow::user)
                .containsExactly(tuple("audit", "2", rosa.user.toString()));
    }

    @Test
    void check_afterAnAccountWentAway_namesWhatItLeft() throws Exception {
        List<DamagedRow> found =
                after(handle -> handle.execute("DELETE FROM accounts WHERE user_id = ?", rosa.user.toByteArray()));

        assertThat(found).extracting(DamagedRow::table).containsExactly("account_names", "secrets", "devices", "audit");
        assertThat(found).extracting(DamagedRow::user).containsOnly(rosa.user.toString());
    }

    private List<Object> row(String columns, String table, String idColumn, byte[] id) {
        return testDatabase()
                .hands()
                .withHandle(handle -> handle.createQuery(
                                "SELECT " + columns + " FROM " + table + " WHERE " + idColumn + " = ?")
                        .bind(0, id)
                        .map((row, context) -> {
                            List<Object> values = new ArrayList<>();
                            for (int i = 1; i <= row.getMetaData().getColumnCount(); i++) {
                                values.add(row.getObject(i));
                            }
                            return values;
                        })
                        .one());
    }

    /** In the slot that the row names last, if it has one. */
    private byte[] erasureKey(List<Object> row) {
        Object slot = row.get(row.size() - 1);
        return slot == null
                ? null
                : testDatabase()
                        .hands()
                        .withHandle(handle -> handle.createQuery("SELECT key FROM erasure_keys WHERE slot = ?")
                                .bind(0, slot)
                                .mapTo(byte[].class)
                                .one());
    }

    private static void putErasureKey(Handle handle, List<Object> row, byte[] key) {
        if (key != null) {
            handle.execute("UPDATE erasure_keys SET key = ? WHERE slot = ?", key, row.get(row.size() - 1));
        }
    }

    /** What somebody does who may write to the database. */
    @FunctionalInterface
    private interface Damage {
        void by(Handle handle);
    }

    /** Where the database itself would refuse some of it, but not to who owns the tables. */
    interface PostgresTriggers {
        void disable(Handle handle);
    }
}
