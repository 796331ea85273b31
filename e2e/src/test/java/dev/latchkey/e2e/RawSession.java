package dev.latchkey.e2e;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.latchkey.opaque.SecretBytes;
import dev.latchkey.protocol.ChannelKeys;
import dev.latchkey.protocol.Direction;
import dev.latchkey.protocol.IntegrityException;
import dev.latchkey.protocol.SessionId;
import dev.latchkey.protocol.StorageKey;
import dev.latchkey.protocol.StorageKeyEnvelope;
import dev.latchkey.protocol.UserId;
import dev.latchkey.protocol.wire.CompleteRegistration;
import dev.latchkey.protocol.wire.Request;
import dev.latchkey.protocol.wire.Response;
import dev.latchkey.protocol.wire.SealedCall;
import dev.latchkey.protocol.wire.SealedMessage;
import dev.latchkey.protocol.wire.SessionOpened;

/** An open session whose sealing, numbering and sending are in the test's hands. */
final class RawSession {
    private final RawClient client;
    private final RawHandshake handshake;
    private final SessionOpened opened;
    private long seq;

    RawSession(RawClient client, RawHandshake handshake, SealedMessage opening) {
        this.client = client;
        this.handshake = handshake;
        this.opened = open(opening, 0).getSessionOpened();
    }

    SessionOpened opened() {
        return opened;
    }

    SessionId id() {
        return handshake.sessionId();
    }

    UserId user() {
        return UserId.of(opened.getUserId().toByteArray());
    }

    RawClient client() {
        return client;
    }

    SecretBytes exportKey() {
        return handshake.exportKey();
    }

    /** Seals under the next number, sends, opens the answer. */
    Response call(Request request) {
        seq++;
        return open(send(seal(seq, request)), seq);
    }

    byte[] seal(long number, Request request) {
        return seal(number, request.toByteArray());
    }

    byte[] seal(long number, byte[] body) {
        return handshake.keys().seal(Direction.CLIENT_TO_SERVER, id(), number, body, client.random());
    }

    SealedMessage send(byte[] sealed) {
        return sendTo(id(), sealed);
    }

    SealedMessage sendTo(SessionId session, byte[] sealed) {
        return client.stub()
                .call(SealedCall.newBuilder()
                        .setSessionId(RawClient.bytes(session.toByteArray()))
                        .setSealed(RawClient.bytes(sealed))
                        .build());
    }

    Response open(SealedMessage message, long expectedSeq) {
        try {
            ChannelKeys.Opened answer = handshake
                    .keys()
                    .open(Direction.SERVER_TO_CLIENT, id(), message.getSealed().toByteArray());
            if (answer.seq() != expectedSeq) {
                throw new AssertionError("the answer bears " + answer.seq() + " and not " + expectedSeq);
            }
            return Response.parseFrom(answer.body());
        } catch (IntegrityException | InvalidProtocolBufferException broken) {
            throw new AssertionError("the server's answer does not open", broken);
        }
    }

    /** The last step of a registration with an honest storage key. */
    Response complete() {
        return call(completion(opened.getUserId().toByteArray(), sealedStorageKey()));
    }

    byte[] sealedStorageKey() {
        try (StorageKey storageKey = StorageKey.generate(client.random())) {
            return StorageKeyEnvelope.seal(exportKey(), user(), storageKey, client.random());
        }
    }

    static Request completion(byte[] userId, byte[] encryptedStorageKey) {
        return Request.newBuilder()
                .setCompleteRegistration(CompleteRegistration.newBuilder()
                        .setUserId(RawClient.bytes(userId))
                        .setEncryptedStorageKey(RawClient.bytes(encryptedStorageKey)))
                .build();
    }
}
