package dev.latchkey.server.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.latchkey.opaque.SecretBytes;
import dev.latchkey.protocol.KeyId;
import dev.latchkey.server.backup.BackupException;
import dev.latchkey.server.backup.BackupException.Reason;
import dev.latchkey.server.backup.BackupFile;
import dev.latchkey.server.backup.BackupWriter;
import dev.latchkey.server.backup.Manifest;
import dev.latchkey.server.seal.RootKey;
import dev.latchkey.server.store.Accounts.Credentials;
import dev.latchkey.server.store.Backups.Taken;
import dev.latchkey.server.store.BudgetTag;
import dev.latchkey.server.store.DamagedRow;
import dev.latchkey.server.store.GuessLedger.Budget;
import dev.latchkey.server.store.Secrets.SealedSecret;
import dev.latchkey.server.store.Sessions.NewSession;
import dev.latchkey.server.store.Store;
import dev.latchkey.server.store.StoreCheck;
import dev.latchkey.server.store.StoreOptions;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

abstract class BackupContract extends StoreContract {
    private static final int WRITERS = 3;
    private static final int SAMPLES = 60;
    private static final int HEADER = 137;

    private final TestAccount rosa = TestAccount.random();
    private Path backup;

    @BeforeEach
    void fill() throws Exception {
        backup = folder.resolve("first.backup");
        run(rosa::createIn);
    }

    private Manifest take(Path file) throws Exception {
        return new BackupWriter(store(), testDatabase().options()).write(file, bytes -> {});
    }

    private Manifest verify(Path file) throws BackupException {
        return new BackupFile(file, testDatabase().options().rootKey()).verify(Optional.empty());
    }

    private StoreOptions elsewhere(TestDatabase target) {
        return StoreOptions.of(
                        target.options().location(), testDatabase().options().rootKey(), new SecureRandom())
                .clockOffset(clock);
    }

    private Manifest restore(Path file, StoreOptions options) throws BackupException {
        return new BackupFile(file, testDatabase().options().rootKey()).restore(options);
    }

    private SealedSecret stored(int length, long createdN) throws Exception {
        KeyId keyId = rosa.newKeyId();
        SealedSecret secret =
                new SealedSecret(keyId, TestAccount.bytes(16), TestAccount.bytes(60), TestAccount.bytes(length));
        run(tx -> {
            tx.secrets().allocate(rosa.user, List.of(keyId), Duration.ofHours(1), 99);
            tx.secrets().store(rosa.user, secret, createdN, 99);
        });
        return secret;
    }

    @Test
    void restore_elsewhere_bringsEverythingBackThatLastsAndNothingElse() throws Exception {
        SealedSecret secret = stored(200, 1);
        try (SecretBytes keys = SecretBytes.copyOf(TestAccount.bytes(64))) {
            run(tx -> {
                tx.audit().append(rosa.user, TestAccount.event(tx.nowMillis()));
                tx.ledger().take(rosa.name, TestAccount.newSessionId());
                tx.sessions()
                        .open(
                                new NewSession(
                                        TestAccount.newSessionId(),
                                        rosa.user,
                                        2,
                                        1,
                                        keys,
                                        Duration.ofMinutes(5),
                                        Duration.ofHours(1)),
                                16);
            });
        }
        byte[] head = in(tx -> tx.audit().head(rosa.user)).head();
        Manifest taken = take(backup);

        try (TestDatabase target = database(folder.resolve("target"))) {
            Manifest restored = restore(backup, elsewhere(target));
            assertThat(restored).isEqualTo(taken);
            try (Store store = Stores.open(elsewhere(target))) {
                assertThat(new StoreCopy(elsewhere(target)).write(new ByteArrayOutputStream()))
                        .as("digests")
                        .isEqualTo(taken.tables());
                store.transact(tx -> {
                    try (Credentials credentials =
                            tx.accounts().byName(rosa.name).orElseThrow()) {
                        assertThat(credentials.record().constantTimeEquals(rosa.record))
                                .isTrue();
                    }
                    assertThat(tx.secrets()
                                    .byKeyId(rosa.user, secret.keyId())
                                    .orElseThrow()
                                    .secret())
                            .isEqualTo(secret.secret());
                    assertThat(tx.audit().head(rosa.user).head()).isEqualTo(head);
                    Budget budget = tx.ledger().budget(BudgetTag.of(rosa.name));
                    assertThat(budget.left()).isEqualTo(budget.capacity() - 1);
                    assertThat(tx.sessions().listOf(rosa.user)).isEmpty();
                    assertThat(tx.backups().last()).contains(taken.taken());
                    assertThat(tx.backups().nextNumber())
                            .isGreaterThan(taken.taken().number());
                    // Numbers that the database draws go on behind those that were brought.
                    tx.ledger().take(rosa.name, TestAccount.newSessionId());
                    TestAccount.random().createIn(tx);
                    return null;
                });
            }
        }
    }

