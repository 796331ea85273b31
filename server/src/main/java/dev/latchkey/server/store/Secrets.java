package dev.latchkey.server.store;

import dev.latchkey.protocol.KeyId;
import dev.latchkey.protocol.SecretObject;
import dev.latchkey.protocol.UserId;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Owners' sealed secrets. What is handed in and out is ciphertext under keys the server never has. */
public interface Secrets {
    /** Allocates all, or none and gives false if the user would hold more than {@code atMost} unused key ids. */
    boolean allocate(UserId user, List<KeyId> keyIds, Duration lifetime, int atMost);

    /**
     * Stores under an allocated key id. The same bytes under the same id succeed again.
     *
     * @param createdN number of the audit entry that will report it; orders lists
     */
    Outcome store(UserId user, SealedSecret secret, long createdN, int atMost);

    /** How many there are, the deleted ones not among them. */
    int count(UserId user);

    Optional<SealedSecret> byKeyId(UserId user, KeyId keyId);

    Optional<SealedSecret> byLabelTag(UserId user, byte[] labelTag);

    /**
     * Puts other bytes in the place of a secret's, under the same label tag and at the same place in lists.
     *
     * @param expectedObject what the caller takes for the secret's {@link Listed#object()}
     */
    Change replace(UserId user, KeyId keyId, byte[] expectedObject, byte[] descriptor, byte[] secret);

    /**
     * Puts a secret under another label tag, with the descriptor that goes with it.
     *
     * @param expectedObject what the caller takes for the secret's {@link Listed#object()}
     */
    Change rename(UserId user, KeyId keyId, byte[] expectedObject, byte[] labelTag, byte[] descriptor);

    /**
     * Leaves of a secret a tombstone alone: its key id, so that it is never used again.
     *
     * @param expectedObject what the caller takes for the secret's {@link Listed#object()}
     */
    Change delete(UserId user, KeyId keyId, byte[] expectedObject);

    /** One secret as a list shows it; empty if there is none, or a tombstone. */
    Optional<Listed> listed(UserId user, KeyId keyId);

    /** The same by its label tag, 16 bytes. */
    Optional<Listed> listed(UserId user, byte[] labelTag);

    /** Notes that it was retrieved now. */
    void markRetrieved(UserId user, KeyId keyId);

    /** Secrets whose {@code createdN} is above {@code after}, oldest first, at most {@code limit}. */
    List<Listed> page(UserId user, long after, int limit);

    /** What {@link #store} came to; nothing is changed unless STORED. */
    enum Outcome {
        STORED,
        ALREADY_STORED,
        LABEL_EXISTS,
        /** Other bytes are there, or a tombstone is. */
        CONFLICT,
        KEY_ID_UNKNOWN,
        LIMIT_REACHED
    }

    /** What a change of a stored secret came to; nothing is changed unless CHANGED. */
    enum Change {
        CHANGED,
        /** It is already as the change would make it. */
        ALREADY_SO,
        /** The key id was never stored under. */
        NOT_FOUND,
        /** The secret is not the expected one any more, or was deleted. */
        CONFLICT,
        /** The label tag stands for another secret. */
        LABEL_EXISTS
    }

    /** One secret as its owner sealed it. */
    final class SealedSecret {
        private final KeyId keyId;
        private final byte[] labelTag;
        private final byte[] descriptor;
        private final byte[] secret;

        public SealedSecret(KeyId keyId, byte[] labelTag, byte[] descriptor, byte[] secret) {
            this.keyId = keyId;
            this.labelTag = labelTag;
            this.descriptor = descriptor;
            this.secret = secret;
        }

        public KeyId keyId() {
            return keyId;
        }

        /** 16 bytes. */
        public byte[] labelTag() {
            return labelTag;
        }

        public byte[] descriptor() {
            return descriptor;
        }

        public byte[] secret() {
            return secret;
        }
    }

    /** One line of a list. */
    final class Listed {
        private final KeyId keyId;
        private final byte[] labelTag;
        private final byte[] descriptor;
        private final byte[] secretHash;
        private final long createdN;
        private final long lastRetrievedMillis;

        public Listed(
                KeyId keyId,
                byte[] labelTag,
                byte[] descriptor,
                byte[] secretHash,
                long createdN,
                long lastRetrievedMillis) {
            this.keyId = keyId;
            this.labelTag = labelTag;
            this.descriptor = descriptor;
            this.secretHash = secretHash;
            this.createdN = createdN;
            this.lastRetrievedMillis = lastRetrievedMillis;
        }

        public KeyId keyId() {
            return keyId;
        }

        /** 16 bytes. */
        public byte[] labelTag() {
            return labelTag;
        }

        public byte[] descriptor() {
            return descriptor;
        }

        /** SHA3-256 of the sealed secret. */
        public byte[] secretHash() {
            return secretHash;
        }

        public long createdN() {
            return createdN;
        }

        /** What an audit entry names the secret by as it is now, 32 bytes. */
        public byte[] object() {
            return SecretObject.hash(labelTag, descriptor, secretHash);
        }

        /** 0 if never. */
        public long lastRetrievedMillis() {
            return lastRetrievedMillis;
        }
    }
}
