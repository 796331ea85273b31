package dev.latchkey.client;

import com.google.protobuf.ByteString;
import dev.latchkey.client.KeyClientException.Reason;
import dev.latchkey.client.LoggedChannel.Answer;
import dev.latchkey.opaque.SecretBytes;
import dev.latchkey.protocol.Descriptor;
import dev.latchkey.protocol.DescriptorPlace;
import dev.latchkey.protocol.Hashes;
import dev.latchkey.protocol.IntegrityException;
import dev.latchkey.protocol.KeyId;
import dev.latchkey.protocol.Label;
import dev.latchkey.protocol.LabelTag;
import dev.latchkey.protocol.SecretEnvelope;
import dev.latchkey.protocol.SecretObject;
import dev.latchkey.protocol.StorageKey;
import dev.latchkey.protocol.UserId;
import dev.latchkey.protocol.wire.ListedSecret;
import dev.latchkey.protocol.wire.StoredSecret;
import java.security.MessageDigest;

/**
 * Opens what a server returned, and believes nothing that is not on the log and does not open under what was asked for.
 *
 * <p>The descriptor is opened first, at the place where the log has it: after the object before it, and beside this very
 * secret. The origin is taken from it alone, and the label tag is computed again from its label. Borrows the storage key and
 * the answer for one step.
 */
final class SecretOpener {

    private final StorageKey storageKey;
    private final UserId userId;
    private final Answer answer;

    SecretOpener(StorageKey storageKey, UserId userId, Answer answer) {
        this.storageKey = storageKey;
        this.userId = userId;
        this.answer = answer;
    }

    /** The secret that was asked for by its label. */
    RetrievedSecret open(StoredSecret stored, Label asked) throws KeyClientException {
        RetrievedSecret opened = open(stored, KeyId.of(stored.getKeyId().toByteArray()));
        if (!opened.descriptor().label().equals(asked)) {
            opened.close();
            throw disagreement(null);
        }
        return opened;
    }

    /** The secret that was asked for by its key id. */
    RetrievedSecret open(StoredSecret stored, KeyId asked) throws KeyClientException {
        if (!MessageDigest.isEqual(asked.toByteArray(), stored.getKeyId().toByteArray())) {
            throw disagreement(null);
        }
        SecretVersion version = version(stored);
        Descriptor descriptor = descriptor(asked, version, stored.getSealedDescriptor(), stored.getLabelTag());
        try {
            SecretBytes secret = SecretEnvelope.openSecret(
                    storageKey,
                    userId,
                    asked,
                    descriptor.origin(),
                    stored.getSealedSecret().toByteArray());
            return new RetrievedSecret(asked, descriptor, secret, version);
        } catch (IntegrityException e) {
            throw disagreement(e);
        }
    }

    /** One line of a list. */
    SecretSummary open(ListedSecret listed) throws KeyClientException {
        KeyId keyId = KeyId.of(listed.getKeyId().toByteArray());
        SecretVersion version = version(listed);
        Descriptor descriptor = descriptor(keyId, version, listed.getSealedDescriptor(), listed.getLabelTag());
        return new SecretSummary(keyId, descriptor, WireTime.read(listed.getLastRetrievedUnixMs()), version);
    }

    private Descriptor descriptor(KeyId keyId, SecretVersion version, ByteString sealed, ByteString labelTag)
            throws KeyClientException {
        byte[] previous = answer.require(keyId, version.object());
        try {
            Descriptor descriptor = SecretEnvelope.openDescriptor(
                    storageKey,
                    userId,
                    keyId,
                    DescriptorPlace.after(previous, version.secretHash()),
                    sealed.toByteArray());
            if (!MessageDigest.isEqual(LabelTag.of(storageKey, descriptor.label()), labelTag.toByteArray())) {
                throw disagreement(null);
            }
            return descriptor;
        } catch (IntegrityException e) {
            throw disagreement(e);
        }
    }

    static SecretVersion version(StoredSecret stored) {
        byte[] secretHash = Hashes.sha3_256(stored.getSealedSecret().toByteArray());
        return version(stored.getLabelTag(), stored.getSealedDescriptor(), secretHash);
    }

    static SecretVersion version(ListedSecret listed) {
        return version(
                listed.getLabelTag(),
                listed.getSealedDescriptor(),
                listed.getSecretHash().toByteArray());
    }

    static SecretVersion version(ByteString labelTag, ByteString sealedDescriptor, byte[] secretHash) {
        return new SecretVersion(
                SecretObject.hash(labelTag.toByteArray(), sealedDescriptor.toByteArray(), secretHash), secretHash);
    }

    static KeyClientException disagreement(Exception cause) {
        return new KeyClientException(
                Reason.INTEGRITY,
                "What the server returned is not what was stored under this name: it was damaged, exchanged or made up. "
                        + "It was not used, and nothing was changed. Ask the server's operator.",
                cause);
    }
}
