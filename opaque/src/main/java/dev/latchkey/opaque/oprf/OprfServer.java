package dev.latchkey.opaque.oprf;

import dev.latchkey.opaque.SecretBytes;
import dev.latchkey.opaque.ristretto.Element;
import dev.latchkey.opaque.ristretto.Scalar;
import java.util.function.IntFunction;

/** The server's side: keys from seeds, and evaluation (RFC 9497 §3.2.1 and §3.3.1). */
public final class OprfServer {

    private static final int LAST_COUNTER = 255;

    private OprfServer() {}

    /**
     * The private key of DeriveKeyPair; the public key, which mode 0x00 has no use for, is {@link
     * Element#multiplyGenerator} of it.
     *
     * @param seed 32 bytes, still the caller's
     * @param info what the key is for, up to 65,535 bytes
     * @return a key other than zero, which the caller closes
     */
    public static Scalar deriveKey(SecretBytes seed, byte[] info) {
        if (seed.length() != Scalar.BYTES) {
            throw new IllegalArgumentException("DeriveKeyPair takes a seed of 32 bytes");
        }
        if (info.length > OprfClient.MAX_INPUT_BYTES) {
            throw new IllegalArgumentException("DeriveKeyPair takes at most 65535 bytes of info");
        }
        // 1. deriveInput = seed ‖ I2OSP(len(info), 2) ‖ info
        // 5. skS = G.HashToScalar(deriveInput ‖ I2OSP(counter, 1), DST = "DeriveKeyPair" ‖ contextString)
        return firstNonZero(counter -> Suite.hashToScalarForKeys(
                seed.exposed(), Suite.length(info.length), info, new byte[] {(byte) counter}));
    }

    /** The loop of DeriveKeyPair over candidates for the counters 0 to 255. */
    static Scalar firstNonZero(IntFunction<Scalar> candidates) {
        // 2.-4., 6. counter from 0 while skS == 0
        for (int counter = 0; counter <= LAST_COUNTER; counter++) {
            Scalar candidate = candidates.apply(counter);
            if (!candidate.isZero()) {
                return candidate;
            }
        }
        // 4. if counter > 255: raise DeriveKeyPairError
        throw new IllegalStateException("DeriveKeyPairError: 256 candidates were zero");
    }

    /** BlindEvaluate: the client's blinded element, decoded and not the identity, times the key. */
    public static Element blindEvaluate(Scalar key, Element blindedElement) {
        return blindedElement.multiply(key);
    }
}
