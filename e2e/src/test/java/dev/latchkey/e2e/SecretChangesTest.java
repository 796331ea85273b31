package dev.latchkey.e2e;

import static dev.latchkey.e2e.RawSecrets.failureOf;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.latchkey.protocol.AuditAction;
import dev.latchkey.protocol.AuditEntry;
import dev.latchkey.protocol.Hashes;
import dev.latchkey.protocol.KeyId;
import dev.latchkey.protocol.SecretObject;
import dev.latchkey.protocol.UserId;
import dev.latchkey.protocol.wire.AuditHead;
import dev.latchkey.protocol.wire.FailureCode;
import dev.latchkey.protocol.wire.ListedSecret;
import dev.latchkey.protocol.wire.NewSecret;
import dev.latchkey.protocol.wire.Request;
import dev.latchkey.protocol.wire.Response;
import dev.latchkey.protocol.wire.StoredSecret;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of stored secrets, as an honest client and as a hostile one asks for it. */
final class SecretChangesTest extends OwnersAtOneServer {

    private RawSecrets secrets;
    private NewSecret stored;

    @BeforeEach
    void storeOne() throws Exception {
        secrets = new RawSecrets(client.logIn(name, PASSWORD));
        stored = secrets.stored();
        secrets.log().absorb(secrets.list().getSecretsListed().getAudit());
    }

    /** The one entry that an answer brings, about this secret. */
    private AuditEntry entryOf(AuditHead audit, ByteString keyId) {
        assertThat(audit.getEntriesCount()).isEqualTo(1);
        secrets.log().absorb(audit);
        AuditEntry entry = secrets.log().last();
        assertThat(entry.keyId()).contains(KeyId.of(keyId.toByteArray()));
        assertThat(entry.sessionId()).contains(secrets.session().id());
        return entry;
    }

    private void assertThatNothingChanged() {
        Response listed = secrets.only(RawSecrets.byKeyId(stored.getKeyId()));
        assertThat(listed.getSecretsListed().getAudit().getEntriesList()).isEmpty();
        assertThat(listed.getSecretsListed().getAudit().getN())
                .isEqualTo(secrets.log().n());
        assertThat(objectOf(listed.getSecretsListed().getSecrets(0))).isEqualTo(RawSecrets.object(stored));
    }

    private static ByteString objectOf(ListedSecret listed) {
        return RawClient.bytes(SecretObject.hash(
                listed.getLabelTag().toByteArray(),
                listed.getSealedDescriptor().toByteArray(),
                listed.getSecretHash().toByteArray()));
    }

