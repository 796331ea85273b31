package dev.latchkey.server.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.latchkey.opaque.SecretBytes;
import dev.latchkey.server.seal.Cell;
import dev.latchkey.server.seal.DamagedValueException;
import dev.latchkey.server.seal.KeyWrapper;
import dev.latchkey.server.seal.RootKey;
import dev.latchkey.server.store.Store;
import dev.latchkey.server.store.StoreOpenException;
import dev.latchkey.server.store.StoreOpenException.Reason;
import dev.latchkey.server.store.StoreOptions;
import java.security.SecureRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

abstract class RootKeyChangeContract extends StoreContract {
    private final RootKey next = RootKey.generate(new SecureRandom());
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

    private StoreOptions under(KeyWrapper rootKey) {
        return StoreOptions.of(testDatabase().options().location(), rootKey, new SecureRandom());
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

        assertThatExceptionOfType(StoreOpenException.class)
                .isThrownBy(() -> Stores.changeRootKey(testDatabase().options(), new OnlyWraps(next)))
                .extracting(StoreOpenException::reason)
                .isEqualTo(Reason.USELESS_ROOT_KEY);

        assertOnlyOpensUnder(old, next);
    }

    /** A key of a service that was deleted and made again, under the same name. */
    @Test
    void changeRootKey_toOneThatIsOnlyNamedLikeTheOld_isDone() throws Exception {
        store().close();
        KeyWrapper old = testDatabase().options().rootKey();
        NamedLike namesake = new NamedLike(old, next);

        assertThat(Stores.changeRootKey(testDatabase().options(), namesake)).isTrue();

        try (Store opened = Stores.open(under(namesake))) {
            assertThat(rosa.isWholeIn(opened)).isTrue();
        }
        assertThat(Stores.changeRootKey(under(namesake), namesake)).isFalse();
    }

    @Test
    void changeRootKey_whileAServerRuns_isRefused() throws Exception {
        assertThatExceptionOfType(StoreOpenException.class)
                .isThrownBy(() -> Stores.changeRootKey(testDatabase().options(), next))
                .extracting(StoreOpenException::reason)
                .isIn(Reason.IN_USE, Reason.SERVERS_RUN);

        store().close();
        assertOnlyOpensUnder(testDatabase().options().rootKey(), next);
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
