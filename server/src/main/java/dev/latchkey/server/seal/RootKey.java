package dev.latchkey.server.seal;

import dev.latchkey.opaque.Hkdf;
import dev.latchkey.opaque.SecretBytes;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;

/**
 * A root key held in memory, as it comes from a {@link RootKeyFile}. Owned by whoever loaded it, wiped when closed.
 *
 * <p>A wrapped data key is {@code 0x01 ‖ salt(16) ‖ Enc(KDF(root key, "latchkey/1 data key" ‖ salt, 32), zero nonce,
 * data key, aad)}.
 */
public final class RootKey implements KeyWrapper {

    /** Size of a root key in bytes. */
    public static final int BYTES = 32;

    /** Size of a fingerprint in bytes. */
    public static final int FINGERPRINT_BYTES = 16;

    private static final byte FORMAT = 0x01;
    private static final byte[] FINGERPRINT_LABEL =
            "latchkey/1 root key fingerprint".getBytes(StandardCharsets.US_ASCII);

    private final SecretBytes key;
    private final SaltedCipher cipher;
    private final byte[] fingerprint;
    private final SecureRandom random;

    /**
     * @param key of {@value #BYTES} bytes; owned by the result from now on
     * @param random where salts come from
     */
    RootKey(SecretBytes key, SecureRandom random) {
        if (key.length() != BYTES) {
            throw new IllegalArgumentException("a root key has 32 bytes");
        }
        this.key = key;
        this.cipher = new SaltedCipher(key, "latchkey/1 data key");
        this.fingerprint = fingerprintOf(key);
        this.random = random;
    }

    /** Draws a new one. It is lost with this object unless a {@link RootKeyFile} keeps it. */
    public static RootKey generate(SecureRandom random) {
        return new RootKey(SecretBytes.random(BYTES, random), random);
    }

    static byte[] fingerprintOf(SecretBytes key) {
        try (SecretBytes derived = Hkdf.derive(key, FINGERPRINT_LABEL, FINGERPRINT_BYTES)) {
            return derived.copyBytes();
        }
    }

    /** The live key: owned by this root key. */
    SecretBytes key() {
        return key;
    }

    @Override
    public byte[] fingerprint() {
        return fingerprint.clone();
    }

    @Override
    public byte[] wrap(SecretBytes dataKey, Cell cell) {
        return cipher.seal(new byte[] {FORMAT}, dataKey.exposed(), cell.associatedData(), random);
    }

    @Override
    public SecretBytes unwrap(byte[] wrapped, Cell cell) throws DamagedValueException {
        if (wrapped.length != 1 + SaltedCipher.OVERHEAD_BYTES + DATA_KEY_BYTES || wrapped[0] != FORMAT) {
            throw new DamagedValueException(DamagedValueException.Reason.MALFORMED, cell);
        }
        return cipher.open(1, wrapped, cell);
    }

    @Override
    public void close() {
        cipher.close();
        key.close();
    }

    @Override
    public String toString() {
        return "RootKey[REDACTED]";
    }
}
