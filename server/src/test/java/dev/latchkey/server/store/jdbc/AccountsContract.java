package dev.latchkey.server.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.latchkey.protocol.AuditChain;
import dev.latchkey.protocol.UserId;
import dev.latchkey.server.store.Accounts.Creation;
import dev.latchkey.server.store.Accounts.Credentials;
import dev.latchkey.server.store.Accounts.LastAttempts;
import dev.latchkey.server.store.NameTag;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;

abstract class AccountsContract extends StoreContract {
    private final TestAccount rosa = TestAccount.random();

    private Optional<Credentials> find(NameTag name) throws Exception {
        return in(tx -> tx.accounts().byName(name));
    }

    private boolean exists(UserId user) throws Exception {
        return in(tx -> tx.accounts().credentialVersion(user)) != 0;
    }

    private Optional<byte[]> storageKey() throws Exception {
        return in(tx -> tx.accounts().encryptedStorageKey(rosa.user));
    }

    private LastAttempts noteLogin(long newestFailureMillis) throws Exception {
        return in(tx -> tx.accounts().noteLogin(rosa.user, newestFailureMillis));
    }

    @Test
    void byName_created_givesWhatALoginNeeds() throws Exception {
        assertThat(in(rosa::createIn)).isEqualTo(Creation.CREATED);

        try (Credentials found = find(rosa.name).orElseThrow()) {
            assertThat(found.user()).isEqualTo(rosa.user);
            assertThat(found.record().constantTimeEquals(rosa.record)).isTrue();
            assertThat(found.oprfSeed().constantTimeEquals(rosa.oprfSeed)).isTrue();
            assertThat(found.credentialVersion()).isEqualTo(1);
        }
    }

    @Test
    void byName_unknown_isEmpty() throws Exception {
        assertThat(find(rosa.name)).isEmpty();
    }

    @Test
    void encryptedStorageKey_created_isByteForByteWhatCameIn() throws Exception {
        run(rosa::createIn);

        assertThat(storageKey()).contains(rosa.encryptedStorageKey);
    }

    @Test
    void encryptedStorageKey_unknown_isEmpty() throws Exception {
        assertThat(storageKey()).isEmpty();
    }

    @Test
    void create_startsItsAuditChain() throws Exception {
        run(rosa::createIn);

        assertThat(in(tx -> tx.audit().head(rosa.user)).n()).isZero();
        assertThat(in(tx -> tx.audit().head(rosa.user)).head()).isEqualTo(AuditChain.start(rosa.user));
    }

    @Test
    void create_nameTaken_saysSoAndStoresNothing() throws Exception {
        run(rosa::createIn);
        TestAccount second = new TestAccount(rosa.name, TestAccount.random().user);

        assertThat(in(second::createIn)).isEqualTo(Creation.NAME_TAKEN);

        assertThat(exists(second.user)).isFalse();
        assertThatRosaIsUntouched();
    }

    @Test
    void create_userIdTaken_saysSoAndStoresNothing() throws Exception {
        run(rosa::createIn);
        TestAccount second = new TestAccount(TestAccount.random().name, rosa.user);

        assertThat(in(second::createIn)).isEqualTo(Creation.USER_ID_TAKEN);

        assertThat(find(second.name)).isEmpty();
        assertThatRosaIsUntouched();
    }

    @Test
    void create_sixteenOfOneNameSideBySide_createsOne() throws Exception {
        List<TestAccount> accounts = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            accounts.add(new TestAccount(rosa.name, TestAccount.random().user));
        }

        assertThat(createSideBySide(accounts))
                .filteredOn(Creation.CREATED::equals)
                .hasSize(1);
        assertThat(createSideBySide(accounts)).containsOnly(Creation.NAME_TAKEN);
    }

    @Test
    void create_sixteenOfOneUserIdSideBySide_createsOne() throws Exception {
        List<TestAccount> accounts = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            accounts.add(new TestAccount(TestAccount.random().name, rosa.user));
        }

        List<Creation> creations = createSideBySide(accounts);

        assertThat(creations).filteredOn(Creation.CREATED::equals).hasSize(1);
        assertThat(creations).filteredOn(Creation.USER_ID_TAKEN::equals).hasSize(15);
    }

    @Test
    void noteLogin_givesTheOneBeforeAndTheNewestFailureEver() throws Exception {
        run(rosa::createIn);
        LastAttempts first = noteLogin(0);
        clock.advance(Duration.ofHours(1));

        LastAttempts second = noteLogin(1234);
        LastAttempts third = noteLogin(0);

        assertThat(first).isEqualTo(new LastAttempts(0, 0));
        assertThat(second.failureMillis()).isEqualTo(1234);
        assertThat(third.failureMillis()).isEqualTo(1234);
        assertThat(third.loginMillis() - second.loginMillis())
                .isBetween(Duration.ofHours(1).toMillis(), Duration.ofHours(2).toMillis());
    }

    @Test
    void noteLogin_noSuchAccount_isACallersBug() {
        assertThatIllegalStateException()
                .isThrownBy(() -> run(tx -> tx.accounts().noteLogin(rosa.user, 0)));
    }

    private List<Creation> createSideBySide(List<TestAccount> accounts) throws Exception {
        List<Callable<Creation>> tasks = new ArrayList<>();
        for (TestAccount account : accounts) {
            tasks.add(() -> in(account::createIn));
        }
        return sideBySide(tasks);
    }

    private void assertThatRosaIsUntouched() throws Exception {
        try (Credentials found = find(rosa.name).orElseThrow()) {
            assertThat(found.user()).isEqualTo(rosa.user);
            assertThat(found.record().constantTimeEquals(rosa.record)).isTrue();
        }
        assertThat(storageKey()).contains(rosa.encryptedStorageKey);
    }
}
