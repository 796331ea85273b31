package dev.latchkey.e2e;

import com.google.protobuf.ByteString;
import dev.latchkey.protocol.Hashes;
import dev.latchkey.protocol.KeyId;
import dev.latchkey.protocol.SecretObject;
import dev.latchkey.protocol.wire.AllocateKeyIds;
import dev.latchkey.protocol.wire.DeleteSecret;
import dev.latchkey.protocol.wire.FailureCode;
import dev.latchkey.protocol.wire.GenerateSecret;
import dev.latchkey.protocol.wire.ListSecrets;
import dev.latchkey.protocol.wire.NewSecret;
import dev.latchkey.protocol.wire.RenameSecret;
import dev.latchkey.protocol.wire.ReplaceSecret;
import dev.latchkey.protocol.wire.Request;
import dev.latchkey.protocol.wire.Response;
import dev.latchkey.protocol.wire.RetrievalIntent;
import dev.latchkey.protocol.wire.RetrieveSecrets;
import dev.latchkey.protocol.wire.SecretSelector;
import dev.latchkey.protocol.wire.StoreSecrets;

/**
 * The operations on secrets over one session, with bytes that look as a client seals them and say nothing. Every request
 * tells how much of the log is known.
 */
final class RawSecrets {
    private static final int SEALED_DESCRIPTOR = 60;
    private static final int SEALED_SECRET = 80;

    private final RawSession session;
    private final RawLog log;

    RawSecrets(RawSession session) {
        this.session = session;
        this.log = new RawLog(session.user());
    }

    RawSession session() {
        return session;
    }

    RawLog log() {
        return log;
    }

    Response call(Request.Builder request) {
        return session.call(request.setKnownAuditN(log.n()).build());
    }

    ByteString random(int length) {
        byte[] bytes = new byte[length];
        session.client().random().nextBytes(bytes);
        return RawClient.bytes(bytes);
    }

    /** What looks sealed, of this length. */
    ByteString sealed(int length) {
        byte[] bytes = random(length).toByteArray();
        bytes[0] = 0x01;
        return RawClient.bytes(bytes);
    }

    ByteString descriptor() {
        return sealed(SEALED_DESCRIPTOR);
    }

    ByteString secret() {
        return sealed(SEALED_SECRET);
    }

    ByteString labelTag() {
        return random(16);
    }

    ByteString allocate() {
        ByteString clientRandom = random(32);
        Response answer = call(Request.newBuilder()
                .setAllocateKeyIds(AllocateKeyIds.newBuilder().addClientRandom(clientRandom)));
        KeyId keyId = KeyId.derive(
                session.user(),
                clientRandom.toByteArray(),
                answer.getKeyIdsAllocated().getServerRandom(0).toByteArray());
        return RawClient.bytes(keyId.toByteArray());
    }

    /** One that can be stored. */
    NewSecret fresh() {
        return NewSecret.newBuilder()
                .setKeyId(allocate())
                .setLabelTag(labelTag())
                .setSealedDescriptor(descriptor())
                .setSealedSecret(secret())
                .build();
    }

    /** One that is stored. */
    NewSecret stored() {
        NewSecret secret = fresh();
        if (!store(secret).hasSecretsStored()) {
            throw new AssertionError("was not stored");
        }
        return secret;
    }

    Response store(NewSecret... secrets) {
        StoreSecrets.Builder request = StoreSecrets.newBuilder();
        for (NewSecret secret : secrets) {
            request.addSecrets(secret);
        }
        return call(Request.newBuilder().setStoreSecrets(request));
    }

    static Request.Builder replacement(NewSecret current, ByteString descriptor, ByteString secret) {
        return Request.newBuilder()
                .setReplaceSecret(ReplaceSecret.newBuilder()
                        .setKeyId(current.getKeyId())
                        .setExpectedObject(object(current))
                        .setSealedDescriptor(descriptor)
                        .setSealedSecret(secret));
    }

    static Request.Builder renaming(NewSecret current, ByteString labelTag, ByteString descriptor) {
        return Request.newBuilder()
                .setRenameSecret(RenameSecret.newBuilder()
                        .setKeyId(current.getKeyId())
                        .setExpectedObject(object(current))
                        .setLabelTag(labelTag)
                        .setSealedDescriptor(descriptor));
    }

    static Request.Builder deletion(NewSecret current) {
        return Request.newBuilder()
                .setDeleteSecret(
                        DeleteSecret.newBuilder().setKeyId(current.getKeyId()).setExpectedObject(object(current)));
    }

    static Request.Builder generation(NewSecret wanted, int length) {
        return Request.newBuilder()
                .setGenerateSecret(GenerateSecret.newBuilder()
                        .setKeyId(wanted.getKeyId())
                        .setLabelTag(wanted.getLabelTag())
                        .setSealedDescriptor(wanted.getSealedDescriptor())
                        .setLength(length));
    }

    Response retrieve(ByteString keyId) {
        return call(Request.newBuilder()
                .setRetrieveSecrets(RetrieveSecrets.newBuilder()
                        .addSelectors(byKeyId(keyId))
                        .setIntent(RetrievalIntent.RETRIEVAL_INTENT_LOCAL_USE)));
    }

    Response list() {
        return call(Request.newBuilder().setListSecrets(ListSecrets.newBuilder().setLimit(500)));
    }

    Response only(SecretSelector... selectors) {
        ListSecrets.Builder request = ListSecrets.newBuilder().setLimit(1);
        for (SecretSelector selector : selectors) {
            request.addOnly(selector);
        }
        return call(Request.newBuilder().setListSecrets(request));
    }

    static SecretSelector byKeyId(ByteString keyId) {
        return SecretSelector.newBuilder().setKeyId(keyId).build();
    }

    static SecretSelector byLabelTag(ByteString labelTag) {
        return SecretSelector.newBuilder().setLabelTag(labelTag).build();
    }

    /** What an audit entry names a stored secret by. */
    static ByteString object(NewSecret secret) {
        return RawClient.bytes(SecretObject.hash(
                secret.getLabelTag().toByteArray(),
                secret.getSealedDescriptor().toByteArray(),
                Hashes.sha3_256(secret.getSealedSecret().toByteArray())));
    }

    static FailureCode failureOf(Response response) {
        return response.getFailure().getCode();
    }
}
