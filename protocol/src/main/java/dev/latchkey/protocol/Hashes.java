package dev.latchkey.protocol;

import dev.latchkey.opaque.SecretBytes;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** The protocol's {@code Hash}: SHA3-256 (FIPS 202). */
public final class Hashes {

    /** The size of a hash, in bytes. */
    public static final int BYTES = 32;

    // One byte less than SHA3-256 takes in at once, so that they stay in its buffer.
    private static final byte[] PUBLIC_BYTES = new byte[135];

    private Hashes() {}

    /** The 32-byte hash of the concatenation of {@code parts}. */
    public static byte[] sha3_256(byte[]... parts) {
        MessageDigest digest = newDigest();
        for (byte[] part : parts) {
            digest.update(part);
        }
        return digest.digest();
    }

    /** The 32-byte hash of {@code prefix ‖ secret}, itself secret; the caller closes it. */
    static SecretBytes sha3_256(byte[] prefix, SecretBytes secret) {
        MessageDigest digest = newDigest();
        digest.update(prefix);
        digest.update(secret.exposed());
        SecretBytes hash = SecretBytes.takeOwnership(digest.digest());
        // The last block taken in stays in the digest's buffer until something else is written over it.
        digest.update(PUBLIC_BYTES);
        digest.reset();
        return hash;
    }

    private static MessageDigest newDigest() {
        try {
            return MessageDigest.getInstance("SHA3-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java platform has no SHA3-256, which its own provider offers", e);
        }
    }
}
