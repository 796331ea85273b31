package dev.latchkey.server.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.protocol.DeviceId;
import dev.latchkey.protocol.KeyId;
import dev.latchkey.server.store.Devices.NewDevice;
import dev.latchkey.server.store.Secrets.SealedSecret;
import dev.latchkey.server.store.Store;
import dev.latchkey.server.store.Transaction;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How much room an account takes on the disk, with everything that belongs to it. */
final class SqliteSpaceTest {
    private static final int ACCOUNTS = 500;
    private static final int SECRETS = 3;
    private static final int MOST_BYTES = 4096;

    /** Of a secret of 32 bytes and a label of 13, as their owner seals them. */
    private static final int SECRET_BYTES = 61;

    private static final int DESCRIPTOR_BYTES = 52;
    private static final int DEVICE_NAME_BYTES = 45;

    @TempDir
    private Path folder;

    /** Those who come side by side: their rows do not stand together. */
    @Test
    void account_withThreeSecretsADeviceAndItsLog_takesAPageAtMost() throws Exception {
        SqliteDatabase database = new SqliteDatabase(folder);
        try (Store store = database.open()) {
            long empty = bytes(database);
            List<TestAccount> accounts = new ArrayList<>();
            for (int i = 0; i < ACCOUNTS; i++) {
                accounts.add(TestAccount.random());
            }
            store.transact(tx -> {
                accounts.forEach(account -> register(tx, account));
                for (int i = 0; i < SECRETS; i++) {
                    accounts.forEach(account -> logInAndStore(tx, account));
                }
                return null;
            });
            // Something erased empties the write-ahead log.
            store.transact(tx -> {
                tx.devices().revokeAllOf(TestAccount.random().user);
                return null;
            });

            assertThat((bytes(database) - empty) / ACCOUNTS).isBetween(2000L, (long) MOST_BYTES);
        }
        database.close();
    }

    private static void register(Transaction tx, TestAccount account) {
        account.createIn(tx);
        log(tx, account);
        log(tx, account);
        NewDevice device = new NewDevice(
                DeviceId.of(TestAccount.bytes(16)), TestAccount.bytes(32), TestAccount.bytes(DEVICE_NAME_BYTES));
        tx.devices().add(account.user, device, 8);
        log(tx, account);
    }

    private static void logInAndStore(Transaction tx, TestAccount account) {
        log(tx, account);
        KeyId keyId = account.newKeyId();
        SealedSecret secret = new SealedSecret(
                keyId, TestAccount.bytes(16), TestAccount.bytes(DESCRIPTOR_BYTES), TestAccount.bytes(SECRET_BYTES));
        tx.secrets().allocate(account.user, List.of(keyId), Duration.ofHours(1), SECRETS);
        tx.secrets().store(account.user, secret, log(tx, account), SECRETS);
    }

    /** @return the number of the entry */
    private static long log(Transaction tx, TestAccount account) {
        return tx.audit()
                .append(account.user, TestAccount.event(tx.nowMillis()))
                .n();
    }

    private static long bytes(SqliteDatabase database) throws IOException {
        return Files.size(database.file());
    }
}
