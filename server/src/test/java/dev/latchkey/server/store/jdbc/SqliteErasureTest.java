package dev.latchkey.server.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.latchkey.opaque.SecretBytes;
import dev.latchkey.protocol.Hashes;
import dev.latchkey.protocol.KeyId;
import dev.latchkey.protocol.SecretObject;
import dev.latchkey.server.store.Accounts.NewCredentials;
import dev.latchkey.server.store.Secrets.Change;
import dev.latchkey.server.store.Secrets.Listed;
import dev.latchkey.server.store.Secrets.Outcome;
import dev.latchkey.server.store.Secrets.SealedSecret;
import dev.latchkey.server.store.Store;
import dev.latchkey.server.store.StoreUnavailableException;
import dev.latchkey.server.store.StoreUnavailableException.Reason;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What was erased can't be read from the store's files any more, whoever holds the root key. Looked for are the erasure
 * keys of the rows: what SQLite leaves of sealed values where pages were split and merged opens under no other.
 */
final class SqliteErasureTest {
    private static final int NEIGHBOURS = 60;
    private static final int CHANGES = 150;

    private final TestAccount rosa = TestAccount.random();
    private final List<SealedSecret> secrets = new ArrayList<>();

    @TempDir
    private Path folder;

    private SqliteDatabase database;
    private Store store;

