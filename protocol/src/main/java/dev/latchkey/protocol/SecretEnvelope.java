package dev.latchkey.protocol;

import dev.latchkey.opaque.SecretBytes;
import dev.latchkey.protocol.IntegrityException.Reason;
import java.security.SecureRandom;
import java.util.Arrays;

/**
 * Secrets and their descriptors as the server keeps them (§8): {@code 0x01 ‖ nonce(12) ‖ ciphertext with tag}, under the
 * storage key, bound to the user, the key id and what the bytes are. A secret that the server itself generated stands there
 * as {@code 0x02 ‖ secret}: nothing protects it from the server, and nothing pretends to.
 */
public final class SecretEnvelope {

    /** The longest secret, in bytes; the shortest has one. */
    public static final int MAX_SECRET_BYTES = 65_535;

    /** How much longer a sealed thing is than the thing, in bytes. */
    public static final int FRAME_BYTES = 29;

    private static final byte VERSION = 0x01;
    private static final byte KNOWN_TO_SERVER = 0x02;
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
     * @throws IntegrityException if it is not what was sealed for this user under this key id with this origin; of a secret
     *     that the server generated, only if it is not framed as one
     */
    public static SecretBytes openSecret(
            StorageKey storageKey, UserId userId, KeyId keyId, Origin origin, byte[] sealed) throws IntegrityException {
        if (origin == Origin.SERVER_GENERATED) {
            return unframe(sealed);
        }
        byte[] secret = open(storageKey, associatedData(userId, keyId, Octets.ascii(origin.text())), sealed);
        return SecretBytes.takeOwnership(secret);
    }

    /**
     * Frames a secret that the server generated: {@code 0x02 ‖ secret}.
     *
     * @param secret 1 to 65,535 bytes, still the caller's
     * @return one byte more than the secret, and as secret as it
     * @throws IllegalArgumentException on another length
     */
    public static byte[] frameServerGenerated(SecretBytes secret) {
        if (secret.length() < 1 || secret.length() > MAX_SECRET_BYTES) {
            throw new IllegalArgumentException("a secret has 1 to 65535 bytes");
        }
        return Octets.concat(new byte[] {KNOWN_TO_SERVER}, secret.exposed());
    }

    /** Whether this is how a client seals something, as far as anybody without its storage key can tell. */
    public static boolean looksSealed(byte[] sealed) {
        return sealed.length > FRAME_BYTES && sealed[0] == VERSION;
    }

    private static SecretBytes unframe(byte[] framed) throws IntegrityException {
        if (framed.length < 2 || framed.length > 1 + MAX_SECRET_BYTES || framed[0] != KNOWN_TO_SERVER) {
            throw new IntegrityException(Reason.UNKNOWN_FORMAT);
        }
        return SecretBytes.takeOwnership(Arrays.copyOfRange(framed, 1, framed.length));
    }

    /**
     * Seals a descriptor under a fresh nonce: 40 to 294 bytes.
     *
     * @param storageKey still the caller's
     * @param place where it will stand; the secret beside it does not count if the server generated that
     */
    public static byte[] sealDescriptor(
            StorageKey storageKey,
            UserId userId,
            KeyId keyId,
            DescriptorPlace place,
            Descriptor descriptor,
            SecureRandom random) {
        DescriptorPlace bound = descriptor.origin() == Origin.SERVER_GENERATED ? place.besideTheServers() : place;
        byte[] encoded = descriptor.encode();
        try {
            return seal(storageKey, associatedData(userId, keyId, bound), encoded, random);
        } finally {
            Arrays.fill(encoded, (byte) 0);
        }
    }

    /**
     * Opens a descriptor.
     *
     * @param storageKey still the caller's
     * @param place where it stands: the hash of what the server shows beside it, and the object that the audit chain names
     *     before this one
     * @throws IntegrityException if it is not what was sealed for this user under this key id for this place; {@code ORIGIN}
     *     if it states an origin of a later version
     */
    public static Descriptor openDescriptor(
            StorageKey storageKey, UserId userId, KeyId keyId, DescriptorPlace place, byte[] sealed)
            throws IntegrityException {
        Descriptor descriptor;
        try {
            descriptor = decode(open(storageKey, associatedData(userId, keyId, place), sealed));
        } catch (IntegrityException e) {
            if (e.reason() != Reason.NOT_AUTHENTIC) {
                throw e;
            }
            // The only descriptors that are bound to no secret are those that say so.
            DescriptorPlace generated = place.besideTheServers();
            return requireOrigin(decode(open(storageKey, associatedData(userId, keyId, generated), sealed)), true);
        }
        return requireOrigin(descriptor, false);
    }

    private static Descriptor decode(byte[] encoded) throws IntegrityException {
        try {
            return Descriptor.decode(encoded);
        } finally {
            Arrays.fill(encoded, (byte) 0);
        }
    }

    private static Descriptor requireOrigin(Descriptor descriptor, boolean ofTheServer) throws IntegrityException {
        if ((descriptor.origin() == Origin.SERVER_GENERATED) != ofTheServer) {
            throw new IntegrityException(Reason.ORIGIN);
        }
        return descriptor;
    }

    /** The frame of everything that an owner seals: {@code 0x01 ‖ nonce ‖ ciphertext with tag}. */
    static byte[] seal(StorageKey storageKey, byte[] associatedData, byte[] plaintext, SecureRandom random) {
        byte[] nonce = new byte[Aead.NONCE_BYTES];
        random.nextBytes(nonce);
        return Octets.concat(
                new byte[] {VERSION}, nonce, Aead.seal(storageKey.bytes(), nonce, plaintext, associatedData));
    }

    static byte[] open(StorageKey storageKey, byte[] associatedData, byte[] sealed) throws IntegrityException {
        // An empty thing is never sealed, so a frame alone is none either.
        if (sealed.length <= FRAME_BYTES || sealed.length > FRAME_BYTES + MAX_SECRET_BYTES || sealed[0] != VERSION) {
            throw new IntegrityException(Reason.UNKNOWN_FORMAT);
        }
        byte[] nonce = Arrays.copyOfRange(sealed, 1, HEADER_BYTES);
        byte[] ciphertext = Arrays.copyOfRange(sealed, HEADER_BYTES, sealed.length);
        return Aead.open(storageKey.bytes(), nonce, ciphertext, associatedData);
    }

    private static byte[] associatedData(UserId userId, KeyId keyId, DescriptorPlace place) {
        return associatedData(userId, keyId, Octets.concat(DESCRIPTOR, place.encode()));
    }

    private static byte[] associatedData(UserId userId, KeyId keyId, byte[] what) {
        return Octets.concat(userId.toByteArray(), keyId.toByteArray(), what);
    }
}
