package dev.latchkey.server.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.latchkey.opaque.SecretBytes;
import dev.latchkey.protocol.AuditChain;
import dev.latchkey.protocol.AuditEntry;
import dev.latchkey.protocol.KeyId;
import dev.latchkey.protocol.UserId;
import dev.latchkey.server.store.Accounts.Creation;
import dev.latchkey.server.store.Accounts.Credentials;
import dev.latchkey.server.store.Accounts.LastAttempts;
import dev.latchkey.server.store.Accounts.NewCredentials;
import dev.latchkey.server.store.Accounts.Times;
import dev.latchkey.server.store.GuessLedger;
import dev.latchkey.server.store.GuessLimits;
import dev.latchkey.server.store.NameTag;
import dev.latchkey.server.store.Secrets.Listed;
import dev.latchkey.server.store.Secrets.SealedSecret;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

abstract class AccountsContract extends StoreContract {
    private final TestAccount rosa = TestAccount.random();

    private Optional<Credentials> find(NameTag name) throws Exception {
        return in(tx -> tx.accounts().byName(name));
    }

    private boolean exists(UserId user) throws Exception {
        return version(user) != 0;
    }

    private long version(UserId user) throws Exception {
        return in(tx -> tx.accounts().credentialVersion(user));
    }

    private Optional<byte[]> accountName(UserId user) throws Exception {
        return in(tx -> tx.accounts().accountName(user));
    }

    private List<AuditEntry> log(TestAccount account) throws Exception {
        return in(tx -> tx.audit().page(account.user, 1, 10));
    }

    private List<Listed> secrets(TestAccount account) throws Exception {
        return in(tx -> tx.secrets().page(account.user, 0, 10));
    }

