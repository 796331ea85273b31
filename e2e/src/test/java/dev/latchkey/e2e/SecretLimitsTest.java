package dev.latchkey.e2e;

import static dev.latchkey.e2e.RawSecrets.failureOf;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.latchkey.protocol.wire.AllocateKeyIds;
import dev.latchkey.protocol.wire.FailureCode;
import dev.latchkey.protocol.wire.NewSecret;
import dev.latchkey.protocol.wire.Request;
import dev.latchkey.protocol.wire.Response;
import dev.latchkey.protocol.wire.RetrievalIntent;
import dev.latchkey.protocol.wire.RetrieveSecrets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How much at once: what is over a limit is refused as a whole, and what is just within it is done. */
final class SecretLimitsTest extends OwnersAtOneServer {
    private static final int AT_ONCE = 64;
    private static final int UNUSED_KEY_IDS = 256;
    private static final int LONGEST_DESCRIPTOR = 294;
    private static final int LONGEST_SECRET = 65_564;

    /** What an answer has for secrets and descriptors: 1 MiB but for 12 KiB. */
    private static final int ROOM_IN_AN_ANSWER = (1 << 20) - 12 * 1024;

    private RawSecrets secrets;

    @BeforeEach
    void logIn() throws Exception {
        secrets = new RawSecrets(client.logIn(name, PASSWORD));
    }

    private Response allocate(int count) {
        AllocateKeyIds.Builder request = AllocateKeyIds.newBuilder();
        for (int i = 0; i < count; i++) {
            request.addClientRandom(secrets.random(32));
        }
        return secrets.call(Request.newBuilder().setAllocateKeyIds(request));
    }

