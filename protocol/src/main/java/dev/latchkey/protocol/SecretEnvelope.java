package dev.latchkey.protocol;

import dev.latchkey.opaque.SecretBytes;
import dev.latchkey.protocol.IntegrityException.Reason;
import java.security.SecureRandom;
import java.util.Arrays;

/**
 * Secrets and their descriptors as the server keeps them (§5): {@code 0x01 ‖ nonce(12) ‖ ciphertext with tag}, under the
 * storage key, bound to the user, the key id and what the bytes are.
 */
public final class SecretEnvelope {

    /** The longest secret, in bytes; the shortest has one. */
    public static final int MAX_SECRET_BYTES = 65_535;

    /** How much longer a sealed thing is than the thing, in bytes. */
    public static final int FRAME_BYTES = 29;

    private static final byte VERSION = 0x01;
    private static final int HEADER_BYTES = 1 + Aead.NONCE_BYTES;
    private static final byte[] DESCRIPTOR = Octets.ascii("descriptor");

    private SecretEnvelope() {}

    /**
     * Seals a secret under a fresh nonce.
     *
     * @param storageKey still the caller's, like {@code secret}
     * @param secret 1 to 65,535 bytes
     * @return {@value #FRAME_BYTES} bytes more than the secret
     * @throws IllegalArgumentException on another length, or an origin that is not the client's
     */
    public static byte[] sealSecret(
            StorageKey storageKey, UserId userId, KeyId keyId, Origin origin, SecretBytes secret, SecureRandom random) {
        if (secret.length() < 1 || secret.length() > MAX_SECRET_BYTES) {
            throw new IllegalArgumentException("a secret has 1 to 65535 bytes");
        }
        if (origin == Origin.SERVER_GENERATED) {
            throw new IllegalArgumentException("a client seals its own secrets, not the server's");
        }
        return seal(storageKey, associatedData(userId, keyId, Octets.ascii(origin.text())), secret.exposed(), random);
    }

    /**
     * Opens a secret.
     *
     * @param storageKey still the caller's
     * @param origin as its opened descriptor states it, never as the server does
     * @return the secret, which the caller closes
     * @throws IntegrityException if it is not what was sealed for this user under this key id with this origin
     */
    public static SecretBytes openSecret(
            StorageKey storageKey, UserId userId, KeyId keyId, Origin origin, byte[] sealed) throws IntegrityException {
        if (origin == Origin.SERVER_GENERATED) {
            throw new IntegrityException(Reason.ORIGIN);
        }
        byte[] secret = open(storageKey, associatedData(userId, keyId, Octets.ascii(origin.text())), sealed);
        return SecretBytes.takeOwnership(secret);
    }

    /** Seals a descriptor under a fresh nonce: 40 to 294 bytes. The storage key stays the caller's. */
    public static byte[] sealDescriptor(
            StorageKey storageKey, UserId userId, KeyId keyId, Descriptor descriptor, SecureRandom random) {
        byte[] encoded = descriptor.encode();
        try {
            return seal(storageKey, associatedData(userId, keyId, DESCRIPTOR), encoded, random);
        } finally {
            Arrays.fill(encoded, (byte) 0);
        }
    }

    /**
     * Opens a descriptor. The storage key stays the caller's.
     *
     * @throws IntegrityException if it is not what was sealed for this user under this key id; {@code ORIGIN} if it states
     *     an origin of a later version
     */
    public static Descriptor openDescriptor(StorageKey storageKey, UserId userId, KeyId keyId, byte[] sealed)
            throws IntegrityException {
        byte[] encoded = open(storageKey, associatedData(userId, keyId, DESCRIPTOR), sealed);
        try {
            return Descriptor.decode(encoded);
        } finally {
            Arrays.fill(encoded, (byte) 0);
        }
    }

    private static byte[] seal(StorageKey storageKey, byte[] associatedData, byte[] plaintext, SecureRandom random) {
        byte[] nonce = new byte[Aead.NONCE_BYTES];
        random.nextBytes(nonce);
        return Octets.concat(
                new byte[] {VERSION}, nonce, Aead.seal(storageKey.bytes(), nonce, plaintext, associatedData));
    }

    private static byte[] open(StorageKey storageKey, byte[] associatedData, byte[] sealed) throws IntegrityException {
        // An empty thing is never sealed, so a frame alone is none either.
        if (sealed.length <= FRAME_BYTES || sealed.length > FRAME_BYTES + MAX_SECRET_BYTES || sealed[0] != VERSION) {
            throw new IntegrityException(Reason.UNKNOWN_FORMAT);
        }
        byte[] nonce = Arrays.copyOfRange(sealed, 1, HEADER_BYTES);
        byte[] ciphertext = Arrays.copyOfRange(sealed, HEADER_BYTES, sealed.length);
        return Aead.open(storageKey.bytes(), nonce, ciphertext, associatedData);
    }

    private static byte[] associatedData(UserId userId, KeyId keyId, byte[] what) {
        return Octets.concat(userId.toByteArray(), keyId.toByteArray(), what);
    }
}
