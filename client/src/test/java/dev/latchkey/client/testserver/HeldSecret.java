package dev.latchkey.client.testserver;

import com.google.protobuf.ByteString;
import dev.latchkey.protocol.Hashes;
import dev.latchkey.protocol.SecretObject;
import dev.latchkey.protocol.wire.ListedSecret;
import dev.latchkey.protocol.wire.StoredSecret;

/**
 * A secret as the server has it.
 *
 * @param stored what is returned of it
 * @param createdN the number of the audit entry that created it
 * @param lastRetrievedUnixMs zero when it never was
 */
record HeldSecret(StoredSecret stored, long createdN, long lastRetrievedUnixMs) {

    ByteString object() {
        return ByteString.copyFrom(SecretObject.hash(
                stored.getLabelTag().toByteArray(), stored.getSealedDescriptor().toByteArray(), secretHash()));
    }

    HeldSecret with(StoredSecret other) {
        return new HeldSecret(other, createdN, lastRetrievedUnixMs);
    }

    HeldSecret retrieved(long unixMs) {
        return new HeldSecret(stored, createdN, unixMs);
    }

    ListedSecret listed() {
        return ListedSecret.newBuilder()
                .setKeyId(stored.getKeyId())
                .setLabelTag(stored.getLabelTag())
                .setSealedDescriptor(stored.getSealedDescriptor())
                .setSecretHash(ByteString.copyFrom(secretHash()))
                .setLastRetrievedUnixMs(lastRetrievedUnixMs)
                .build();
    }

    private byte[] secretHash() {
        return Hashes.sha3_256(stored.getSealedSecret().toByteArray());
    }
}