    /** An honest owner loses nothing because another's row is damaged. */
    @Test
    void restore_ofARowUnderADataKeyThatIsNotThere_bringsItBackAsItWas() throws Exception {
        SealedSecret secret = stored(200, 1);
        store().close();
        testDatabase().hands().useHandle(handle -> {
            if (this instanceof StoreCheckContract.PostgresTriggers triggers) {
                triggers.disable(handle);
            }
            byte[] damaged = handle.createQuery("SELECT secret FROM secrets")
                    .mapTo(byte[].class)
                    .one();
            damaged[4] = 99;
            handle.execute("UPDATE secrets SET secret = ?", damaged);
        });
        reopen(options -> options);
        Manifest taken = take(backup);

        try (TestDatabase target = database(folder.resolve("target"))) {
            assertThat(restore(backup, elsewhere(target))).isEqualTo(taken);

            List<DamagedRow> found = new ArrayList<>();
            Stores.check(elsewhere(target), new StoreCheck() {
                @Override
                public void damaged(DamagedRow row) {
                    found.add(row);
                }

                @Override
                public void progress(long accounts, long total) {
                    assertThat(accounts).isEqualTo(total);
                }
            });
            assertThat(found)
                    .filteredOn(row -> row.column().equals("secret"))
                    .singleElement()
                    .extracting(DamagedRow::kind, DamagedRow::row)
                    .containsExactly(
                            DamagedRow.Kind.DOES_NOT_OPEN,
                            HexFormat.of().formatHex(secret.keyId().toByteArray()));
            if (target instanceof PostgresTestDatabase) {
                assertThatThrownBy(() -> target.hands()
                                .useHandle(handle -> handle.execute("UPDATE secrets SET secret = secret")))
                        .satisfies(refused ->
                                assertThat(PostgresFailure.of(refused)).isEqualTo(PostgresFailure.CLOSED_KEY));
            }
        }
    }

    @Test
    void take_whileOthersWrite_showsOneMoment() throws Exception {
        ExecutorService writers = Executors.newFixedThreadPool(WRITERS);
        AtomicBoolean enough = new AtomicBoolean();
        AtomicInteger entries = new AtomicInteger();
        try {
            List<Future<?>> writing = new ArrayList<>();
            for (int i = 0; i < WRITERS; i++) {
                writing.add(writers.submit(() -> {
                    while (!enough.get()) {
                        run(tx -> {
                            tx.audit().append(rosa.user, TestAccount.event(tx.nowMillis()));
                            tx.audit().append(rosa.user, TestAccount.event(tx.nowMillis()));
                        });
                        entries.addAndGet(2);
                    }
                    return null;
                }));
            }
            Manifest[] taken = new Manifest[3];
            for (int i = 0; i < taken.length; i++) {
                int before = entries.get();
                while (entries.get() < before + 20) {
                    Thread.onSpinWait();
                }
                taken[i] = take(folder.resolve(i + ".backup"));
            }
            enough.set(true);
            for (Future<?> writer : writing) {
                writer.get();
            }
            assertThat(taken[2].taken().number()).isGreaterThan(taken[0].taken().number());
            assertThat(rows(taken[2], "audit")).isGreaterThan(rows(taken[0], "audit"));
        } finally {
            enough.set(true);
            writers.shutdownNow();
        }

        try (TestDatabase target = database(folder.resolve("target"))) {
            Manifest restored = restore(folder.resolve("1.backup"), elsewhere(target));
            try (Store store = Stores.open(elsewhere(target))) {
                long n = store.view(tx -> tx.audit().head(rosa.user).n());
                assertThat(n).isEqualTo(rows(restored, "audit")).isEven();
            }
        }
    }

    private static long rows(Manifest manifest, String table) {
        return manifest.tables().stream()
                .filter(one -> one.table().equals(table))
                .findAny()
                .orElseThrow()
                .rows();
    }

    @Test
    void take_holdsEveryTableThatLasts() {
        List<String> tables = testDatabase()
                .hands()
                .withHandle(handle -> testDatabase() instanceof SqliteDatabase
                        ? SqliteSchema.tables(handle)
                        : PostgresSchema.tables(handle));
        List<String> known = new ArrayList<>(DurableTables.KEYS.keySet());
        known.addAll(DurableTables.LEFT_OUT);

        assertThat(known).containsAll(tables);
    }

