package dev.latchkey.opaque;

import dev.latchkey.opaque.OpaqueException.Reason;
import dev.latchkey.opaque.ristretto.InvalidEncodingException;
import dev.latchkey.opaque.ristretto.Scalar;
import java.security.SecureRandom;

/**
 * The server's long-term key pair (RFC 9807 §3.1), of 32 bytes each.
 *
 * <p>Every client pins the public key in its envelope, so a server that loses this pair loses its accounts. Closed by its
 * creator, after the last {@link OpaqueServer} that uses it.
 */
public final class ServerKeyPair implements AutoCloseable {

    private final KeyPair keyPair;

    private ServerKeyPair(KeyPair keyPair) {
        this.keyPair = keyPair;
    }

    /** A new pair from 32 bytes of {@code random}. */
    public static ServerKeyPair generate(SecureRandom random) {
        return new ServerKeyPair(KeyPair.generate(random));
    }

    /**
     * The pair of a stored private key, which stays the caller's.
     *
     * @throws OpaqueException {@code MALFORMED} if it isn't 32 bytes, not canonical, or zero
     */
    public static ServerKeyPair of(SecretBytes privateKey) throws OpaqueException {
        if (privateKey.length() != Scalar.BYTES) {
            throw new OpaqueException(Reason.MALFORMED);
        }
        try {
            Scalar scalar = Scalar.decode(privateKey.exposed());
            if (scalar.isZero()) {
                throw new OpaqueException(Reason.MALFORMED);
            }
            return new ServerKeyPair(KeyPair.takeOwnership(scalar));
        } catch (InvalidEncodingException e) {
            throw new OpaqueException(Reason.MALFORMED);
        }
    }

    /**
     * DeriveDiffieHellmanKeyPair (RFC 9807 §6.4.1.1): always the same pair from one seed.
     *
     * @param seed 32 bytes, still the caller's
     */
    public static ServerKeyPair derive(SecretBytes seed) {
        return new ServerKeyPair(KeyPair.derive(seed));
    }

    /** A copy of the private key, which the caller closes. */
    public SecretBytes privateKey() {
        return SecretBytes.takeOwnership(keyPair.privateKey().encode());
    }

    /** The public key; a new array at each call. */
    public byte[] publicKey() {
        return keyPair.publicKey();
    }

    /** Wipes the private key; closing again does nothing. */
    @Override
    public void close() {
        keyPair.close();
    }

    KeyPair keyPair() {
        return keyPair;
    }
}
