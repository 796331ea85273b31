package dev.latchkey.server.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.protocol.Hashes;
import dev.latchkey.protocol.KeyId;
import dev.latchkey.protocol.SecretObject;
import dev.latchkey.server.store.Secrets.Change;
import dev.latchkey.server.store.Secrets.Listed;
import dev.latchkey.server.store.Secrets.Outcome;
import dev.latchkey.server.store.Secrets.SealedSecret;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

abstract class SecretsContract extends StoreContract {
    private static final Duration KEY_ID_LIFETIME = Duration.ofHours(1);
    private static final int MANY = 100;

    private final TestAccount rosa = TestAccount.random();
    private final TestAccount emma = TestAccount.random();

    @BeforeEach
    void createAccounts() throws Exception {
        run(rosa::createIn);
        run(emma::createIn);
    }

    private KeyId allocate() throws Exception {
        KeyId keyId = rosa.newKeyId();
        assertThat(allocate(List.of(keyId), MANY)).isTrue();
        return keyId;
    }

    private Outcome store(SealedSecret secret, long createdN) throws Exception {
        return store(rosa, secret, createdN, MANY);
    }

    private boolean allocate(List<KeyId> keyIds, int atMost) throws Exception {
        return in(tx -> tx.secrets().allocate(rosa.user, keyIds, KEY_ID_LIFETIME, atMost));
    }

    private Outcome store(TestAccount owner, SealedSecret secret, long createdN, int atMost) throws Exception {
        return in(tx -> tx.secrets().store(owner.user, secret, createdN, atMost));
    }

    private Optional<SealedSecret> byKeyId(TestAccount owner, SealedSecret secret) throws Exception {
        return in(tx -> tx.secrets().byKeyId(owner.user, secret.keyId()));
    }

    private Optional<SealedSecret> byLabelTag(TestAccount owner, SealedSecret secret) throws Exception {
        return in(tx -> tx.secrets().byLabelTag(owner.user, secret.labelTag()));
    }

    private List<Listed> page(TestAccount owner, long after, int limit) throws Exception {
        return in(tx -> tx.secrets().page(owner.user, after, limit));
    }

    private SealedSecret stored(long createdN) throws Exception {
        SealedSecret secret = TestAccount.secret(allocate());
        assertThat(store(secret, createdN)).isEqualTo(Outcome.STORED);
        return secret;
    }

    private static void assertSame(Optional<SealedSecret> found, SealedSecret expected) {
        assertThat(found).hasValueSatisfying(secret -> {
            assertThat(secret.keyId()).isEqualTo(expected.keyId());
            assertThat(secret.labelTag()).isEqualTo(expected.labelTag());
            assertThat(secret.descriptor()).isEqualTo(expected.descriptor());
            assertThat(secret.secret()).isEqualTo(expected.secret());
        });
    }

    @Nested
    class Key_ids {
        @Test
        void store_neverAllocated_isUnknown() throws Exception {
            assertThat(store(TestAccount.secret(rosa.newKeyId()), 1)).isEqualTo(Outcome.KEY_ID_UNKNOWN);
        }

        @Test
        void store_allocatedToAnother_isUnknown() throws Exception {
            KeyId emmas = emma.newKeyId();
            run(tx -> tx.secrets().allocate(emma.user, List.of(emmas), KEY_ID_LIFETIME, MANY));

            assertThat(store(TestAccount.secret(emmas), 1)).isEqualTo(Outcome.KEY_ID_UNKNOWN);
        }

        @Test
        void store_allocationExpired_isUnknown() throws Exception {
            KeyId keyId = allocate();
            clock.advance(KEY_ID_LIFETIME);

            assertThat(store(TestAccount.secret(keyId), 1)).isEqualTo(Outcome.KEY_ID_UNKNOWN);
        }

        @Test
        void allocate_moreThanAllowed_allocatesNone() throws Exception {
            List<KeyId> three = List.of(rosa.newKeyId(), rosa.newKeyId(), rosa.newKeyId());

            assertThat(allocate(three, 2)).isFalse();

            assertThat(store(TestAccount.secret(three.get(0)), 1)).isEqualTo(Outcome.KEY_ID_UNKNOWN);
            assertThat(allocate(three, 3)).isTrue();
        }

