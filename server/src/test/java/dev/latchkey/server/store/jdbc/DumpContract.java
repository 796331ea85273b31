package dev.latchkey.server.store.jdbc;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.opaque.SecretBytes;
import dev.latchkey.server.store.Devices.NewDevice;
import dev.latchkey.server.store.Secrets.SealedSecret;
import dev.latchkey.server.store.Sessions.NewSession;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Whoever has every table, and not the root key, has nothing. */
abstract class DumpContract extends StoreContract {
    private static final String NAME = "rosa-whose-name-is-nowhere";
    private static final byte[] PLANTED = "planted where it must not be".getBytes(UTF_8);

    private static final String TABLES = """
            SELECT schemaname || '.' || tablename FROM pg_catalog.pg_tables WHERE schemaname IN ('public', 'transient')
            """;

    /** Every value of every column of every table, and whatever else the store leaves behind. */
    private byte[] dump() throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        testDatabase().hands().useHandle(handle -> {
            boolean isSqlite = testDatabase() instanceof SqliteDatabase;
            List<String> tables = handle.createQuery(
                            isSqlite ? "SELECT name FROM sqlite_master WHERE type = 'table'" : TABLES)
                    .mapTo(String.class)
                    .list();
            assertThat(tables).hasSizeGreaterThan(10);
            for (String table : tables) {
                handle.createQuery("SELECT * FROM " + table)
                        .map((row, context) -> {
                            for (int i = 1; i <= row.getMetaData().getColumnCount(); i++) {
                                Object value = row.getObject(i);
                                all.writeBytes(
                                        value instanceof byte[] bytes
                                                ? bytes
                                                : String.valueOf(value).getBytes(UTF_8));
                            }
                            return 1;
                        })
                        .list();
            }
        });
        all.writeBytes(files());
        return all.toByteArray();
    }

    /** What stands in files of the store's own. */
    byte[] files() throws IOException {
        return new byte[0];
    }

    private static boolean holds(byte[] dump, byte[] sought) {
        for (int at = 0; at + sought.length <= dump.length; at++) {
            if (dump[at] == sought[0] && Arrays.equals(dump, at, at + sought.length, sought, 0, sought.length)) {
                return true;
            }
        }
        return false;
    }

    private static List<String> found(byte[] dump, Map<String, byte[]> sought) {
        List<String> found = new ArrayList<>();
        sought.forEach((what, bytes) -> {
            if (holds(dump, bytes)
                    || holds(dump, HexFormat.of().formatHex(bytes).getBytes(UTF_8))) {
                found.add(what);
            }
        });
        return found;
    }

    @Test
    void dump_withoutTheRootKey_holdsNothingThatWasSealed() throws Exception {
        TestOwner rosa = TestOwner.register(store(), NAME);
        byte[] sessionSecrets = TestAccount.bytes(64);
        run(tx -> {
            try (SecretBytes secrets = SecretBytes.copyOf(sessionSecrets)) {
                Duration hour = Duration.ofHours(1);
                tx.sessions()
                        .open(new NewSession(TestAccount.newSessionId(), rosa.user, 2, 1, secrets, hour, hour), 16);
                tx.handshakes().add(TestAccount.newSessionId(), secrets, hour);
            }
        });
        Map<String, byte[]> sought = new LinkedHashMap<>();
        sought.put("account name", rosa.accountName);
        sought.put("record", rosa.record);
        sought.put("start of the record", Arrays.copyOf(rosa.record, 16));
        sought.put("seed", rosa.oprfSeed);
        sought.put("storage key", rosa.encryptedStorageKey);
        for (SealedSecret secret : rosa.secrets) {
            sought.put("secret", secret.secret());
            sought.put("descriptor", secret.descriptor());
        }
        for (NewDevice device : rosa.devices) {
            sought.put("ticket hash", device.ticketHash());
            sought.put("device name", device.sealedName());
        }
        sought.put("session secrets", sessionSecrets);
        sought.put("server key", store().deployment().serverPrivateKey().copyBytes());
        sought.put("enumeration key", store().deployment().enumerationKey().copyBytes());
        sought.put("planted", PLANTED);

        assertThat(found(dump(), sought)).isEmpty();

        testDatabase()
                .hands()
                .useHandle(handle -> handle.execute(
                        "UPDATE audit SET entry = ? WHERE user_id = ?", PLANTED, rosa.user.toByteArray()));
        byte[] withNeedle = dump();
        assertThat(found(withNeedle, sought)).containsExactly("planted");
        assertThat(holds(withNeedle, rosa.user.toByteArray())).isTrue();
    }
}
