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
 *
 * <p>Together with an erasure key it makes the key of one row ({@link #under}): format {@code 0x02}, extracted with the
 * erasure key as salt, label "latchkey/1 erasable". When the erasure key is gone, so is all that was sealed like that.
 */
public final class DataKey implements AutoCloseable {

    /** What sealing adds to a value, in bytes. */
    public static final int OVERHEAD_BYTES = 1 + Integer.BYTES + SaltedCipher.OVERHEAD_BYTES;

    /** The size of an erasure key, in bytes. */
    public static final int ERASURE_KEY_BYTES = 32;

    /** What a sealed value begins with: its format and the version of its key. */
    public static final int HEADER_BYTES = 1 + Integer.BYTES;

    private static final byte ALONE = 0x01;
    private static final byte ERASABLE = 0x02;

    private final byte format;
    private final int version;
    private final SecretBytes key;
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
        this.format = ALONE;
        this.version = version;
        this.key = SecretBytes.copyOf(key.exposed());
        this.cipher = new SaltedCipher(key, "latchkey/1 at rest");
    }

    private DataKey(DataKey dataKey, SecretBytes erasureKey) {
        this.format = ERASABLE;
        this.version = dataKey.version;
        this.key = SecretBytes.allocate(0);
        this.cipher = new SaltedCipher(erasureKey.exposed(), dataKey.key, "latchkey/1 erasable");
    }

    /**
     * The key of one row. The caller closes it.
     *
     * @param erasureKey of 32 bytes, stays the caller's
     */
    public DataKey under(SecretBytes erasureKey) {
        if (erasureKey.length() != ERASURE_KEY_BYTES) {
            throw new IllegalArgumentException("an erasure key has 32 bytes");
        }
        if (format != ALONE) {
            throw new IllegalStateException("the key of a row has no rows");
        }
        return new DataKey(this, erasureKey);
    }

    public int version() {
        return version;
    }

    /** Seals {@code plaintext}, which stays the caller's, for one place. */
    public byte[] seal(byte[] plaintext, Cell cell, SecureRandom random) {
        byte[] header =
                ByteBuffer.allocate(HEADER_BYTES).put(format).putInt(version).array();
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
        if (sealed[0] != format) {
            throw new DamagedValueException(DamagedValueException.Reason.MALFORMED, cell);
        }
        return cipher.open(HEADER_BYTES, sealed, cell);
    }

    /**
     * The version of the key that {@code sealed} says it was sealed under.
     *
     * @throws DamagedValueException if it is too short or of another format
     */
    public static int versionOf(byte[] sealed, Cell cell) throws DamagedValueException {
        if (sealed.length < OVERHEAD_BYTES || (sealed[0] != ALONE && sealed[0] != ERASABLE)) {
            throw new DamagedValueException(DamagedValueException.Reason.MALFORMED, cell);
        }
        return ByteBuffer.wrap(sealed).getInt(1);
    }

    /** Whether a value that begins like this says that it was sealed under this version. */
    public static boolean isUnder(int version, byte[] start) {
        return start.length >= HEADER_BYTES && ByteBuffer.wrap(start).getInt(1) == version;
    }

    @Override
    public void close() {
        cipher.close();
        key.close();
    }

    @Override
    public String toString() {
        return "DataKey[version " + version + ", REDACTED]";
    }
}