        @Test
        void allocate_usedAndExpiredOnes_doNotCount() throws Exception {
            stored(1);
            allocate();
            clock.advance(KEY_ID_LIFETIME);

            assertThat(allocate(List.of(rosa.newKeyId()), 1)).isTrue();
        }
    }

    @Nested
    class A_stored_secret {
        @Test
        void find_byKeyIdOrLabelTag_isByteForByteWhatCameIn() throws Exception {
            SealedSecret secret = stored(1);

            assertSame(byKeyId(rosa, secret), secret);
            assertSame(byLabelTag(rosa, secret), secret);
        }

        @Test
        void find_byAnother_isEmpty() throws Exception {
            SealedSecret secret = stored(1);

            assertThat(byKeyId(emma, secret)).isEmpty();
            assertThat(byLabelTag(emma, secret)).isEmpty();
        }

        @Test
        void store_sameBytesAgain_isAlreadyThere() throws Exception {
            SealedSecret secret = stored(1);

            assertThat(store(secret, 2)).isEqualTo(Outcome.ALREADY_STORED);

            assertThat(page(rosa, 0, 10)).extracting(Listed::createdN).containsExactly(1L);
        }

        @Test
        void store_sameBytesLongAfterTheAllocation_isAlreadyThere() throws Exception {
            SealedSecret secret = stored(1);
            clock.advance(KEY_ID_LIFETIME.multipliedBy(2));

            assertThat(store(secret, 2)).isEqualTo(Outcome.ALREADY_STORED);
        }

        @Test
        void store_otherBytesAnywhere_isAConflictAndChangesNothing() throws Exception {
            SealedSecret first = stored(1);
            byte[] tag = first.labelTag();
            byte[] descriptor = first.descriptor();

            assertThat(store(new SealedSecret(first.keyId(), tag, descriptor, TestAccount.bytes(200)), 2))
                    .isEqualTo(Outcome.CONFLICT);
            assertThat(store(new SealedSecret(first.keyId(), tag, TestAccount.bytes(60), first.secret()), 2))
                    .isEqualTo(Outcome.CONFLICT);
            assertThat(store(new SealedSecret(first.keyId(), TestAccount.bytes(16), descriptor, first.secret()), 2))
                    .isEqualTo(Outcome.CONFLICT);

            assertSame(byKeyId(rosa, first), first);
        }

        @Test
        void store_labelInUse_saysSoAndKeepsTheKeyIdFree() throws Exception {
            SealedSecret first = stored(1);
            KeyId keyId = allocate();
            SealedSecret sameLabel =
                    new SealedSecret(keyId, first.labelTag(), TestAccount.bytes(60), TestAccount.bytes(200));

            assertThat(store(sameLabel, 2)).isEqualTo(Outcome.LABEL_EXISTS);

            assertThat(store(TestAccount.secret(keyId), 2)).isEqualTo(Outcome.STORED);
        }

        @Test
        void store_anotherOwnersLabel_isFree() throws Exception {
            SealedSecret rosas = stored(1);
            KeyId emmas = emma.newKeyId();
            SealedSecret sameLabel =
                    new SealedSecret(emmas, rosas.labelTag(), TestAccount.bytes(60), TestAccount.bytes(200));
            run(tx -> tx.secrets().allocate(emma.user, List.of(emmas), KEY_ID_LIFETIME, MANY));

            assertThat(store(emma, sameLabel, 1, MANY)).isEqualTo(Outcome.STORED);
        }

        @Test
        void store_asManyAsAllowed_isTheLimit() throws Exception {
            stored(1);
            stored(2);
            SealedSecret third = TestAccount.secret(allocate());

            assertThat(store(rosa, third, 3, 2)).isEqualTo(Outcome.LIMIT_REACHED);
            assertThat(store(rosa, third, 3, 3)).isEqualTo(Outcome.STORED);
        }

