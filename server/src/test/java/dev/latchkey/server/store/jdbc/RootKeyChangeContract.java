package dev.latchkey.server.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.latchkey.opaque.SecretBytes;
import dev.latchkey.server.seal.Cell;
import dev.latchkey.server.seal.CurrentRootKey;
import dev.latchkey.server.seal.DamagedValueException;
import dev.latchkey.server.seal.DataKey;
import dev.latchkey.server.seal.KeyWrapper;
import dev.latchkey.server.seal.RootKey;
import dev.latchkey.server.seal.RootKeyException;
import dev.latchkey.server.seal.RootKeyFile;
import dev.latchkey.server.seal.RootKeySource.InFile;
import dev.latchkey.server.seal.RootKeyUnavailableException;
import dev.latchkey.server.store.KeyRotation.Progress;
import dev.latchkey.server.store.KeyRotation.RootKeyChanged;
import dev.latchkey.server.store.KeyRotation.State;
import dev.latchkey.server.store.Sessions.NewSession;
import dev.latchkey.server.store.Store;
import dev.latchkey.server.store.StoreOpenException;
import dev.latchkey.server.store.StoreOpenException.Reason;
import dev.latchkey.server.store.StoreOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

abstract class RootKeyChangeContract extends StoreContract {
    final RootKey next = RootKey.generate(new SecureRandom());
    private TestOwner rosa;

    @BeforeEach
    void register() throws Exception {
        rosa = TestOwner.register(store(), "rosa");
        store().keyRotation().begin();
    }

    @AfterEach
    void wipe() {
        next.close();
    }

    final StoreOptions under(KeyWrapper rootKey) {
        return StoreOptions.of(testDatabase().options().location(), rootKey, new SecureRandom())
                .clockOffset(clock);
    }

    private void assertOnlyOpensUnder(KeyWrapper good, KeyWrapper bad) throws Exception {
        assertThatExceptionOfType(StoreOpenException.class)
                .isThrownBy(() -> Stores.open(under(bad)))
                .extracting(StoreOpenException::reason)
                .isEqualTo(Reason.ROOT_KEY_MISMATCH);
        try (Store opened = Stores.open(under(good))) {
            assertThat(rosa.isWholeIn(opened)).isTrue();
        }
    }

    @Test
    void changeRootKey_ofAStoppedServer_makesTheNewOneTheOnlyOne() throws Exception {
        store().close();
        KeyWrapper old = testDatabase().options().rootKey();

        assertThat(Stores.changeRootKey(testDatabase().options(), next)).isTrue();

        assertOnlyOpensUnder(next, old);
        assertThat(Stores.changeRootKey(testDatabase().options(), next)).isFalse();
    }

    @Test
    void changeRootKey_thatDoesNotEnd_leavesTheOldOneTheOnlyOne() throws Exception {
        store().close();
        KeyWrapper old = testDatabase().options().rootKey();

        assertThatExceptionOfType(IllegalStateException.class)
                .isThrownBy(() -> Stores.changeRootKey(testDatabase().options(), new DiesAtTheSecond(next)));

        assertOnlyOpensUnder(old, next);
    }

    @Test
    void changeRootKey_toOneThatDoesNotOpenWhatItWraps_isRefused() throws Exception {
        store().close();
        KeyWrapper old = testDatabase().options().rootKey();

        for (KeyWrapper useless : List.of(new OnlyWraps(next), new MayNothing(next))) {
            assertThatExceptionOfType(StoreOpenException.class)
                    .isThrownBy(() -> Stores.changeRootKey(testDatabase().options(), useless))
                    .extracting(StoreOpenException::reason)
                    .isEqualTo(Reason.USELESS_ROOT_KEY);
        }

        assertOnlyOpensUnder(old, next);
    }

    /** A key of another service, of the same name: servers that run could not tell that theirs is over. */
    @Test
    void changeRootKey_toOneThatIsOnlyNamedLikeTheOld_isRefused() throws Exception {
        store().close();
        KeyWrapper old = testDatabase().options().rootKey();

        assertThatExceptionOfType(StoreOpenException.class)
                .isThrownBy(() -> Stores.changeRootKey(testDatabase().options(), new NamedLike(old, next)))
                .extracting(StoreOpenException::reason)
                .isEqualTo(Reason.NAMESAKE_ROOT_KEY);

        assertOnlyOpensUnder(old, next);
    }