    @Test
    void take_writesNothingThatCanBeRead() throws Exception {
        SealedSecret secret = stored(200, 1);
        take(backup);
        ByteArrayOutputStream rows = new ByteArrayOutputStream();
        new StoreCopy(testDatabase().options()).write(rows);
        String unsealed = HexFormat.of().formatHex(rows.toByteArray());
        String file = HexFormat.of().formatHex(Files.readAllBytes(backup));

        for (byte[] needle : List.of(rosa.user.toByteArray(), rosa.name.toByteArray(), secret.labelTag())) {
            assertThat(unsealed)
                    .as("it is among the rows")
                    .contains(HexFormat.of().formatHex(needle));
            assertThat(file)
                    .as("and not to be read in the backup")
                    .doesNotContain(HexFormat.of().formatHex(needle));
        }
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(backup)))
                .isEqualTo("rw-------");
        try (Stream<Path> left = Files.list(folder)) {
            assertThat(left).noneMatch(path -> path.toString().endsWith(".part"));
        }
    }

    @Test
    void take_whereAFileIs_leavesItAlone() throws Exception {
        Files.writeString(backup, "mine");

        assertRefused(Reason.EXISTS, () -> take(backup));
        assertThat(backup).hasContent("mine");
        assertRefused(Reason.UNWRITABLE, () -> take(folder.resolve("none").resolve("x")));
        assertThat(in(tx -> tx.backups().last()).map(Taken::number)).isEmpty();
    }

    @Test
    void verify_changedAnywhere_isRefused() throws Exception {
        stored(100, 1);
        take(backup);
        byte[] whole = Files.readAllBytes(backup);
        Path changed = folder.resolve("changed");
        Random random = new Random(7);
        List<Integer> places = new ArrayList<>();
        for (int i = 0; i < SAMPLES; i++) {
            places.add(random.nextInt(whole.length));
            places.add(random.nextInt(HEADER));
            places.add(whole.length - 1 - random.nextInt(900));
        }
        for (int place : places) {
            byte[] bytes = whole.clone();
            bytes[place] ^= (byte) (1 << random.nextInt(8));
            Files.write(changed, bytes);
            assertThatThrownBy(() -> verify(changed)).as("byte " + place).isInstanceOf(BackupException.class);
        }
        for (int length : List.of(0, 1, HEADER - 1, HEADER, HEADER + 4, whole.length / 2, whole.length - 1)) {
            Files.write(changed, Arrays.copyOf(whole, length));
            assertThatThrownBy(() -> verify(changed)).as("cut at " + length).isInstanceOf(BackupException.class);
        }
        Files.write(changed, Arrays.copyOf(whole, whole.length + 1));
        assertRefused(Reason.DAMAGED, () -> verify(changed));
        assertThat(verify(backup).tables()).isNotEmpty();
    }

    @Test
    void restore_chunksSwappedOrOfTwoBackups_isRefusedAndLeavesTheTargetEmpty() throws Exception {
        for (int i = 1; i <= 3; i++) {
            stored(1 << 20, i);
        }
        Path second = folder.resolve("second.backup");
        take(backup);
        take(second);
        byte[] whole = Files.readAllBytes(backup);
        byte[] other = Files.readAllBytes(second);
        int chunk = 4 + ByteBuffer.wrap(whole).getInt(HEADER);
        assertThat(whole.length).isGreaterThan(HEADER + 3 * chunk);

        byte[] swapped = whole.clone();
        System.arraycopy(whole, HEADER, swapped, HEADER + chunk, chunk);
        System.arraycopy(whole, HEADER + chunk, swapped, HEADER, chunk);
        byte[] mixed = whole.clone();
        System.arraycopy(other, HEADER + chunk, mixed, HEADER + chunk, chunk);
        byte[] otherEnd = whole.clone();
        System.arraycopy(other, other.length - 600, otherEnd, whole.length - 600, 600);

        try (TestDatabase target = database(folder.resolve("target"))) {
            for (byte[] bytes : List.of(swapped, mixed, otherEnd)) {
                Path forged = Files.write(folder.resolve("forged"), bytes);
                assertRefused(Reason.DAMAGED, () -> restore(forged, elsewhere(target)));
            }
            assertThat(restore(second, elsewhere(target)).taken().number()).isEqualTo(2);
        }
    }

    @Test
    void restore_underAnotherRootKeyOrWhereSomethingIs_isRefusedAndChangesNothing() throws Exception {
        take(backup);
        run(TestAccount.random()::createIn);
        byte[] before = rows(testDatabase().options());

        try (RootKey other = RootKey.generate(new SecureRandom())) {
            assertRefused(Reason.ROOT_KEY, () -> new BackupFile(backup, other).verify(Optional.empty()));
        }
        assertRefused(
                Reason.OTHER_DEPLOYMENT,
                () -> new BackupFile(backup, testDatabase().options().rootKey()).verify(Optional.of("00".repeat(32))));
        store().close();
        assertRefused(Reason.TARGET, () -> restore(backup, testDatabase().options()));

        reopen(options -> options);
        assertThat(rows(testDatabase().options())).isEqualTo(before);
    }

    private static byte[] rows(StoreOptions options) throws Exception {
        ByteArrayOutputStream rows = new ByteArrayOutputStream();
        new StoreCopy(options).write(rows);
        return rows.toByteArray();
    }

    @Test
    void take_givenUpOnTheWay_leavesNothing() throws Exception {
        assertRefused(
                Reason.UNWRITABLE,
                () -> new BackupWriter(store(), testDatabase().options()).write(backup, bytes -> {
                    throw new IOException("nobody waits for it any more");
                }));

        try (Stream<Path> left = Files.list(folder)) {
            assertThat(left.filter(Files::isRegularFile)).isEmpty();
        }
    }

    private static void assertRefused(Reason reason, ThrowingCallable call) {
        BackupException refused = catchThrowableOfType(BackupException.class, call);
        assertThat(refused).isNotNull();
        assertThat(refused.reason()).isEqualTo(reason);
    }
}
