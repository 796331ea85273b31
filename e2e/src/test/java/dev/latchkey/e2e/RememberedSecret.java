package dev.latchkey.e2e;

import com.google.protobuf.ByteString;
import dev.latchkey.opaque.SecretBytes;
import dev.latchkey.protocol.Descriptor;
import dev.latchkey.protocol.DescriptorPlace;
import dev.latchkey.protocol.Hashes;
import dev.latchkey.protocol.IntegrityException;
import dev.latchkey.protocol.InvalidInputException;
import dev.latchkey.protocol.KeyId;
import dev.latchkey.protocol.Label;
import dev.latchkey.protocol.LabelTag;
import dev.latchkey.protocol.Origin;
import dev.latchkey.protocol.SecretEnvelope;
import dev.latchkey.protocol.SecretObject;
import dev.latchkey.protocol.SecretType;
import dev.latchkey.protocol.StorageKey;
import dev.latchkey.protocol.UserId;
import dev.latchkey.protocol.wire.ListedSecret;
import dev.latchkey.protocol.wire.NewSecret;
import dev.latchkey.protocol.wire.Request;
import dev.latchkey.protocol.wire.RetrievalIntent;
import dev.latchkey.protocol.wire.RetrieveSecrets;
import dev.latchkey.protocol.wire.SecretSelector;
import dev.latchkey.protocol.wire.StoreSecrets;
import dev.latchkey.protocol.wire.StoredSecret;
import java.security.SecureRandom;

/** A secret as its owner sealed it, and the bytes that must come back. */
final class RememberedSecret {
    private final byte[] bytes;
    private final NewSecret sealed;

    private RememberedSecret(byte[] bytes, NewSecret sealed) {
        this.bytes = bytes;
        this.sealed = sealed;
    }

    /** A random secret of random length, sealed. */
    static RememberedSecret seal(StorageKey storageKey, UserId user, KeyId keyId, String label, SecureRandom random) {
        byte[] bytes = new byte[1 + random.nextInt(4096)];
        random.nextBytes(bytes);
        Label name = label(label);
        Descriptor descriptor = new Descriptor(Origin.IMPORTED_KEY, SecretType.OPAQUE_BYTES, 0, name);
        try (SecretBytes secret = SecretBytes.copyOf(bytes)) {
            byte[] sealedSecret =
                    SecretEnvelope.sealSecret(storageKey, user, keyId, descriptor.origin(), secret, random);
            DescriptorPlace place = DescriptorPlace.first(Hashes.sha3_256(sealedSecret));
            NewSecret sealed = NewSecret.newBuilder()
                    .setKeyId(RawClient.bytes(keyId.toByteArray()))
                    .setLabelTag(RawClient.bytes(LabelTag.of(storageKey, name)))
                    .setSealedDescriptor(RawClient.bytes(
                            SecretEnvelope.sealDescriptor(storageKey, user, keyId, place, descriptor, random)))
                    .setSealedSecret(RawClient.bytes(sealedSecret))
                    .build();
            return new RememberedSecret(bytes, sealed);
        }
    }

    /** Asks to store it; the same to the byte every time. */
    Request storing() {
        return Request.newBuilder()
                .setStoreSecrets(StoreSecrets.newBuilder().addSecrets(sealed))
                .build();
    }

    /** Asks for whatever has its label. */
    Request retrieving() {
        return Request.newBuilder()
                .setRetrieveSecrets(RetrieveSecrets.newBuilder()
                        .addSelectors(SecretSelector.newBuilder().setLabelTag(sealed.getLabelTag()))
                        .setIntent(RetrievalIntent.RETRIEVAL_INTENT_LOCAL_USE))
                .build();
    }

    ByteString labelTag() {
        return sealed.getLabelTag();
    }

    /** What the audit entry of its storing must name. */
    static byte[] object(ListedSecret listed) {
        return SecretObject.hash(
                listed.getLabelTag().toByteArray(),
                listed.getSealedDescriptor().toByteArray(),
                listed.getSecretHash().toByteArray());
    }

    /** Whether the server gave back what was sealed, and it opens to the bytes that went in. */
    boolean isWhatCameBack(StorageKey storageKey, UserId user, StoredSecret stored) {
        KeyId keyId = KeyId.of(stored.getKeyId().toByteArray());
        try {
            DescriptorPlace place = DescriptorPlace.first(
                    Hashes.sha3_256(stored.getSealedSecret().toByteArray()));
            Descriptor descriptor = SecretEnvelope.openDescriptor(
                    storageKey, user, keyId, place, stored.getSealedDescriptor().toByteArray());
            try (SecretBytes secret = SecretEnvelope.openSecret(
                    storageKey,
                    user,
                    keyId,
                    descriptor.origin(),
                    stored.getSealedSecret().toByteArray())) {
                return sealed.getKeyId().equals(stored.getKeyId()) && secret.constantTimeEquals(bytes);
            }
        } catch (IntegrityException doesNotOpen) {
            return false;
        }
    }

    static Label label(String text) {
        try {
            return Label.of(text);
        } catch (InvalidInputException invalid) {
            throw new IllegalArgumentException(invalid);
        }
    }
}
