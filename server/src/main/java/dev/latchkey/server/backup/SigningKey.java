package dev.latchkey.server.backup;

import dev.latchkey.opaque.Hkdf;
import dev.latchkey.opaque.SecretBytes;
import dev.latchkey.server.store.Deployment;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.spec.NamedParameterSpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * Signs a deployment's backups (Ed25519, RFC 8032). It follows from the deployment's enumeration key, which never changes: so
 * all its servers have the same, also after it was brought back from a backup.
 */
final class SigningKey {
    static final int PUBLIC_BYTES = 32;
    static final int SIGNATURE_BYTES = 64;

    private static final String ED25519 = "Ed25519";
    private static final byte[] LABEL = "latchkey/1 backup signing key".getBytes(StandardCharsets.US_ASCII);

    /** What stands before the 32 bytes of a public key in its X.509 form (RFC 8410). */
    private static final byte[] X509 = HexFormat.of().parseHex("302a300506032b6570032100");

    private final PrivateKey secret;
    private final byte[] shown;

    private SigningKey(PrivateKey secret, byte[] shown) {
        this.secret = secret;
        this.shown = shown;
    }

    static SigningKey of(Deployment deployment) {
        try (SecretBytes seed = Hkdf.derive(deployment.enumerationKey(), LABEL, 32)) {
            return ofSeed(seed);
        }
    }

    /** @param seed of 32 bytes, stays the caller's */
    static SigningKey ofSeed(SecretBytes seed) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(ED25519);
            generator.initialize(NamedParameterSpec.ED25519, new Seed(seed));
            KeyPair pair = generator.generateKeyPair();
            byte[] encoded = pair.getPublic().getEncoded();
            return new SigningKey(
                    pair.getPrivate(), Arrays.copyOfRange(encoded, encoded.length - PUBLIC_BYTES, encoded.length));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java from 15 on has Ed25519", e);
        }
    }

    /** The public key, 32 bytes. */
    byte[] publicKey() {
        return shown.clone();
    }

    byte[] sign(byte[] message) {
        try {
            Signature signature = Signature.getInstance(ED25519);
            signature.initSign(secret);
            signature.update(message);
            return signature.sign();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("an Ed25519 key signs anything", e);
        }
    }

    static boolean verifies(byte[] publicKey, byte[] message, byte[] signed) {
        try {
            byte[] encoded = Arrays.copyOf(X509, X509.length + PUBLIC_BYTES);
            System.arraycopy(publicKey, 0, encoded, X509.length, PUBLIC_BYTES);
            PublicKey key = KeyFactory.getInstance(ED25519).generatePublic(new X509EncodedKeySpec(encoded));
            Signature signature = Signature.getInstance(ED25519);
            signature.initVerify(key);
            signature.update(message);
            return signature.verify(signed);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    /** Gives the seed to whoever draws a key: Java makes a public key from a secret one only when it draws it. */
    private static final class Seed extends SecureRandom {
        private static final long serialVersionUID = 1L;

        private final transient SecretBytes seed;

        Seed(SecretBytes seed) {
            this.seed = seed;
        }

        @Override
        public void nextBytes(byte[] bytes) {
            if (bytes.length != seed.length()) {
                throw new IllegalStateException("a secret key of Ed25519 has 32 bytes");
            }
            System.arraycopy(seed.exposed(), 0, bytes, 0, bytes.length);
        }
    }
}