    @BeforeEach
    void open() throws Exception {
        database = new SqliteDatabase(folder);
        store = database.open();
        run(rosa::createIn);
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

    /** Stores one secret of this size in the midst of others of that size, each in a transaction of its own. */
    private SealedSecret storeAmongOthers(int bytes) throws Exception {
        for (int i = 0; i < NEIGHBOURS; i++) {
            KeyId keyId = rosa.newKeyId();
            SealedSecret secret =
                    new SealedSecret(keyId, TestAccount.bytes(16), TestAccount.bytes(60), TestAccount.bytes(bytes));
            long n = secrets.size() + 1L;
            run(tx -> {
                tx.secrets().allocate(rosa.user, List.of(keyId), Duration.ofHours(1), NEIGHBOURS);
                assertThat(tx.secrets().store(rosa.user, secret, n, NEIGHBOURS)).isEqualTo(Outcome.STORED);
                tx.audit().append(rosa.user, TestAccount.event(n));
            });
            secrets.add(secret);
        }
        return secrets.get(NEIGHBOURS / 2);
    }

    /** The erasure key of a secret. */
    private byte[] key(KeyId keyId) {
        return keyOf("secrets", "key_id", keyId.toByteArray());
    }

    /** The erasure key of an account. */
    private byte[] key(TestAccount account) {
        return keyOf("accounts", "user_id", account.user.toByteArray());
    }

    private byte[] keyOf(String table, String column, byte[] row) {
        return database.durable()
                .withHandle(handle -> handle.createQuery(
                                "SELECT key FROM <table> JOIN erasure_keys USING (slot) WHERE <column> = :row")
                        .define("table", table)
                        .define("column", column)
                        .bind("row", row)
                        .mapTo(byte[].class)
                        .one());
    }

    /** Whether any file of the store holds these bytes. */
    private boolean isInFiles(byte[] sought) throws IOException {
        return !found(database, List.of(sought)).isEmpty();
    }

    /** Those that any file of the store holds. */
    private static List<byte[]> found(SqliteDatabase in, List<byte[]> sought) throws IOException {
        StringBuilder contents = new StringBuilder();
        try (Stream<Path> files = Files.list(in.file().getParent())) {
            for (Path file : files.toList()) {
                contents.append(text(Files.readAllBytes(file)));
            }
        }
        String content = contents.toString();
        return sought.stream().filter(value -> content.contains(text(value))).toList();
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    private static byte[] object(SealedSecret secret) {
        return SecretObject.hash(secret.labelTag(), secret.descriptor(), Hashes.sha3_256(secret.secret()));
    }

    private Change delete(SealedSecret secret) throws Exception {
        return store.transact(tx -> tx.secrets().delete(rosa.user, secret.keyId(), object(secret)));
    }

    @ParameterizedTest
    @ValueSource(ints = {61, 200, 3000, 65_564})
    void delete_secret_isInNoFileAnyMore(int size) throws Exception {
        SealedSecret secret = storeAmongOthers(size);
        byte[] key = key(secret.keyId());
        assertThat(isInFiles(key)).isTrue();
        assertThat(isInFiles(secret.labelTag())).isTrue();

        assertThat(delete(secret)).isEqualTo(Change.CHANGED);

        assertThat(isInFiles(key)).isFalse();
        assertThat(isInFiles(secret.labelTag())).isFalse();
    }

    @Test
    void delete_allSecretsOneByOne_areInNoFileAnyMore() throws Exception {
        storeAmongOthers(300);
        List<byte[]> keys = new ArrayList<>();
        for (SealedSecret secret : secrets) {
            keys.add(key(secret.keyId()));
        }

        for (SealedSecret secret : secrets) {
            delete(secret);
        }

        assertThat(found(database, keys)).isEmpty();
    }

    /** Pages are split, filled up and merged on the way; whatever that leaves in them must not be what was erased later. */
    @ParameterizedTest
    @ValueSource(longs = {2, 4, 6, 8, 10, 12})
    void changes_ofAllSizesInAnyOrder_leaveNothingErasedInAnyFile(long seed) throws Exception {
        Random random = new Random(seed);
        storeAmongOthers(300);
        List<byte[]> erased = new ArrayList<>();
        for (int i = 0; i < CHANGES; i++) {
            int at = random.nextInt(secrets.size());
            SealedSecret secret = secrets.get(at);
            erased.add(key(secret.keyId()));
            if (random.nextInt(4) == 0) {
                delete(secret);
                secrets.remove(at);
            } else {
                secrets.set(at, replaced(secret, random));
            }
        }

        assertThat(found(database, erased)).isEmpty();
    }

    private SealedSecret replaced(SealedSecret secret, Random random) throws Exception {
        SealedSecret next = new SealedSecret(
                secret.keyId(),
                secret.labelTag(),
                TestAccount.bytes(60 + random.nextInt(200)),
                TestAccount.bytes(40 + random.nextInt(random.nextBoolean() ? 4000 : 300)));
        run(tx -> assertThat(
                        tx.secrets().replace(rosa.user, next.keyId(), object(secret), next.descriptor(), next.secret()))
                .isEqualTo(Change.CHANGED));
        return next;
    }

    /** As above, of accounts: they come, are logged in to and go in any order. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void accounts_comingAndGoing_leaveNoKeyInAnyFile(long seed) throws Exception {
        Random random = new Random(seed);
        List<TestAccount> accounts = new ArrayList<>();
        List<byte[]> erased = new ArrayList<>();
        for (int i = 0; i < CHANGES; i++) {
            TestAccount next = TestAccount.random();
            run(next::createIn);
            accounts.add(next);
            TestAccount visited = accounts.get(random.nextInt(accounts.size()));
            run(tx -> tx.accounts().noteLogin(visited.user, 0));
            if (random.nextInt(5) < 3) {
                TestAccount leaving = accounts.remove(random.nextInt(accounts.size()));
                erased.add(key(leaving));
                run(tx -> tx.accounts().delete(leaving.user));
            }
        }

        assertThat(found(database, erased)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {61, 65_564})
    void replace_secret_leavesTheOldOneInNoFile(int size) throws Exception {
        SealedSecret secret = storeAmongOthers(size);
        byte[] key = key(secret.keyId());

        run(tx -> assertThat(tx.secrets()
                        .replace(
                                rosa.user,
                                secret.keyId(),
                                object(secret),
                                TestAccount.bytes(90),
                                TestAccount.bytes(120)))
                .isEqualTo(Change.CHANGED));

        assertThat(isInFiles(key)).isFalse();
        assertThat(isInFiles(key(secret.keyId()))).isTrue();
    }

    @Test
    void rename_secret_leavesTheOldLabelInNoFile() throws Exception {
        SealedSecret secret = storeAmongOthers(200);
        byte[] key = key(secret.keyId());

        run(tx -> tx.secrets()
                .rename(rosa.user, secret.keyId(), object(secret), TestAccount.bytes(16), TestAccount.bytes(200)));

        assertThat(isInFiles(key)).isFalse();
        assertThat(isInFiles(secret.labelTag())).isFalse();
    }

    @Test
    void changeCredentials_leavesTheOldOnesInNoFile() throws Exception {
        byte[] old = key(rosa);
        assertThat(isInFiles(old)).isTrue();

        try (SecretBytes record = SecretBytes.copyOf(TestAccount.bytes(192));
                SecretBytes seed = SecretBytes.copyOf(TestAccount.bytes(64))) {
            run(tx -> assertThat(tx.accounts()
                            .changeCredentials(rosa.user, 1, new NewCredentials(record, seed, TestAccount.bytes(93))))
                    .isTrue());
        }

        assertThat(isInFiles(old)).isFalse();
        assertThat(isInFiles(key(rosa))).isTrue();
    }

    @Test
    void delete_account_isInNoFileAnyMore() throws Exception {
        SealedSecret secret = storeAmongOthers(200);
        List<byte[]> old = List.of(key(rosa), key(secret.keyId()), rosa.name.toByteArray(), rosa.user.toByteArray());
        for (byte[] there : old) {
            assertThat(isInFiles(there)).isTrue();
        }

        run(tx -> tx.accounts().delete(rosa.user));

        assertThat(found(database, old)).isEmpty();
    }

    @Test
    void delete_whileAStrangerReads_isInNoFileOnceTheStrangerIsGone() throws Exception {
        SealedSecret secret = storeAmongOthers(200);
        byte[] key = key(secret.keyId());
        try (Handle stranger = database.durable().open()) {
            stranger.begin();
            stranger.createQuery("SELECT count(*) FROM secrets")
                    .mapTo(int.class)
                    .one();

            assertThat(delete(secret)).isEqualTo(Change.CHANGED);

            assertThat(isInFiles(key))
                    .as("what the stranger reads is kept for it")
                    .isTrue();
            assertThatExceptionOfType(StoreUnavailableException.class)
                    .isThrownBy(store::purge)
                    .extracting(StoreUnavailableException::reason)
                    .isEqualTo(Reason.BUSY);
            stranger.rollback();
        }

        store.purge();

        assertThat(isInFiles(key)).isFalse();
    }

    @Test
    void delete_whileAStrangerReads_isInNoFileAfterTheNextTransaction() throws Exception {
        SealedSecret secret = storeAmongOthers(200);
        byte[] key = key(secret.keyId());
        try (Handle stranger = database.durable().open()) {
            stranger.begin();
            stranger.createQuery("SELECT count(*) FROM secrets")
                    .mapTo(int.class)
                    .one();
            delete(secret);
            stranger.rollback();
        }

        run(tx -> tx.audit().head(rosa.user));

        assertThat(isInFiles(key)).isFalse();
    }

    /** As after a kill between the commit and the truncation: the files as they stand then, opened elsewhere. */
    @Test
    void delete_thenKilledBeforeTheLogIsEmptied_isInNoFileAfterTheNextStart(@TempDir Path elsewhere) throws Exception {
        SealedSecret secret = storeAmongOthers(200);
        byte[] key = key(secret.keyId());
        SqliteDatabase restarted = database.movedTo(elsewhere);
        Files.createDirectories(restarted.file().getParent());
        try (Handle stranger = database.durable().open()) {
            stranger.begin();
            stranger.createQuery("SELECT count(*) FROM secrets")
                    .mapTo(int.class)
                    .one();
            delete(secret);
            for (String suffix : List.of("", "-wal")) {
                Files.copy(
                        database.file().resolveSibling("latchkey.db" + suffix),
                        restarted.file().resolveSibling("latchkey.db" + suffix));
            }
            stranger.rollback();
        }
        assertThat(found(restarted, List.of(key))).isNotEmpty();

        try (Store again = restarted.open()) {
            List<Listed> left = again.transact(tx -> tx.secrets().page(rosa.user, 0, NEIGHBOURS));
            assertThat(left).hasSize(NEIGHBOURS - 1);
            assertThat(found(restarted, List.of(key))).isEmpty();
        }
    }

    @Test
    void truncation_othersWait_letsThemPastAndNotForEver() {
        LogTruncation truncation = new LogTruncation();
        assertThat(truncation.isDueNow(false)).isFalse();

        truncation.transactionEnds(true);

        assertThat(truncation.isDueNow(false)).isTrue();
        for (int i = 0; i < LogTruncation.LONGEST_DELAY; i++) {
            assertThat(truncation.isDueNow(true)).isFalse();
            truncation.transactionEnds(false);
        }
        assertThat(truncation.isDueNow(true)).isTrue();
        truncation.done();
        assertThat(truncation.isDue()).isFalse();
    }
}