    /** Renews, seals on the next day, is asked again, starts again: all under the new one. */
    @Test
    void changeRootKey_byARunningServer_isWhatItGoesOnWith() throws Exception {
        Path nextFile = folder.resolve("next.key");
        RootKeyFile.create(nextFile, new SecureRandom()).close();
        String old;
        try (Server server = new Server(putUnderAFile())) {
            old = hex(server.rootKey.fingerprint());
            openSession(server.store);

            RootKeyChanged done = server.store.keyRotation().changeRootKey(new InFile(nextFile));

            assertThat(done).isEqualTo(new RootKeyChanged(true, hex(server.rootKey.fingerprint())));
            assertThat(done.fingerprint()).isNotEqualTo(old);
            assertEverythingGoesOn(server.store);
            assertThat(server.store.keyRotation().changeRootKey(new InFile(nextFile)))
                    .isEqualTo(new RootKeyChanged(false, done.fingerprint()));
            assertOpensNothing(server.file);
        }
        try (RootKey fromFile = RootKeyFile.load(nextFile, new SecureRandom());
                RootKey before = RootKeyFile.load(folder.resolve("root.key"), new SecureRandom())) {
            assertOnlyOpensUnder(fromFile, before);
        }
    }

    /** A key that is deleted is wiped when nobody can be using it any more, however often somebody looks. */
    @Test
    void refresh_ofKeysThatAreDeleted_wipesThemByAge() throws Exception {
        AtomicLong nanos = new AtomicLong();
        testDatabase().hands().useHandle(handle -> {
            DataKeySet keys = new DataKeySet(testDatabase().options().rootKey(), nanos::get);
            keys.reload(handle);
            DataKey old = keys.get(1);
            renew(store());

            for (int i = 0; i < 3; i++) {
                keys.refresh(handle);
            }
            assertThat(keys.get(1)).isNull();
            assertThat(old.seal(new byte[1], DataKeySet.cell(1), new SecureRandom()))
                    .isNotEmpty();

            nanos.addAndGet(DataKeySet.LONGEST_USE.toNanos() + 1);
            keys.refresh(handle);
            assertThatExceptionOfType(IllegalStateException.class)
                    .isThrownBy(() -> old.seal(new byte[1], DataKeySet.cell(1), new SecureRandom()));
            keys.close();
        });
    }

    @Test
    void changeRootKey_byARunningServerToAFileThatOthersMayRead_isRefused() throws Exception {
        Path nextFile = folder.resolve("next.key");
        RootKeyFile.create(nextFile, new SecureRandom()).close();
        Files.setPosixFilePermissions(nextFile, PosixFilePermissions.fromString("rw-r-----"));
        try (Server server = new Server(putUnderAFile())) {
            assertThatExceptionOfType(RootKeyException.class)
                    .isThrownBy(() -> server.store.keyRotation().changeRootKey(new InFile(nextFile)));
            assertThat(rosa.isWholeIn(server.store)).isTrue();
        }
    }

    /** Stops the server, and puts the database under a root key in a file. */
    final Path putUnderAFile() throws Exception {
        store().close();
        Path file = folder.resolve("root.key");
        try (RootKey first = RootKeyFile.create(file, new SecureRandom())) {
            assertThat(Stores.changeRootKey(testDatabase().options(), first)).isTrue();
        }
        return file;
    }

    final TestOwner rosa() {
        return rosa;
    }

    static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    final void openSession(Store store) throws Exception {
        try (SecretBytes keys = SecretBytes.copyOf(TestAccount.bytes(64))) {
            NewSession session = new NewSession(
                    TestAccount.newSessionId(), rosa.user, 2, 1, keys, Duration.ofMinutes(5), Duration.ofHours(1));
            store.transact(tx -> {
                tx.sessions().open(session, 16);
                return null;
            });
        }
    }

    /** The data key is renewed, and a day goes by. */
    final void assertEverythingGoesOn(Store store) throws Exception {
        rosa.isIn(store).storeSecret();
        // The one that this test begins with, and another.
        renew(store);
        renew(store);
        clock.advance(Duration.ofHours(25));
        openSession(store);
        store.purge();
        assertThat(store.hindrance()).isEmpty();
        assertThat(rosa.isWholeIn(store)).isTrue();
    }

    static void renew(Store store) throws Exception {
        Progress progress = store.keyRotation().begin();
        while (!progress.state().ends()) {
            progress = store.keyRotation().step();
        }
        assertThat(progress.state()).isEqualTo(State.DONE);
    }

