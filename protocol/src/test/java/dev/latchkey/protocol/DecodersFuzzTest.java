package dev.latchkey.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.google.gson.JsonObject;
import com.google.protobuf.Message;
import dev.latchkey.opaque.SecretBytes;
import dev.latchkey.protocol.wire.OpenSessionRequest;
import dev.latchkey.protocol.wire.Refusal;
import dev.latchkey.protocol.wire.Request;
import dev.latchkey.protocol.wire.Response;
import dev.latchkey.protocol.wire.SealedCall;
import dev.latchkey.protocol.wire.StartLoginRequest;
import dev.latchkey.protocol.wire.StartLoginResponse;
import dev.latchkey.protocol.wire.StartRegistrationRequest;
import dev.latchkey.protocol.wire.StartRegistrationResponse;
import dev.latchkey.protocol.wire.SubmitRecordRequest;
import dev.latchkey.protocol.wire.SubmitRecordResponse;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;

/**
 * Everything that reads bytes of the other side, fed anything: it reads them to the last bit or ends in its own checked
 * exception. Sealed things are changed from honest ones, by exclusive or, so that an empty input changes nothing.
 */
class DecodersFuzzTest {

    private static final JsonObject ENVELOPE =
            Vectors.objects(Vectors.load("storage-key.json"), "cases").get(0);
    private static final JsonObject SESSION =
            Vectors.objects(Vectors.load("channel.json"), "sessions").get(0);
    private static final JsonObject BACKUP = Vectors.load("backup.json");
    private static final JsonObject SECRETS = Vectors.load("secrets.json");
    private static final JsonObject SECRET = Vectors.objects(SECRETS, "cases").get(0);

    @FuzzTest
    void userId(byte[] bytes) {
        try {
            assertThat(UserId.parse(bytes).toByteArray()).isEqualTo(bytes);
        } catch (MalformedException e) {
            assertThat(e.field()).isEmpty();
        }
    }

    @FuzzTest
    void auditEntry(byte[] bytes) {
        try {
            AuditEntry entry = AuditEntry.parse(bytes);

            assertThat(entry.encode()).isEqualTo(bytes);
            assertThat(entry.n()).isPositive();
            assertThat(entry.unixMs()).isNotNegative();
            entry.action().ifPresent(action -> assertThat(action.code()).isEqualTo(entry.actionCode()));
            entry.outcome().ifPresent(outcome -> assertThat(outcome.code()).isEqualTo(entry.outcomeCode()));
        } catch (MalformedException e) {
            assertThat(e.field()).isEmpty();
        }
    }

    @FuzzTest
    void storageKeyEnvelope(byte[] change) {
        byte[] honest = Vectors.bytes(ENVELOPE, "encrypted_storage_key");
        byte[] changed = changed(honest, change);
        try (SecretBytes exportKey = Vectors.secret(ENVELOPE, "export_key");
                StorageKey storageKey = StorageKeyEnvelope.open(exportKey, Vectors.userId(ENVELOPE), changed)) {
            assertThat(changed).isEqualTo(honest);
            assertThat(storageKey.bytes().copyBytes()).isEqualTo(Vectors.bytes(ENVELOPE, "storage_key"));
        } catch (IntegrityException e) {
            assertThat(changed).isNotEqualTo(honest);
        }
    }

    @FuzzTest
    void sealedMessage(byte[] change) {
        JsonObject message = Vectors.objects(SESSION, "messages").get(3);
        byte[] honest = Vectors.bytes(message, "sealed");
        byte[] changed = changed(honest, change);
        SessionId id = SessionId.of(Vectors.bytes(SESSION, "session_id"));
        byte[] both =
                Octets.concat(Vectors.bytes(SESSION, "client_to_server"), Vectors.bytes(SESSION, "server_to_client"));
        try (SecretBytes saved = SecretBytes.takeOwnership(both);
                ChannelKeys keys = ChannelKeys.restore(saved)) {
            ChannelKeys.Opened opened = keys.open(Direction.CLIENT_TO_SERVER, id, changed);

            assertThat(changed).isEqualTo(honest);
            assertThat(opened.body()).isEqualTo(Vectors.bytes(message, "body"));
        } catch (IntegrityException e) {
            assertThat(changed).isNotEqualTo(honest);
        }
    }

