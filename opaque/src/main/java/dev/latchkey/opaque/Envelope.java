package dev.latchkey.opaque;

import dev.latchkey.opaque.OpaqueException.Reason;
import java.security.MessageDigest;
import java.util.Arrays;

/**
 * {@code envelope_nonce ‖ auth_tag}, 96 bytes, with the keys that belong to it (RFC 9807 §4.1). Nothing is encrypted in it:
 * the client's key pair comes back from the password and the nonce, and the tag tells whether it is the right one.
 */
final class Envelope implements AutoCloseable {

    static final int NONCE_BYTES = 32;
    static final int BYTES = NONCE_BYTES + HmacSha512.BYTES;

    private static final byte[] AUTH_KEY = Octets.ascii("AuthKey");
    private static final byte[] EXPORT_KEY = Octets.ascii("ExportKey");
    private static final byte[] PRIVATE_KEY = Octets.ascii("PrivateKey");

    private final KeyPair clientKeyPair;
    private final SecretBytes exportKey;
    private final byte[] bytes;

    private Envelope(KeyPair clientKeyPair, SecretBytes exportKey, byte[] bytes) {
        this.clientKeyPair = clientKeyPair;
        this.exportKey = exportKey;
        this.bytes = bytes;
    }

    /** Store (RFC 9807 §4.1.2), and the part of Recover that is the same. */
    static Envelope store(
            RandomizedPassword randomizedPassword, byte[] nonce, byte[] serverPublicKey, Identities identities) {
        // 5.-6. seed = Expand(…, concat(envelope_nonce, "PrivateKey"), Nseed); DeriveDiffieHellmanKeyPair(seed)
        KeyPair clientKeyPair;
        try (SecretBytes seed = randomizedPassword.envelopeKey(nonce, PRIVATE_KEY, KeyPair.SEED_BYTES)) {
            clientKeyPair = KeyPair.derive(seed);
        }
        // 3. auth_key = Expand(randomized_password, concat(envelope_nonce, "AuthKey"), Nh)
        try (SecretBytes authKey = randomizedPassword.envelopeKey(nonce, AUTH_KEY, Hkdf.HASH_BYTES);
                // 7.-8. auth_tag = MAC(auth_key, concat(envelope_nonce, cleartext_credentials)), the credentials being
                //       server_public_key ‖ server_identity<1..2^16-1> ‖ client_identity<1..2^16-1>
                SecretBytes authTag = HmacSha512.mac(
                        authKey,
                        nonce,
                        serverPublicKey,
                        identities.serverOr(serverPublicKey),
                        identities.clientOr(clientKeyPair.publicKey()))) {
            // 4. export_key = Expand(randomized_password, concat(envelope_nonce, "ExportKey"), Nh)
            SecretBytes exportKey = randomizedPassword.envelopeKey(nonce, EXPORT_KEY, Hkdf.HASH_BYTES);
            return new Envelope(clientKeyPair, exportKey, Octets.concat(nonce, authTag.exposed()));
        }
    }

    /**
     * Recover (RFC 9807 §4.1.3).
     *
     * @throws OpaqueException {@code ENVELOPE} if the tag isn't that of this password, server key and identities; what was
     *     derived is wiped before
     */
    static Envelope recover(
            RandomizedPassword randomizedPassword, byte[] envelope, byte[] serverPublicKey, Identities identities)
            throws OpaqueException {
        byte[] nonce = Arrays.copyOf(envelope, NONCE_BYTES);
        Envelope expected = store(randomizedPassword, nonce, serverPublicKey, identities);
        // If !ct_equal(envelope.auth_tag, expected_tag): raise EnvelopeRecoveryError
        if (!MessageDigest.isEqual(expected.bytes, envelope)) {
            expected.close();
            throw new OpaqueException(Reason.ENVELOPE);
        }
        return expected;
    }

    byte[] toByteArray() {
        return bytes.clone();
    }

    KeyPair clientKeyPair() {
        return clientKeyPair;
    }

    /** A copy that the caller closes. */
    SecretBytes exportKey() {
        return exportKey.copy();
    }

    @Override
    public void close() {
        clientKeyPair.close();
        exportKey.close();
    }
}
