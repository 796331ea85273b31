package dev.latchkey.e2e;

import static dev.latchkey.e2e.RawSecrets.failureOf;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.latchkey.protocol.AuditAction;
import dev.latchkey.protocol.AuditChain;
import dev.latchkey.protocol.AuditEntry;
import dev.latchkey.protocol.UserId;
import dev.latchkey.protocol.wire.AuditHead;
import dev.latchkey.protocol.wire.AuditLogRead;
import dev.latchkey.protocol.wire.FailureCode;
import dev.latchkey.protocol.wire.ReadAuditLog;
import dev.latchkey.protocol.wire.Request;
import dev.latchkey.protocol.wire.Response;
import dev.latchkey.protocol.wire.RetrieveStorageKey;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How an owner gets to see their log: beside answers, and page by page. */
final class OwnersLogTest extends OwnersAtOneServer {
    private static final int WITH_AN_ANSWER = 64;

    private RawSecrets secrets;

    @BeforeEach
    void logIn() throws Exception {
        secrets = new RawSecrets(client.logIn(name, PASSWORD));
    }

    private Response read(long from, int limit) {
        return secrets.call(Request.newBuilder()
                .setReadAuditLog(ReadAuditLog.newBuilder().setFrom(from).setLimit(limit)));
    }

    private AuditHead storageKeysHead(long known) {
        return secrets.session()
                .call(Request.newBuilder()
                        .setRetrieveStorageKey(RetrieveStorageKey.getDefaultInstance())
                        .setKnownAuditN(known)
                        .build())
                .getStorageKeyRetrieved()
                .getAudit();
    }

    /** Retrieves one secret until the log has so many entries. */
    private void growTo(int entries) {
        ByteString keyId = secrets.stored().getKeyId();
        for (int n = 3; n < entries; n++) {
            secrets.retrieve(keyId);
        }
    }

    @Test
    void registration_completed_bringsTheFirstEntry() throws Exception {
        RawSession session = client.startRegistration("somebody-new", UserId.random(client.random()), PASSWORD);
        RawLog log = new RawLog(session.user());

        log.absorb(session.complete().getRegistrationCompleted().getAudit());

        assertThat(log.actions()).containsExactly(AuditAction.ACCOUNT_REGISTERED);
    }

    @Test
    void answer_bringsWhatTheClientDoesNotKnowUpToItsOwnEntry() {
        RawLog log = secrets.log();
        log.absorb(storageKeysHead(0));
        assertThat(log.actions()).containsExactly(AuditAction.ACCOUNT_REGISTERED, AuditAction.SESSION_OPENED);

        ByteString keyId = secrets.fresh().getKeyId();
        log.absorb(secrets.store(secrets.fresh().toBuilder().setKeyId(keyId).build())
                .getSecretsStored()
                .getAudit());
        log.absorb(secrets.retrieve(keyId).getSecretsRetrieved().getAudit());
        log.absorb(secrets.list().getSecretsListed().getAudit());

        assertThat(log.actions())
                .endsWith(AuditAction.SECRET_STORED, AuditAction.SECRET_RETRIEVED_LOCAL_USE)
                .hasSize(4);
    }

    @Test
    void answer_whatAnotherDeviceDid_comesWithIt() throws Exception {
        secrets.log().absorb(storageKeysHead(0));
        RawSecrets other = new RawSecrets(client.logIn(name, PASSWORD));
        other.stored();

        secrets.log().absorb(secrets.list().getSecretsListed().getAudit());

        assertThat(secrets.log().actions()).endsWith(AuditAction.SESSION_OPENED, AuditAction.SECRET_STORED);
    }

    @ParameterizedTest
    @ValueSource(longs = {2, 3, 1000, Long.MAX_VALUE, Long.MIN_VALUE, -1})
    void answer_clientKnowsAllOrClaimsMore_bringsNoEntries(long known) {
        AuditHead head = storageKeysHead(known);

        assertThat(head.getN()).isEqualTo(2);
        assertThat(head.getEntriesList()).isEmpty();
    }

    @Test
    void answer_moreThanFitIn_bringsTheOldestOfThemAndTheRestIsRead() {
        growTo(WITH_AN_ANSWER + 9);

        AuditHead head = storageKeysHead(4);

        assertThat(head.getN()).isEqualTo(WITH_AN_ANSWER + 9);
        assertThat(head.getEntriesCount()).isEqualTo(WITH_AN_ANSWER);
        assertThat(RawLog.parse(head.getEntries(0)).n()).isEqualTo(5);
        secrets.log().add(read(1, 4).getAuditLogRead().getEntriesList());
        secrets.log().add(head.getEntriesList());
        AuditLogRead rest = read(secrets.log().n() + 1, 100).getAuditLogRead();
        secrets.log().add(rest.getEntriesList());
        assertThat(secrets.log().head()).isEqualTo(head.getHead().toByteArray());
    }

    @Test
    void read_anyPart_leadsFromTheHeadBeforeItToTheEnd() {
        growTo(12);
        AuditHead end = storageKeysHead(0);

        for (long from = 1; from <= 13; from++) {
            AuditLogRead part = read(from, 8192).getAuditLogRead();

            byte[] head = part.getBefore().toByteArray();
            long n = from - 1;
            for (ByteString bytes : part.getEntriesList()) {
                AuditEntry entry = RawLog.parse(bytes);
                assertThat(entry.n()).isEqualTo(++n);
                head = AuditChain.next(head, entry);
            }
            assertThat(n).isEqualTo(12);
            assertThat(head).isEqualTo(end.getHead().toByteArray());
            assertThat(part.getAudit().getN()).isEqualTo(12);
        }
    }

    @Test
    void read_withALimit_givesThatManyAndNoneSkipped() {
        growTo(9);

        AuditLogRead part = read(3, 4).getAuditLogRead();

        assertThat(part.getEntriesList())
                .extracting(bytes -> RawLog.parse(bytes).n())
                .containsExactly(3L, 4L, 5L, 6L);
        assertThat(part.getAudit().getN()).as("reading leaves no entry").isEqualTo(9);
    }

    @ParameterizedTest
    @ValueSource(longs = {4, 1000, Long.MAX_VALUE, Long.MIN_VALUE, -1})
    void read_beyondTheEnd_isNotFound(long from) {
        assertThat(failureOf(read(from, 1))).isEqualTo(FailureCode.FAILURE_CODE_NOT_FOUND);
    }

    @Test
    void read_impossibleNumbers_areMalformed() {
        assertThat(failureOf(read(0, 1))).isEqualTo(FailureCode.FAILURE_CODE_MALFORMED);
        assertThat(failureOf(read(1, 0))).isEqualTo(FailureCode.FAILURE_CODE_MALFORMED);
        assertThat(failureOf(read(1, 8193))).isEqualTo(FailureCode.FAILURE_CODE_MALFORMED);
    }

    @Test
    void read_afterARestart_isTheSame() throws Exception {
        growTo(6);
        AuditLogRead before = read(4, 10).getAuditLogRead();

        server.restart();
        client.close();
        client = server.client();
        secrets = new RawSecrets(client.logIn(name, PASSWORD));

        AuditLogRead after = read(4, 3).getAuditLogRead();
        assertThat(after.getBefore()).isEqualTo(before.getBefore());
        assertThat(after.getEntriesList()).isEqualTo(before.getEntriesList());
    }
}