    @FuzzTest
    void sealedSecret(byte[] change) {
        byte[] honest = Vectors.bytes(SECRET, "sealed_secret");
        byte[] changed = changed(honest, change);
        try (StorageKey storageKey = StorageKey.takeOwnership(Vectors.secret(SECRETS, "storage_key"));
                SecretBytes secret = SecretEnvelope.openSecret(
                        storageKey,
                        Vectors.userId(SECRETS),
                        KeyId.of(Vectors.bytes(SECRETS, "key_id")),
                        Origin.IMPORTED_KEY,
                        changed)) {
            assertThat(changed).isEqualTo(honest);
            assertThat(secret.copyBytes()).isEqualTo(Vectors.bytes(SECRET, "secret"));
        } catch (IntegrityException e) {
            assertThat(changed).isNotEqualTo(honest);
        }
    }

    /** As it comes out of its seal, so that the fuzzer reaches the fields. */
    @FuzzTest
    void descriptor(byte[] bytes) {
        try {
            assertThat(Descriptor.decode(bytes).encode()).isEqualTo(bytes);
        } catch (IntegrityException e) {
            assertThat(e.reason()).isIn(IntegrityException.Reason.DESCRIPTOR, IntegrityException.Reason.ORIGIN);
        }
    }

    @FuzzTest
    void backup(byte[] change) {
        byte[] honest = Vectors.bytes(BACKUP, "backup");
        byte[] changed = changed(honest, change);
        try (RecoveryCode code = RecoveryCode.random(new QueuedRandom().then(Vectors.bytes(BACKUP, "entropy")));
                BackupReader reader = BackupReader.open(new ByteArrayInputStream(changed), code)) {
            for (Optional<BackupReader.Entry> entry = reader.next(); entry.isPresent(); entry = reader.next()) {
                entry.get().close();
            }
            assertThat(reader.end().secrets()).isEqualTo(3);
            assertThat(changed).isEqualTo(honest);
        } catch (IntegrityException e) {
            assertThat(changed).isNotEqualTo(honest);
        } catch (IOException e) {
            throw new AssertionError("bytes in memory are always readable", e);
        }
    }

    @FuzzTest
    void request(byte[] bytes) {
        parse(Request.getDefaultInstance(), bytes);
    }

    @FuzzTest
    void response(byte[] bytes) {
        parse(Response.getDefaultInstance(), bytes);
    }

    @FuzzTest
    void messagesOutsideTheSeal(byte[] bytes) {
        parse(StartRegistrationRequest.getDefaultInstance(), bytes);
        parse(StartRegistrationResponse.getDefaultInstance(), bytes);
        parse(SubmitRecordRequest.getDefaultInstance(), bytes);
        parse(SubmitRecordResponse.getDefaultInstance(), bytes);
        parse(StartLoginRequest.getDefaultInstance(), bytes);
        parse(StartLoginResponse.getDefaultInstance(), bytes);
        parse(OpenSessionRequest.getDefaultInstance(), bytes);
        parse(SealedCall.getDefaultInstance(), bytes);
        parse(Refusal.getDefaultInstance(), bytes);
    }

    private static <M extends Message> void parse(M example, byte[] bytes) {
        try {
            M message = WireRules.parse(example, bytes);
            assertThat(WireRules.parse(example, message.toByteArray())).isEqualTo(message);
        } catch (MalformedException e) {
            assertThat(e.reason()).isNotNull();
        }
    }

    /** What is longer than the honest bytes is appended, what is shorter leaves their end as it is. */
    private static byte[] changed(byte[] honest, byte[] change) {
        byte[] changed = Arrays.copyOf(honest, Math.max(honest.length, change.length));
        for (int i = 0; i < change.length; i++) {
            changed[i] ^= change[i];
        }
        return changed;
    }
}
