package dev.latchkey.client;

import dev.latchkey.client.KeyClientException.Reason;
import dev.latchkey.opaque.SecretBytes;
import dev.latchkey.protocol.Descriptor;
import dev.latchkey.protocol.IntegrityException;
import dev.latchkey.protocol.KeyId;
import dev.latchkey.protocol.Label;
import dev.latchkey.protocol.LabelTag;
import dev.latchkey.protocol.SecretEnvelope;
import dev.latchkey.protocol.StorageKey;
import dev.latchkey.protocol.UserId;
import dev.latchkey.protocol.wire.ListedSecret;
import dev.latchkey.protocol.wire.StoredSecret;
import java.security.MessageDigest;

/**
 * Opens what a server returned, and believes nothing that does not open under what was asked for.
 *
 * <p>The descriptor is opened first; the origin is taken from it alone, and the label tag is computed again from its label.
 * Borrows the storage key for one step.
 */
final class SecretOpener {

    private final StorageKey storageKey;
    private final UserId userId;

    SecretOpener(StorageKey storageKey, UserId userId) {
        this.storageKey = storageKey;
        this.userId = userId;
    }

    /** The secret that was asked for by its label. */
    RetrievedSecret open(StoredSecret stored, Label asked) throws KeyClientException {
        KeyId keyId = KeyId.of(stored.getKeyId().toByteArray());
        Descriptor descriptor = descriptor(
                keyId,
                stored.getSealedDescriptor().toByteArray(),
                stored.getLabelTag().toByteArray());
        if (!descriptor.label().equals(asked)) {
            throw disagreement(null);
        }
        return secret(keyId, descriptor, stored);
    }

    /** The secret that was asked for by its key id. */
    RetrievedSecret open(StoredSecret stored, KeyId asked) throws KeyClientException {
        if (!MessageDigest.isEqual(asked.toByteArray(), stored.getKeyId().toByteArray())) {
            throw disagreement(null);
        }
        Descriptor descriptor = descriptor(
                asked,
                stored.getSealedDescriptor().toByteArray(),
                stored.getLabelTag().toByteArray());
        return secret(asked, descriptor, stored);
    }

    /** One line of a list. */
    SecretSummary open(ListedSecret listed) throws KeyClientException {
        KeyId keyId = KeyId.of(listed.getKeyId().toByteArray());
        Descriptor descriptor = descriptor(
                keyId,
                listed.getSealedDescriptor().toByteArray(),
                listed.getLabelTag().toByteArray());
        return new SecretSummary(keyId, descriptor, WireTime.read(listed.getLastRetrievedUnixMs()));
    }

    private Descriptor descriptor(KeyId keyId, byte[] sealed, byte[] labelTag) throws KeyClientException {
        try {
            Descriptor descriptor = SecretEnvelope.openDescriptor(storageKey, userId, keyId, sealed);
            if (!MessageDigest.isEqual(LabelTag.of(storageKey, descriptor.label()), labelTag)) {
                throw disagreement(null);
            }
            return descriptor;
        } catch (IntegrityException e) {
            throw disagreement(e);
        }
    }

    private RetrievedSecret secret(KeyId keyId, Descriptor descriptor, StoredSecret stored) throws KeyClientException {
        try {
            SecretBytes secret = SecretEnvelope.openSecret(
                    storageKey,
                    userId,
                    keyId,
                    descriptor.origin(),
                    stored.getSealedSecret().toByteArray());
            return new RetrievedSecret(keyId, descriptor, secret);
        } catch (IntegrityException e) {
            throw disagreement(e);
        }
    }

    static KeyClientException disagreement(Exception cause) {
        return new KeyClientException(
                Reason.INTEGRITY,
                "What the server returned is not what was stored under this name: it was damaged, exchanged or made up. "
                        + "It was not used, and nothing was changed. Ask the server's operator.",
                cause);
    }
}
