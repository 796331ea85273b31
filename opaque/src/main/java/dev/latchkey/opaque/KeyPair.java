package dev.latchkey.opaque;

import dev.latchkey.opaque.oprf.OprfServer;
import dev.latchkey.opaque.ristretto.Element;
import dev.latchkey.opaque.ristretto.Scalar;
import java.security.SecureRandom;

/** A Diffie-Hellman key pair over ristretto255 (RFC 9807 §6.4.1). */
final class KeyPair implements AutoCloseable {

    static final int SEED_BYTES = 32;

    private static final byte[] INFO = Octets.ascii("OPAQUE-DeriveDiffieHellmanKeyPair");

    private final Scalar privateKey;
    private final Element publicElement;
    private final byte[] publicKey;

    private KeyPair(Scalar privateKey) {
        this.privateKey = privateKey;
        this.publicElement = Element.multiplyGenerator(privateKey);
        this.publicKey = publicElement.encode();
    }

    /** The pair of a private key other than zero, which it owns from now on. */
    static KeyPair takeOwnership(Scalar privateKey) {
        return new KeyPair(privateKey);
    }

    /** DeriveDiffieHellmanKeyPair of a seed of 32 bytes, still the caller's. */
    static KeyPair derive(SecretBytes seed) {
        return new KeyPair(OprfServer.deriveKey(seed, INFO));
    }

    /** Derives a pair from a fresh seed. */
    static KeyPair generate(SecureRandom random) {
        try (SecretBytes seed = SecretBytes.random(SEED_BYTES, random)) {
            return derive(seed);
        }
    }

    Scalar privateKey() {
        return privateKey;
    }

    Element publicElement() {
        return publicElement;
    }

    byte[] publicKey() {
        return publicKey.clone();
    }

    @Override
    public void close() {
        privateKey.close();
    }
}