    private static List<Response> sideBySide(List<Callable<Response>> calls) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(calls.size());
        try {
            List<Response> answers = new ArrayList<>();
            for (Future<Response> answer : threads.invokeAll(calls)) {
                answers.add(answer.get());
            }
            return answers;
        } finally {
            threads.shutdownNow();
        }
    }

    private static Request.Builder expecting(Request.Builder request, ByteString object) {
        switch (request.getOperationCase()) {
            case REPLACE_SECRET -> request.getReplaceSecretBuilder().setExpectedObject(object);
            case RENAME_SECRET -> request.getRenameSecretBuilder().setExpectedObject(object);
            case DELETE_SECRET -> request.getDeleteSecretBuilder().setExpectedObject(object);
            default -> throw new IllegalArgumentException();
        }
        return request;
    }

    private List<Request.Builder> allChanges() {
        return List.of(
                RawSecrets.replacement(stored, secrets.descriptor(), secrets.secret()),
                RawSecrets.renaming(stored, secrets.labelTag(), secrets.descriptor()),
                RawSecrets.deletion(stored));
    }

    @Test
    void change_expectingAnotherObject_isAConflictAndChangesNothing() {
        for (Request.Builder change : allChanges()) {
            Response answer = secrets.call(expecting(change, secrets.random(32)));

            assertThat(failureOf(answer)).isEqualTo(FailureCode.FAILURE_CODE_CONFLICT);
        }
        assertThatNothingChanged();
    }

    @Test
    void change_ofAnotherOwnersSecret_isNotFoundAndChangesNothing() throws Exception {
        RawSecrets others = new RawSecrets(client.logIn(register(UserId.random(client.random())), PASSWORD));

        for (Request.Builder change : allChanges()) {
            assertThat(failureOf(others.call(change))).isEqualTo(FailureCode.FAILURE_CODE_NOT_FOUND);
        }
        assertThat(failureOf(others.retrieve(stored.getKeyId()))).isEqualTo(FailureCode.FAILURE_CODE_NOT_FOUND);
        assertThat(failureOf(others.only(RawSecrets.byKeyId(stored.getKeyId()))))
                .isEqualTo(FailureCode.FAILURE_CODE_NOT_FOUND);
        assertThat(failureOf(others.only(RawSecrets.byLabelTag(stored.getLabelTag()))))
                .isEqualTo(FailureCode.FAILURE_CODE_NOT_FOUND);
        assertThatNothingChanged();
    }

    @Test
    void change_ofAKeyIdWithoutASecret_isNotFound() {
        NewSecret nothing = secrets.fresh();

        assertThat(failureOf(secrets.call(RawSecrets.replacement(nothing, secrets.descriptor(), secrets.secret()))))
                .isEqualTo(FailureCode.FAILURE_CODE_NOT_FOUND);
        assertThat(failureOf(secrets.call(RawSecrets.renaming(nothing, secrets.labelTag(), secrets.descriptor()))))
                .isEqualTo(FailureCode.FAILURE_CODE_NOT_FOUND);
        assertThat(failureOf(secrets.call(RawSecrets.deletion(nothing)))).isEqualTo(FailureCode.FAILURE_CODE_NOT_FOUND);
    }

    @Test
    void sealedThing_notInTheFormOfOne_isMalformedAndChangesNothing() {
        ByteString serversMark =
                RawClient.bytes(secrets.sealed(80).toByteArray()).substring(1);
        ByteString marked = ByteString.copyFrom(new byte[] {0x02}).concat(serversMark);
        NewSecret fresh = secrets.fresh();
        List<Request.Builder> requests = List.of(
                RawSecrets.replacement(stored, secrets.descriptor(), marked),
                RawSecrets.replacement(stored, marked, secrets.secret()),
                RawSecrets.renaming(stored, secrets.labelTag(), marked),
                RawSecrets.generation(
                        fresh.toBuilder().setSealedDescriptor(marked).build(), 32));

        for (Request.Builder request : requests) {
            assertThat(failureOf(secrets.call(request))).isEqualTo(FailureCode.FAILURE_CODE_MALFORMED);
        }
        Response answer = secrets.store(
                secrets.fresh(), fresh.toBuilder().setSealedSecret(marked).build());
        assertThat(failureOf(answer)).isEqualTo(FailureCode.FAILURE_CODE_MALFORMED);
        assertThat(answer.getFailure().getItem()).isEqualTo(1);
        assertThat(failureOf(secrets.store(
                        fresh.toBuilder().setSealedDescriptor(marked).build())))
                .isEqualTo(FailureCode.FAILURE_CODE_MALFORMED);
        assertThatNothingChanged();
    }

    @Nested
    class Replacing {
        @Test
        void replace_givesTheNewBytesUnderTheSameLabelAtTheSamePlace() {
            NewSecret second = secrets.stored();
            secrets.log().absorb(secrets.list().getSecretsListed().getAudit());
            NewSecret replaced = stored.toBuilder()
                    .setSealedDescriptor(secrets.descriptor())
                    .setSealedSecret(secrets.secret())
                    .build();

            Response answer = secrets.call(
                    RawSecrets.replacement(stored, replaced.getSealedDescriptor(), replaced.getSealedSecret()));

            AuditEntry entry = entryOf(answer.getSecretReplaced().getAudit(), stored.getKeyId());
            assertThat(entry.action()).contains(AuditAction.SECRET_REPLACED);
            assertThat(entry.object()).contains(RawSecrets.object(replaced).toByteArray());
            List<ListedSecret> list = secrets.list().getSecretsListed().getSecretsList();
            assertThat(list).extracting(ListedSecret::getKeyId).containsExactly(stored.getKeyId(), second.getKeyId());
            assertThat(objectOf(list.get(0))).isEqualTo(RawSecrets.object(replaced));
            StoredSecret retrieved =
                    secrets.retrieve(stored.getKeyId()).getSecretsRetrieved().getSecrets(0);
            assertThat(retrieved.getSealedSecret()).isEqualTo(replaced.getSealedSecret());
            assertThat(retrieved.getLabelTag()).isEqualTo(stored.getLabelTag());
        }

        @Test
        void replace_repeated_succeedsWithoutASecondEntry() {
            Request.Builder request = RawSecrets.replacement(stored, secrets.descriptor(), secrets.secret());
            entryOf(secrets.call(request).getSecretReplaced().getAudit(), stored.getKeyId());

            Response again = secrets.call(request);

            assertThat(again.getSecretReplaced().getAudit().getEntriesList()).isEmpty();
            assertThat(again.getSecretReplaced().getAudit().getN())
                    .isEqualTo(secrets.log().n());
        }

        @Test
        void replace_byManyDevicesAtOnce_oneWins() throws Exception {
            List<Callable<Response>> calls = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                RawSecrets device = new RawSecrets(client.logIn(name, PASSWORD));
                Request.Builder request = RawSecrets.replacement(stored, device.descriptor(), device.secret());
                calls.add(() -> device.call(request));
            }

            List<Response> answers = sideBySide(calls);

            assertThat(answers).filteredOn(Response::hasSecretReplaced).hasSize(1);
            assertThat(answers)
                    .filteredOn(answer -> failureOf(answer) == FailureCode.FAILURE_CODE_CONFLICT)
                    .hasSize(3);
            secrets.log().absorb(secrets.list().getSecretsListed().getAudit());
            assertThat(secrets.log().actions())
                    .filteredOn(AuditAction.SECRET_REPLACED::equals)
                    .hasSize(1);
        }

        @Test
        void replace_againstADeletionAtOnce_oneWins() throws Exception {
            RawSecrets other = new RawSecrets(client.logIn(name, PASSWORD));
            Request.Builder replacement = RawSecrets.replacement(stored, other.descriptor(), other.secret());

            List<Response> answers =
                    sideBySide(List.of(() -> other.call(replacement), () -> secrets.call(RawSecrets.deletion(stored))));

            assertThat(answers).filteredOn(Response::hasFailure).hasSize(1);
            assertThat(answers)
                    .filteredOn(answer -> failureOf(answer) == FailureCode.FAILURE_CODE_CONFLICT)
                    .hasSize(1);
        }
    }

    @Nested
    class Renaming {
        @Test
        void rename_movesTheSameBytesToTheOtherLabel() {
            NewSecret renamed = stored.toBuilder()
                    .setLabelTag(secrets.labelTag())
                    .setSealedDescriptor(secrets.descriptor())
                    .build();

            Response answer =
                    secrets.call(RawSecrets.renaming(stored, renamed.getLabelTag(), renamed.getSealedDescriptor()));

            AuditEntry entry = entryOf(answer.getSecretRenamed().getAudit(), stored.getKeyId());
            assertThat(entry.action()).contains(AuditAction.SECRET_RENAMED);
            assertThat(entry.object()).contains(RawSecrets.object(renamed).toByteArray());
            assertThat(failureOf(secrets.only(RawSecrets.byLabelTag(stored.getLabelTag()))))
                    .isEqualTo(FailureCode.FAILURE_CODE_NOT_FOUND);
            ListedSecret listed = secrets.only(RawSecrets.byLabelTag(renamed.getLabelTag()))
                    .getSecretsListed()
                    .getSecrets(0);
            assertThat(objectOf(listed)).isEqualTo(RawSecrets.object(renamed));
        }

        @Test
        void rename_repeated_succeedsWithoutASecondEntry() {
            Request.Builder request = RawSecrets.renaming(stored, secrets.labelTag(), secrets.descriptor());
            entryOf(secrets.call(request).getSecretRenamed().getAudit(), stored.getKeyId());

            Response again = secrets.call(request);

            assertThat(again.hasSecretRenamed()).isTrue();
            assertThat(again.getSecretRenamed().getAudit().getEntriesList()).isEmpty();
        }

        @Test
        void rename_toALabelInUse_saysSoAndChangesNothing() {
            NewSecret other = secrets.stored();
            secrets.log().absorb(secrets.list().getSecretsListed().getAudit());

            Response answer = secrets.call(RawSecrets.renaming(stored, other.getLabelTag(), secrets.descriptor()));

            assertThat(failureOf(answer)).isEqualTo(FailureCode.FAILURE_CODE_LABEL_EXISTS);
            assertThatNothingChanged();
        }
    }

    @Nested
    class Deleting {
        @Test
        void delete_leavesNothingToFind() {
            Response answer = secrets.call(RawSecrets.deletion(stored));

            AuditEntry entry = entryOf(answer.getSecretDeleted().getAudit(), stored.getKeyId());
            assertThat(entry.action()).contains(AuditAction.SECRET_DELETED);
            assertThat(entry.object()).isEmpty();
            assertThat(secrets.list().getSecretsListed().getSecretsList()).isEmpty();
            assertThat(failureOf(secrets.retrieve(stored.getKeyId()))).isEqualTo(FailureCode.FAILURE_CODE_NOT_FOUND);
        }

        @Test
        void delete_repeated_succeedsWithoutASecondEntry() {
            entryOf(secrets.call(RawSecrets.deletion(stored)).getSecretDeleted().getAudit(), stored.getKeyId());

            Response again = secrets.call(RawSecrets.deletion(stored));

            assertThat(again.hasSecretDeleted()).isTrue();
            assertThat(again.getSecretDeleted().getAudit().getEntriesList()).isEmpty();
        }

        @Test
        void deleted_lateRetriesOfEarlierRequests_reviveNothing() {
            Request.Builder replacement = RawSecrets.replacement(stored, secrets.descriptor(), secrets.secret());
            Request.Builder renaming = RawSecrets.renaming(stored, secrets.labelTag(), secrets.descriptor());
            secrets.call(RawSecrets.deletion(stored));

            assertThat(failureOf(secrets.store(stored))).isEqualTo(FailureCode.FAILURE_CODE_CONFLICT);
            assertThat(failureOf(secrets.call(replacement))).isEqualTo(FailureCode.FAILURE_CODE_CONFLICT);
            assertThat(failureOf(secrets.call(renaming))).isEqualTo(FailureCode.FAILURE_CODE_CONFLICT);
            assertThat(failureOf(secrets.call(RawSecrets.generation(stored, 32))))
                    .isEqualTo(FailureCode.FAILURE_CODE_CONFLICT);
            assertThat(secrets.list().getSecretsListed().getSecretsList()).isEmpty();
        }

        @Test
        void deleted_itsLabelIsFree() {
            secrets.call(RawSecrets.deletion(stored));

            Response answer = secrets.store(secrets.fresh().toBuilder()
                    .setLabelTag(stored.getLabelTag())
                    .build());

            assertThat(answer.hasSecretsStored()).isTrue();
        }
    }

    @Nested
    class Generating_at_the_server {
        private StoredSecret retrieved(NewSecret secret) {
            return secrets.retrieve(secret.getKeyId()).getSecretsRetrieved().getSecrets(0);
        }

        @ParameterizedTest
        @ValueSource(ints = {1, 32, 65_535})
        void generate_framesSoManyBytesAsKnownToTheServer(int length) {
            NewSecret wanted = secrets.fresh();

            Response answer = secrets.call(RawSecrets.generation(wanted, length));

            AuditEntry entry = entryOf(answer.getSecretGenerated().getAudit(), wanted.getKeyId());
            StoredSecret generated = retrieved(wanted);
            assertThat(entry.action()).contains(AuditAction.SECRET_GENERATED_AT_SERVER);
            assertThat(generated.getSealedSecret().size()).isEqualTo(length + 1);
            assertThat(generated.getSealedSecret().byteAt(0)).isEqualTo((byte) 0x02);
            assertThat(generated.getSealedDescriptor()).isEqualTo(wanted.getSealedDescriptor());
            assertThat(entry.object())
                    .contains(SecretObject.hash(
                            wanted.getLabelTag().toByteArray(),
                            wanted.getSealedDescriptor().toByteArray(),
                            Hashes.sha3_256(generated.getSealedSecret().toByteArray())));
        }

        @Test
        void generate_twice_givesDifferentBytes() {
            NewSecret one = secrets.fresh();
            NewSecret other = secrets.fresh();
            secrets.call(RawSecrets.generation(one, 32));
            secrets.call(RawSecrets.generation(other, 32));

            assertThat(retrieved(one).getSealedSecret())
                    .isNotEqualTo(retrieved(other).getSealedSecret());
        }

        @Test
        void generate_repeated_keepsTheBytesAndWritesNoSecondEntry() {
            NewSecret wanted = secrets.fresh();
            entryOf(
                    secrets.call(RawSecrets.generation(wanted, 32))
                            .getSecretGenerated()
                            .getAudit(),
                    wanted.getKeyId());

            Response again = secrets.call(RawSecrets.generation(wanted, 32));

            assertThat(again.hasSecretGenerated()).isTrue();
            assertThat(again.getSecretGenerated().getAudit().getEntriesList()).isEmpty();
        }

        @Test
        void generate_underAKeyIdInUse_isAConflict() {
            NewSecret generated = secrets.fresh();
            secrets.call(RawSecrets.generation(generated, 32));

            assertThat(failureOf(secrets.call(RawSecrets.generation(generated, 33))))
                    .isEqualTo(FailureCode.FAILURE_CODE_CONFLICT);
            assertThat(failureOf(secrets.call(RawSecrets.generation(
                            generated.toBuilder()
                                    .setSealedDescriptor(secrets.descriptor())
                                    .build(),
                            32))))
                    .isEqualTo(FailureCode.FAILURE_CODE_CONFLICT);
            assertThat(failureOf(secrets.store(generated))).isEqualTo(FailureCode.FAILURE_CODE_CONFLICT);
            assertThat(failureOf(secrets.call(RawSecrets.generation(stored, 51))))
                    .as("a secret of the client's that is as long")
                    .isEqualTo(FailureCode.FAILURE_CODE_CONFLICT);
        }

        @Test
        void generate_labelInUseOrKeyIdOfNobody_isRefused() {
            NewSecret wanted = secrets.fresh();

            assertThat(failureOf(secrets.call(RawSecrets.generation(
                            wanted.toBuilder().setLabelTag(stored.getLabelTag()).build(), 32))))
                    .isEqualTo(FailureCode.FAILURE_CODE_LABEL_EXISTS);
            assertThat(failureOf(secrets.call(RawSecrets.generation(
                            wanted.toBuilder().setKeyId(secrets.random(16)).build(), 32))))
                    .isEqualTo(FailureCode.FAILURE_CODE_KEY_ID_UNKNOWN);
        }

        @ParameterizedTest
        @ValueSource(ints = {0, 65_536, -1})
        void generate_impossibleLength_isMalformed(int length) {
            assertThat(failureOf(secrets.call(RawSecrets.generation(secrets.fresh(), length))))
                    .isEqualTo(FailureCode.FAILURE_CODE_MALFORMED);
        }

        @Test
        void generated_isRenamedAndDeletedAndNeverReplaced() {
            NewSecret wanted = secrets.fresh();
            secrets.call(RawSecrets.generation(wanted, 32));
            NewSecret generated = wanted.toBuilder()
                    .setSealedSecret(retrieved(wanted).getSealedSecret())
                    .build();

            assertThat(failureOf(
                            secrets.call(RawSecrets.replacement(generated, secrets.descriptor(), secrets.secret()))))
                    .isEqualTo(FailureCode.FAILURE_CODE_CONFLICT);
            assertThat(retrieved(wanted).getSealedSecret()).isEqualTo(generated.getSealedSecret());

            NewSecret renamed = generated.toBuilder()
                    .setLabelTag(secrets.labelTag())
                    .setSealedDescriptor(secrets.descriptor())
                    .build();
            assertThat(secrets.call(RawSecrets.renaming(
                                    generated, renamed.getLabelTag(), renamed.getSealedDescriptor()))
                            .hasSecretRenamed())
                    .isTrue();
            assertThat(secrets.call(RawSecrets.deletion(renamed)).hasSecretDeleted())
                    .isTrue();
        }
    }

    @Nested
    class Listing_some {
        @Test
        void only_givesTheseInThisOrderAndLeavesNoEntry() {
            NewSecret second = secrets.stored();
            NewSecret third = secrets.stored();
            secrets.log().absorb(secrets.list().getSecretsListed().getAudit());

            Response answer = secrets.only(
                    RawSecrets.byLabelTag(third.getLabelTag()),
                    RawSecrets.byKeyId(stored.getKeyId()),
                    RawSecrets.byKeyId(second.getKeyId()));

            assertThat(answer.getSecretsListed().getSecretsList())
                    .extracting(ListedSecret::getKeyId)
                    .containsExactly(third.getKeyId(), stored.getKeyId(), second.getKeyId());
            assertThat(answer.getSecretsListed().getNext()).isZero();
            assertThat(answer.getSecretsListed().getAudit().getEntriesList()).isEmpty();
            assertThat(answer.getSecretsListed().getAudit().getN())
                    .isEqualTo(secrets.log().n());
            assertThat(answer.getSecretsListed().getSecrets(1).getLastRetrievedUnixMs())
                    .isZero();
        }

        @Test
        void only_oneIsMissing_saysWhich() {
            Response answer =
                    secrets.only(RawSecrets.byKeyId(stored.getKeyId()), RawSecrets.byLabelTag(secrets.labelTag()));

            assertThat(failureOf(answer)).isEqualTo(FailureCode.FAILURE_CODE_NOT_FOUND);
            assertThat(answer.getFailure().getItem()).isEqualTo(1);
        }
    }
}
