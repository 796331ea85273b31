package dev.latchkey.bench.load;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.latchkey.protocol.ChannelKeys;
import dev.latchkey.protocol.Direction;
import dev.latchkey.protocol.IntegrityException;
import dev.latchkey.protocol.KeyId;
import dev.latchkey.protocol.SessionId;
import dev.latchkey.protocol.UserId;
import dev.latchkey.protocol.wire.AllocateKeyIds;
import dev.latchkey.protocol.wire.NewSecret;
import dev.latchkey.protocol.wire.Request;
import dev.latchkey.protocol.wire.Response;
import dev.latchkey.protocol.wire.RetrievalIntent;
import dev.latchkey.protocol.wire.RetrieveSecrets;
import dev.latchkey.protocol.wire.SealedCall;
import dev.latchkey.protocol.wire.SealedMessage;
import dev.latchkey.protocol.wire.SecretSelector;
import dev.latchkey.protocol.wire.StoreSecrets;
import java.security.SecureRandom;

/** An open session of a {@link WireOwner}, whose secrets are noise of the size that a client's have. */
public final class WireSession implements AutoCloseable {

    private static final int SEALED_DESCRIPTOR_BYTES = 92;
    private static final int SEALED_SECRET_BYTES = 108;
    private static final int LABEL_TAG_BYTES = 16;

    private Connection connection;
    private final SessionId id;
    private final ChannelKeys keys;
    private final SecureRandom random;
    private UserId user;
    private long seq;
    private long knownAuditN;

    private WireSession(Connection connection, SessionId id, ChannelKeys keys, SecureRandom random) {
        this.connection = connection;
        this.id = id;
        this.keys = keys;
        this.random = random;
    }

    static WireSession open(
            Connection connection, SessionId id, ChannelKeys keys, SealedMessage opening, SecureRandom random) {
        WireSession session = new WireSession(connection, id, keys, random);
        Response opened = session.open(opening);
        session.user = UserId.of(opened.getSessionOpened().getUserId().toByteArray());
        session.knownAuditN = opened.getSessionOpened().getAudit().getN();
        return session;
    }

    /** Goes on over another connection. */
    void moveTo(Connection other) {
        connection = other;
    }

    /** Stores a new secret and gives its key id: two calls. */
    public ByteString store() {
        ByteString clientRandom = noise(KeyId.RANDOM_BYTES);
        Response allocated = ask(Request.newBuilder()
                .setAllocateKeyIds(AllocateKeyIds.newBuilder().addClientRandom(clientRandom)));
        ByteString keyId = WireOwner.bytes(KeyId.derive(
                        user,
                        clientRandom.toByteArray(),
                        allocated.getKeyIdsAllocated().getServerRandom(0).toByteArray())
                .toByteArray());
        Response stored = ask(Request.newBuilder()
                .setStoreSecrets(StoreSecrets.newBuilder()
                        .addSecrets(NewSecret.newBuilder()
                                .setKeyId(keyId)
                                .setLabelTag(noise(LABEL_TAG_BYTES))
                                .setSealedDescriptor(sealed(SEALED_DESCRIPTOR_BYTES))
                                .setSealedSecret(sealed(SEALED_SECRET_BYTES)))));
        knownAuditN = stored.getSecretsStored().getAudit().getN();
        return keyId;
    }

    /** Retrieves one: one call. */
    public void retrieve(ByteString keyId) {
        Response retrieved = ask(Request.newBuilder()
                .setRetrieveSecrets(RetrieveSecrets.newBuilder()
                        .addSelectors(SecretSelector.newBuilder().setKeyId(keyId))
                        .setIntent(RetrievalIntent.RETRIEVAL_INTENT_LOCAL_USE)));
        if (retrieved.getSecretsRetrieved().getSecretsCount() != 1) {
            throw new IllegalStateException("the secret was not given back");
        }
        knownAuditN = retrieved.getSecretsRetrieved().getAudit().getN();
    }

    /** Seals, asks, opens; an answer that is a failure is thrown. */
    Response ask(Request.Builder request) {
        seq++;
        byte[] body = request.setKnownAuditN(knownAuditN).build().toByteArray();
        Response response = open(connection
                .stub()
                .call(SealedCall.newBuilder()
                        .setSessionId(WireOwner.bytes(id.toByteArray()))
                        .setSealed(WireOwner.bytes(keys.seal(Direction.CLIENT_TO_SERVER, id, seq, body, random)))
                        .build()));
        if (response.hasFailure()) {
            throw new IllegalStateException("refused: " + response.getFailure().getCode());
        }
        return response;
    }

    private Response open(SealedMessage message) {
        try {
            ChannelKeys.Opened answer = keys.open(
                    Direction.SERVER_TO_CLIENT, id, message.getSealed().toByteArray());
            return Response.parseFrom(answer.body());
        } catch (IntegrityException | InvalidProtocolBufferException broken) {
            throw new IllegalStateException("the server's answer does not open", broken);
        }
    }

    private ByteString sealed(int length) {
        byte[] bytes = noise(length).toByteArray();
        bytes[0] = 0x01;
        return WireOwner.bytes(bytes);
    }

    private ByteString noise(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return WireOwner.bytes(bytes);
    }

    @Override
    public void close() {
        keys.close();
    }
}