        @Test
        void store_theLargest_comesBackWhole() throws Exception {
            SealedSecret largest = new SealedSecret(
                    allocate(), TestAccount.bytes(16), TestAccount.bytes(294), TestAccount.bytes(65_564));

            assertThat(store(largest, 1)).isEqualTo(Outcome.STORED);

            assertSame(byKeyId(rosa, largest), largest);
        }

        @Test
        void store_oneLabelSideBySide_storesOne() throws Exception {
            byte[] tag = TestAccount.bytes(16);
            List<Callable<Outcome>> tasks = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                long n = i + 1L;
                SealedSecret secret = new SealedSecret(allocate(), tag, TestAccount.bytes(60), TestAccount.bytes(200));
                tasks.add(() -> store(secret, n));
            }

            List<Outcome> outcomes = sideBySide(tasks);

            assertThat(outcomes).filteredOn(Outcome.STORED::equals).hasSize(1);
            assertThat(outcomes).filteredOn(Outcome.LABEL_EXISTS::equals).hasSize(7);
        }
    }

    @Nested
    class A_list {
        @Test
        void page_goesOnAfterTheOneBefore() throws Exception {
            List<KeyId> keyIds = new ArrayList<>();
            for (long n : new long[] {3, 5, 8, 13, 21}) {
                keyIds.add(stored(n).keyId());
            }

            List<Listed> first = page(rosa, 0, 2);
            List<Listed> second = page(rosa, first.get(1).createdN(), 2);
            List<Listed> third = page(rosa, second.get(1).createdN(), 2);

            assertThat(first).extracting(Listed::keyId).isEqualTo(keyIds.subList(0, 2));
            assertThat(second).extracting(Listed::keyId).isEqualTo(keyIds.subList(2, 4));
            assertThat(third).extracting(Listed::keyId).isEqualTo(keyIds.subList(4, 5));
        }

        @Test
        void page_givesEachAsItIs() throws Exception {
            SealedSecret secret = stored(4);

            Listed listed = page(rosa, 0, 10).get(0);

            assertThat(listed.labelTag()).isEqualTo(secret.labelTag());
            assertThat(listed.descriptor()).isEqualTo(secret.descriptor());
            assertThat(listed.secretHash()).isEqualTo(Hashes.sha3_256(secret.secret()));
            assertThat(listed.createdN()).isEqualTo(4);
            assertThat(listed.lastRetrievedMillis()).isZero();
        }

        @Test
        void markRetrieved_showsWhen() throws Exception {
            SealedSecret secret = stored(1);

            long now = in(tx -> {
                tx.secrets().markRetrieved(rosa.user, secret.keyId());
                return tx.nowMillis();
            });

            assertThat(page(rosa, 0, 10).get(0).lastRetrievedMillis()).isEqualTo(now);
        }

        @Test
        void page_anotherOwners_isTheirs() throws Exception {
            stored(1);

            assertThat(page(emma, 0, 10)).isEmpty();
        }
    }

    @Nested
    class A_change {
        private final byte[] descriptor = TestAccount.bytes(70);
        private final byte[] bytes = TestAccount.bytes(300);
        private final byte[] tag = TestAccount.bytes(16);
        private SealedSecret secret;

        @BeforeEach
        void storeOne() throws Exception {
            secret = stored(1);
        }

        private Change replace(byte[] expected) throws Exception {
            return in(tx -> tx.secrets().replace(rosa.user, secret.keyId(), expected, descriptor, bytes));
        }

        private Change rename(byte[] expected, byte[] labelTag) throws Exception {
            return in(tx -> tx.secrets().rename(rosa.user, secret.keyId(), expected, labelTag, descriptor));
        }

        private Change delete(byte[] expected) throws Exception {
            return in(tx -> tx.secrets().delete(rosa.user, secret.keyId(), expected));
        }

        private Optional<Listed> byKey(TestAccount owner) throws Exception {
            return in(tx -> tx.secrets().listed(owner.user, secret.keyId()));
        }

        private Optional<Listed> byLabel(TestAccount owner) throws Exception {
            return in(tx -> tx.secrets().listed(owner.user, secret.labelTag()));
        }

        private byte[] object() {
            return object(secret);
        }

        @Test
        void object_isThatOfTheAuditChain() throws Exception {
            assertThat(byKey(rosa).orElseThrow().object()).isEqualTo(object());
        }

        private static byte[] object(SealedSecret of) {
            return SecretObject.hash(of.labelTag(), of.descriptor(), Hashes.sha3_256(of.secret()));
        }

        @Test
        void replace_theExpectedOne_keepsLabelAndPlace() throws Exception {
            stored(2);
            run(tx -> tx.secrets().markRetrieved(rosa.user, secret.keyId()));

            assertThat(replace(object())).isEqualTo(Change.CHANGED);

            SealedSecret replaced = new SealedSecret(secret.keyId(), secret.labelTag(), descriptor, bytes);
            assertSame(byKeyId(rosa, secret), replaced);
            assertSame(byLabelTag(rosa, secret), replaced);
            Listed listed = page(rosa, 0, 1).get(0);
            assertThat(listed.createdN()).isEqualTo(1);
            assertThat(listed.secretHash()).isEqualTo(Hashes.sha3_256(bytes));
            assertThat(listed.object()).isEqualTo(object(replaced));
        }

        @Test
        void replace_again_isSoAlreadyWhateverWasExpected() throws Exception {
            byte[] before = object();
            replace(before);

            assertThat(replace(before)).isEqualTo(Change.ALREADY_SO);
            assertThat(replace(TestAccount.bytes(32))).isEqualTo(Change.ALREADY_SO);
        }

        @Test
        void replace_another_isAConflictAndChangesNothing() throws Exception {
            assertThat(replace(TestAccount.bytes(32))).isEqualTo(Change.CONFLICT);

            assertSame(byKeyId(rosa, secret), secret);
        }

        @Test
        void replace_eightSideBySide_oneWins() throws Exception {
            byte[] expected = object();
            List<Callable<Change>> tasks = times(
                    8,
                    () -> in(tx -> tx.secrets()
                            .replace(
                                    rosa.user,
                                    secret.keyId(),
                                    expected,
                                    TestAccount.bytes(60),
                                    TestAccount.bytes(90))));

            List<Change> changes = sideBySide(tasks);

            assertThat(changes).filteredOn(Change.CHANGED::equals).hasSize(1);
            assertThat(changes).filteredOn(Change.CONFLICT::equals).hasSize(7);
        }

        @Test
        void rename_theExpectedOne_movesItToTheOtherLabel() throws Exception {
            assertThat(rename(object(), tag)).isEqualTo(Change.CHANGED);

            SealedSecret renamed = new SealedSecret(secret.keyId(), tag, descriptor, secret.secret());
            assertSame(byLabelTag(rosa, renamed), renamed);
            assertThat(byLabelTag(rosa, secret)).isEmpty();
            assertThat(page(rosa, 0, 1).get(0).createdN()).isEqualTo(1);
        }

        @Test
        void rename_again_isSoAlreadyWhateverWasExpected() throws Exception {
            byte[] before = object();
            rename(before, tag);

            assertThat(rename(before, tag)).isEqualTo(Change.ALREADY_SO);
        }

        @Test
        void rename_another_isAConflictAndChangesNothing() throws Exception {
            assertThat(rename(TestAccount.bytes(32), tag)).isEqualTo(Change.CONFLICT);

            assertSame(byLabelTag(rosa, secret), secret);
        }

        @Test
        void rename_toALabelInUse_saysSoAndChangesNothing() throws Exception {
            SealedSecret other = stored(2);

            assertThat(rename(object(), other.labelTag())).isEqualTo(Change.LABEL_EXISTS);

            assertSame(byLabelTag(rosa, secret), secret);
            assertSame(byLabelTag(rosa, other), other);
        }

        @Test
        void rename_toItsOwnLabel_takesTheDescriptor() throws Exception {
            assertThat(rename(object(), secret.labelTag())).isEqualTo(Change.CHANGED);

            assertThat(byKeyId(rosa, secret).orElseThrow().descriptor()).isEqualTo(descriptor);
        }

        @Test
        void delete_theExpectedOne_leavesATombstone() throws Exception {
            assertThat(delete(object())).isEqualTo(Change.CHANGED);

            assertThat(byKeyId(rosa, secret)).isEmpty();
            assertThat(byLabelTag(rosa, secret)).isEmpty();
            assertThat(page(rosa, 0, 10)).isEmpty();
            assertThat(byKey(rosa)).isEmpty();
            assertThat(byLabel(rosa)).isEmpty();
        }

        @Test
        void delete_another_isAConflictAndChangesNothing() throws Exception {
            assertThat(delete(TestAccount.bytes(32))).isEqualTo(Change.CONFLICT);

            assertSame(byKeyId(rosa, secret), secret);
        }

        @Test
        void delete_again_isSoAlready() throws Exception {
            delete(object());

            assertThat(delete(object())).isEqualTo(Change.ALREADY_SO);
            assertThat(delete(TestAccount.bytes(32))).isEqualTo(Change.ALREADY_SO);
        }

        @Test
        void deleted_isNeverStoredReplacedOrRenamedAgain() throws Exception {
            byte[] before = object();
            delete(before);

            assertThat(store(secret, 2)).isEqualTo(Outcome.CONFLICT);
            assertThat(replace(before)).isEqualTo(Change.CONFLICT);
            assertThat(rename(before, tag)).isEqualTo(Change.CONFLICT);
            assertThat(byKeyId(rosa, secret)).isEmpty();
        }

        @Test
        void deleted_isAllocatedAgain_isStillNeverStored() throws Exception {
            delete(object());
            assertThat(allocate(List.of(secret.keyId()), MANY)).isTrue();

            assertThat(store(secret, 2)).isEqualTo(Outcome.CONFLICT);
        }

        @Test
        void deleted_freesItsLabelAndItsPlaceInTheLimit() throws Exception {
            delete(object());
            SealedSecret next = new SealedSecret(allocate(), secret.labelTag(), secret.descriptor(), bytes);

            assertThat(store(rosa, next, 2, 1)).isEqualTo(Outcome.STORED);
        }

        private List<Change> changes(TestAccount owner, KeyId keyId) throws Exception {
            byte[] expected = object();
            return in(tx -> List.of(
                    tx.secrets().replace(owner.user, keyId, expected, descriptor, bytes),
                    tx.secrets().rename(owner.user, keyId, expected, tag, descriptor),
                    tx.secrets().delete(owner.user, keyId, expected)));
        }

        @Test
        void change_ofAnUnknownOne_isNotFound() throws Exception {
            assertThat(changes(rosa, allocate())).containsOnly(Change.NOT_FOUND);
        }

        @Test
        void change_ofAnothers_isNotFoundAndChangesNothing() throws Exception {
            assertThat(changes(emma, secret.keyId())).containsOnly(Change.NOT_FOUND);

            assertSame(byKeyId(rosa, secret), secret);
        }

        @Test
        void listed_byKeyIdOrLabelTag_isTheSameAndTheOwnersAlone() throws Exception {
            assertThat(byKey(rosa).orElseThrow().object()).isEqualTo(object());
            assertThat(byLabel(rosa).orElseThrow().object()).isEqualTo(object());
            assertThat(byKey(emma)).isEmpty();
            assertThat(byLabel(emma)).isEmpty();
        }
    }

    @Test
    void count_deletedAndOtherOwners_areNotAmongThem() throws Exception {
        SealedSecret deleted = stored(1);
        stored(2);
        byte[] object = page(rosa, 0, MANY).get(0).object();
        run(tx -> tx.secrets().delete(rosa.user, deleted.keyId(), object));

        int ofRosa = in(tx -> tx.secrets().count(rosa.user));
        int ofEmma = in(tx -> tx.secrets().count(emma.user));
        assertThat(List.of(ofRosa, ofEmma)).containsExactly(1, 0);
    }
}