    private List<NewSecret> stored(int count, int secretBytes) {
        List<NewSecret> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            NewSecret secret = secrets.fresh().toBuilder()
                    .setSealedDescriptor(secrets.sealed(LONGEST_DESCRIPTOR))
                    .setSealedSecret(secrets.sealed(secretBytes))
                    .build();
            assertThat(secrets.store(secret).hasSecretsStored()).isTrue();
            all.add(secret);
        }
        return all;
    }

    private Response retrieve(List<NewSecret> wanted) {
        RetrieveSecrets.Builder request =
                RetrieveSecrets.newBuilder().setIntent(RetrievalIntent.RETRIEVAL_INTENT_EXPORT);
        wanted.forEach(secret -> request.addSelectors(RawSecrets.byKeyId(secret.getKeyId())));
        return secrets.call(Request.newBuilder().setRetrieveSecrets(request));
    }

    @Test
    void allocate_moreUnusedThanAllowed_allocatesNoneOfThem() {
        for (int i = 1; i < UNUSED_KEY_IDS / AT_ONCE; i++) {
            assertThat(allocate(AT_ONCE).hasKeyIdsAllocated()).isTrue();
        }
        assertThat(allocate(AT_ONCE - 1).hasKeyIdsAllocated()).isTrue();

        assertThat(failureOf(allocate(2))).isEqualTo(FailureCode.FAILURE_CODE_LIMIT_REACHED);
        assertThat(allocate(1).hasKeyIdsAllocated()).isTrue();
        assertThat(failureOf(allocate(1))).isEqualTo(FailureCode.FAILURE_CODE_LIMIT_REACHED);
    }

    @Test
    void allocated_anHourAgo_isUnknownAndCountsNoMore() throws Exception {
        NewSecret late = secrets.fresh();
        server.advance(Duration.ofHours(1));
        secrets = new RawSecrets(client.logIn(name, PASSWORD));

        assertThat(failureOf(secrets.store(late))).isEqualTo(FailureCode.FAILURE_CODE_KEY_ID_UNKNOWN);
        assertThat(allocate(AT_ONCE).hasKeyIdsAllocated()).isTrue();
    }

    @Test
    void allocate_moreThanFitInOneRequest_isMalformed() {
        assertThat(failureOf(allocate(AT_ONCE + 1))).isEqualTo(FailureCode.FAILURE_CODE_MALFORMED);
    }

    @Test
    void store_oneOfManyCannotBe_storesNoneOfThem() {
        NewSecret there = secrets.stored();
        secrets.log().absorb(secrets.list().getSecretsListed().getAudit());
        NewSecret first = secrets.fresh();
        NewSecret second = secrets.fresh();

        Response answer = secrets.store(
                first,
                second,
                secrets.fresh().toBuilder().setLabelTag(there.getLabelTag()).build());

        assertThat(failureOf(answer)).isEqualTo(FailureCode.FAILURE_CODE_LABEL_EXISTS);
        assertThat(answer.getFailure().getItem()).isEqualTo(2);
        assertThat(secrets.list().getSecretsListed().getAudit().getEntriesList())
                .isEmpty();
        assertThat(secrets.list().getSecretsListed().getSecretsCount()).isEqualTo(1);
        assertThat(secrets.store(first, second).hasSecretsStored())
                .as("their key ids are still free")
                .isTrue();
    }

    @Test
    void store_sameLabelTwiceInOneRequest_storesNeither() {
        NewSecret first = secrets.fresh();

        Response answer = secrets.store(
                first,
                secrets.fresh().toBuilder().setLabelTag(first.getLabelTag()).build());

        assertThat(failureOf(answer)).isEqualTo(FailureCode.FAILURE_CODE_LABEL_EXISTS);
        assertThat(secrets.list().getSecretsListed().getSecretsCount()).isZero();
    }

    @Test
    void store_asManyAsFitInOneRequest_storesThemInTheirOrder() {
        List<NewSecret> many = new ArrayList<>();
        for (int i = 0; i < AT_ONCE; i++) {
            many.add(secrets.fresh());
        }

        assertThat(secrets.store(many.toArray(NewSecret[]::new)).hasSecretsStored())
                .isTrue();

        assertThat(secrets.list().getSecretsListed().getSecretsList())
                .extracting(listed -> listed.getKeyId())
                .isEqualTo(many.stream().map(NewSecret::getKeyId).toList());
    }

    @Test
    void retrieve_fillsTheAnswerToItsRoom_comesWhole() {
        int each = ROOM_IN_AN_ANSWER / AT_ONCE;
        List<NewSecret> full = stored(AT_ONCE, each - LONGEST_DESCRIPTOR);

        Response answer = retrieve(full);

        assertThat(answer.getSecretsRetrieved().getSecretsList())
                .extracting(secret -> secret.getSealedSecret())
                .isEqualTo(full.stream().map(NewSecret::getSealedSecret).toList());
        assertThat(answer.getSecretsRetrieved().getAudit().getEntriesCount())
                .as("and as many entries as an answer brings")
                .isEqualTo(64);
        assertThat(answer.getSerializedSize()).isLessThanOrEqualTo(1 << 20);
    }

    @Test
    void retrieve_moreThanFits_saysFromWhereOnAndLeavesNoEntry() {
        List<NewSecret> largest = stored(16, LONGEST_SECRET);
        secrets.log().absorb(secrets.list().getSecretsListed().getAudit());

        Response answer = retrieve(largest);

        assertThat(failureOf(answer)).isEqualTo(FailureCode.FAILURE_CODE_TOO_LARGE);
        assertThat(answer.getFailure().getItem()).isEqualTo(15);
        assertThat(secrets.list().getSecretsListed().getAudit().getEntriesList())
                .isEmpty();
        assertThat(retrieve(largest.subList(0, 15)).hasSecretsRetrieved()).isTrue();
    }

    @Test
    void replace_withTheLargest_isStoredWhole() {
        NewSecret stored = secrets.stored();
        ByteString largest = secrets.sealed(LONGEST_SECRET);

        Response answer = secrets.call(RawSecrets.replacement(stored, secrets.sealed(LONGEST_DESCRIPTOR), largest));

        assertThat(answer.hasSecretReplaced()).isTrue();
        assertThat(secrets.retrieve(stored.getKeyId())
                        .getSecretsRetrieved()
                        .getSecrets(0)
                        .getSealedSecret())
                .isEqualTo(largest);
        assertThat(failureOf(secrets.call(
                        RawSecrets.replacement(stored, secrets.descriptor(), secrets.sealed(LONGEST_SECRET + 1)))))
                .isEqualTo(FailureCode.FAILURE_CODE_MALFORMED);
    }
}
