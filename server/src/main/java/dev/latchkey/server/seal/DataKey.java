package dev.latchkey.server.seal;

import dev.latchkey.opaque.SecretBytes;
import java.nio.ByteBuffer;
import java.security.SecureRandom;

/**
 * One of the keys that values in the database are sealed under. Owned by whoever made it, wiped when closed.
 *
 * <p>A sealed value is {@code 0x01 ‖ key version(4) ‖ salt(16) ‖ Enc(KDF(data key, "latchkey/1 at rest" ‖ salt, 32),
 * zero nonce, plaintext, aad)}: every value has a key of its own, so that no number of values wears a data key out and
 * no restored copy of a database makes a nonce meet its key twice.
 */
public final class DataKey implements AutoCloseable {

    /** What sealing adds to a value, in bytes. */
    public static final int OVERHEAD_BYTES = 1 + Integer.BYTES + SaltedCipher.OVERHEAD_BYTES;

    private static final byte FORMAT = 0x01;
    private static final int HEADER_BYTES = 1 + Integer.BYTES;

    private final int version;
    private final SaltedCipher cipher;

    /**
     * Makes one from its bytes.
     *
     * @param version by which values sealed under it find it again
     * @param key of 32 bytes, stays the caller's
     */
    public DataKey(int version, SecretBytes key) {
        if (key.length() != KeyWrapper.DATA_KEY_BYTES) {
            throw new IllegalArgumentException("a data key has 32 bytes");
        }
        this.version = version;
        this.cipher = new SaltedCipher(key, "latchkey/1 at rest");
    }

    public int version() {
        return version;
    }

    /** Seals {@code plaintext}, which stays the caller's, for one place. */
    public byte[] seal(byte[] plaintext, Cell cell, SecureRandom random) {
        byte[] header =
                ByteBuffer.allocate(HEADER_BYTES).put(FORMAT).putInt(version).array();
        return cipher.seal(header, plaintext, cell.associatedData(), random);
    }

    /**
     * Opens what was sealed under this key for this place. The caller closes the result.
     *
     * @throws DamagedValueException if it was not
     */
    public SecretBytes open(byte[] sealed, Cell cell) throws DamagedValueException {
        if (versionOf(sealed, cell) != version) {
            throw new DamagedValueException(DamagedValueException.Reason.UNKNOWN_KEY, cell);
        }
        return cipher.open(HEADER_BYTES, sealed, cell);
    }

    /**
     * The version of the key that {@code sealed} says it was sealed under.
     *
     * @throws DamagedValueException if it is too short or of another format
     */
    public static int versionOf(byte[] sealed, Cell cell) throws DamagedValueException {
        if (sealed.length < OVERHEAD_BYTES || sealed[0] != FORMAT) {
            throw new DamagedValueException(DamagedValueException.Reason.MALFORMED, cell);
        }
        return ByteBuffer.wrap(sealed).getInt(1);
    }

    @Override
    public void close() {
        cipher.close();
    }

    @Override
    public String toString() {
        return "DataKey[version " + version + ", REDACTED]";
    }
}