    /** Whatever is wrapped in the database. */
    void assertOpensNothing(Path rootKey) throws Exception {
        try (RootKey old = RootKeyFile.load(rootKey, new SecureRandom())) {
            assertOpensNothing(old, "data_keys", DataKeySet::cell);
        }
    }

    final void assertOpensNothing(RootKey rootKey, String table, IntFunction<Cell> cells) {
        testDatabase().hands().useHandle(handle -> {
            Map<Integer, byte[]> keys = handle.createQuery("SELECT version, wrapped FROM " + table)
                    .map((row, context) -> Map.entry(row.getInt(1), row.getBytes(2)))
                    .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
            assertThat(keys).isNotEmpty();
            keys.forEach((version, wrapped) -> assertThatExceptionOfType(DamagedValueException.class)
                    .isThrownBy(() -> rootKey.unwrap(wrapped, cells.apply(version))));
        });
    }

    /** One that takes its root key from a file. */
    final class Server implements AutoCloseable {
        final Path file;
        final AtomicLong nanos = new AtomicLong();
        final CurrentRootKey rootKey;
        final Store store;

        Server(Path file) throws Exception {
            this.file = file;
            this.rootKey = CurrentRootKey.open(new InFile(file), new SecureRandom(), nanos::get);
            this.store = Stores.open(under(rootKey));
        }

        @Override
        public void close() {
            store.close();
            rootKey.close();
        }
    }

    @Test
    void changeRootKey_fromOneThatIsNotTheDatabases_isRefused() {
        store().close();
        try (RootKey stranger = RootKey.generate(new SecureRandom())) {
            assertThatExceptionOfType(StoreOpenException.class)
                    .isThrownBy(() -> Stores.changeRootKey(under(stranger), next))
                    .extracting(StoreOpenException::reason)
                    .isEqualTo(Reason.ROOT_KEY_MISMATCH);
        }
    }

    /** May encrypt and not decrypt. */
    private record OnlyWraps(KeyWrapper wrapper) implements KeyWrapper {
        @Override
        public byte[] fingerprint() {
            return wrapper.fingerprint();
        }

        @Override
        public byte[] wrap(SecretBytes dataKey, Cell cell) {
            return wrapper.wrap(dataKey, cell);
        }

        @Override
        public SecretBytes unwrap(byte[] wrapped, Cell cell) throws DamagedValueException {
            throw new DamagedValueException(DamagedValueException.Reason.NOT_AUTHENTIC, cell);
        }

        @Override
        public void close() {}
    }

    /** May neither encrypt nor decrypt. */
    private record MayNothing(KeyWrapper wrapper) implements KeyWrapper {
        @Override
        public byte[] fingerprint() {
            return wrapper.fingerprint();
        }

        @Override
        public byte[] wrap(SecretBytes dataKey, Cell cell) {
            throw RootKeyUnavailableException.changedMeanwhile(null);
        }

        @Override
        public SecretBytes unwrap(byte[] wrapped, Cell cell) {
            throw RootKeyUnavailableException.changedMeanwhile(null);
        }

        @Override
        public void close() {}
    }

    /** Has the fingerprint of one and the key of another. */
    private record NamedLike(KeyWrapper name, KeyWrapper key) implements KeyWrapper {
        @Override
        public byte[] fingerprint() {
            return name.fingerprint();
        }

        @Override
        public byte[] wrap(SecretBytes dataKey, Cell cell) {
            return key.wrap(dataKey, cell);
        }

        @Override
        public SecretBytes unwrap(byte[] wrapped, Cell cell) throws DamagedValueException {
            return key.unwrap(wrapped, cell);
        }

        @Override
        public void close() {}
    }

    /** As if the process had ended between two keys. */
    private static final class DiesAtTheSecond implements KeyWrapper {
        private final KeyWrapper wrapper;
        private int wrapped;

        DiesAtTheSecond(KeyWrapper wrapper) {
            this.wrapper = wrapper;
        }

        @Override
        public byte[] fingerprint() {
            return wrapper.fingerprint();
        }

        @Override
        public byte[] wrap(SecretBytes dataKey, Cell cell) {
            if (++wrapped == 2) {
                throw new IllegalStateException("the end");
            }
            return wrapper.wrap(dataKey, cell);
        }

        @Override
        public SecretBytes unwrap(byte[] value, Cell cell) throws DamagedValueException {
            return wrapper.unwrap(value, cell);
        }

        @Override
        public void close() {
            // The other one is its maker's.
        }
    }
}