    private Optional<SealedSecret> secret(TestAccount account, KeyId keyId) throws Exception {
        return in(tx -> tx.secrets().byKeyId(account.user, keyId));
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

    @Test
    void accountName_isWhatCameIn() throws Exception {
        run(rosa::createIn);

        assertThat(accountName(rosa.user)).contains("rosa".getBytes(StandardCharsets.UTF_8));
        assertThat(accountName(TestAccount.random().user)).isEmpty();
    }

    @Nested
    class New_credentials {
        private final TestAccount changed = new TestAccount(rosa.name, rosa.user);

        @BeforeEach
        void createAccount() throws Exception {
            run(rosa::createIn);
        }

        private boolean change(TestAccount next, long expectedVersion) throws Exception {
            try (SecretBytes record = SecretBytes.copyOf(next.record);
                    SecretBytes seed = SecretBytes.copyOf(next.oprfSeed)) {
                NewCredentials credentials = new NewCredentials(record, seed, next.encryptedStorageKey);
                return in(tx -> tx.accounts().changeCredentials(rosa.user, expectedVersion, credentials));
            }
        }

        private void assertThatCredentialsAre(TestAccount account, long version) throws Exception {
            try (Credentials found = find(rosa.name).orElseThrow()) {
                assertThat(found.user()).isEqualTo(rosa.user);
                assertThat(found.record().constantTimeEquals(account.record)).isTrue();
                assertThat(found.oprfSeed().constantTimeEquals(account.oprfSeed))
                        .isTrue();
                assertThat(found.credentialVersion()).isEqualTo(version);
            }
            assertThat(storageKey()).contains(account.encryptedStorageKey);
        }

        @Test
        void changeCredentials_ofTheExpectedVersion_swapsAllOfThem() throws Exception {
            assertThat(change(changed, 1)).isTrue();

            assertThatCredentialsAre(changed, 2);
            assertThat(version(rosa.user)).isEqualTo(2);
        }

        @Test
        void changeCredentials_ofAnotherVersion_changesNothing() throws Exception {
            assertThat(change(changed, 2)).isFalse();
            assertThat(change(changed, 0)).isFalse();

            assertThatCredentialsAre(rosa, 1);
        }

        @Test
        void changeCredentials_noSuchAccount_changesNothing() throws Exception {
            run(tx -> tx.accounts().delete(rosa.user));

            assertThat(change(changed, 1)).isFalse();

            assertThat(exists(rosa.user)).isFalse();
        }

        @Test
        void changeCredentials_sixteenSideBySide_oneWins() throws Exception {
            List<Boolean> changes = sideBySide(times(16, () -> change(TestAccount.random(), 1)));

            assertThat(changes).filteredOn(Boolean::booleanValue).hasSize(1);
            assertThat(version(rosa.user)).isEqualTo(2);
        }

        @Test
        void changeCredentials_inATransactionThatFails_changesNothing() throws Exception {
            assertThatIllegalStateException()
                    .isThrownBy(() -> run(tx -> {
                        try (SecretBytes record = SecretBytes.copyOf(changed.record);
                                SecretBytes seed = SecretBytes.copyOf(changed.oprfSeed)) {
                            tx.accounts()
                                    .changeCredentials(
                                            rosa.user,
                                            1,
                                            new NewCredentials(record, seed, changed.encryptedStorageKey));
                        }
                        throw new IllegalStateException("own");
                    }));

            assertThatCredentialsAre(rosa, 1);
        }

        @Test
        void changeCredentials_leavesTheRestOfTheAccount() throws Exception {
            run(tx -> tx.audit().append(rosa.user, TestAccount.event(1)));

            change(changed, 1);

            assertThat(in(tx -> tx.audit().head(rosa.user)).n()).isEqualTo(1);
            assertThat(accountName(rosa.user)).isPresent();
        }
    }

    @Nested
    class Deletion {
        private final TestAccount emma = TestAccount.random();
        private final KeyId rosas = rosa.newKeyId();
        private final KeyId emmas = emma.newKeyId();

        @BeforeEach
        void createAccounts() throws Exception {
            fill(rosa, rosas);
            fill(emma, emmas);
        }

        private void fill(TestAccount account, KeyId keyId) throws Exception {
            run(tx -> {
                account.createIn(tx);
                tx.secrets().allocate(account.user, List.of(keyId, account.newKeyId()), Duration.ofHours(1), 10);
                tx.secrets().store(account.user, TestAccount.secret(keyId), 1, 10);
                tx.audit().append(account.user, TestAccount.event(1));
            });
        }

        @Test
        void delete_takesEverythingOfTheOwner() throws Exception {
            run(tx -> tx.accounts().delete(rosa.user));

            assertThat(find(rosa.name)).isEmpty();
            assertThat(exists(rosa.user)).isFalse();
            assertThat(storageKey()).isEmpty();
            assertThat(accountName(rosa.user)).isEmpty();
            assertThat(secret(rosa, rosas)).isEmpty();
            assertThat(log(rosa)).isEmpty();
        }

        @Test
        void delete_leavesTheOthers() throws Exception {
            run(tx -> tx.accounts().delete(rosa.user));

            find(emma.name).orElseThrow().close();
            assertThat(secret(emma, emmas)).isPresent();
            assertThat(log(emma)).hasSize(1);
        }

        @Test
        void delete_freesTheNameAndTheUserId() throws Exception {
            run(tx -> tx.accounts().delete(rosa.user));

            assertThat(in(rosa::createIn)).isEqualTo(Creation.CREATED);

            assertThatRosaIsUntouched();
            assertThat(in(tx -> tx.audit().head(rosa.user)).head()).isEqualTo(AuditChain.start(rosa.user));
            assertThat(secrets(rosa)).isEmpty();
        }

        @Test
        void delete_leavesTheGuessLedgerOfTheName() throws Exception {
            reopen(options -> options.guessLimits(new GuessLimits(1, Duration.ofHours(2), 1)));
            run(tx -> tx.ledger().take(rosa.name, TestAccount.newSessionId()));

            run(tx -> tx.accounts().delete(rosa.user));

            GuessLedger.Take take = in(tx -> tx.ledger().take(rosa.name, TestAccount.newSessionId()));
            assertThat(take).isInstanceOf(GuessLedger.Take.Refused.class);
        }

        @Test
        void delete_inATransactionThatFails_leavesEverything() throws Exception {
            assertThatIllegalStateException()
                    .isThrownBy(() -> run(tx -> {
                        tx.accounts().delete(rosa.user);
                        throw new IllegalStateException("own");
                    }));

            assertThatRosaIsUntouched();
            assertThat(secret(rosa, rosas)).isPresent();
        }

        @Test
        void delete_unknown_changesNothing() throws Exception {
            run(tx -> tx.accounts().delete(TestAccount.random().user));

            assertThatRosaIsUntouched();
        }
    }

    @Test
    void times_ofAnAccount_areItsRegistrationAndNewestLogin() throws Exception {
        long created = in(tx -> {
            rosa.createIn(tx);
            return tx.nowMillis();
        });
        clock.advance(Duration.ofMinutes(1));
        noteLogin(7);

        Times times = in(tx -> tx.accounts().times(rosa.user)).orElseThrow();

        assertThat(times.createdMillis()).isEqualTo(created);
        assertThat(times.last().loginMillis()).isGreaterThanOrEqualTo(created + 60_000);
        assertThat(times.last().failureMillis()).isEqualTo(7);
        Optional<Times> nobodys = in(tx -> tx.accounts().times(TestAccount.random().user));
        assertThat(nobodys).isEmpty();
    }
}
