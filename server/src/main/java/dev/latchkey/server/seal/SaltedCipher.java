package dev.latchkey.server.seal;

import dev.latchkey.opaque.Hkdf;
import dev.latchkey.opaque.SecretBytes;
import dev.latchkey.protocol.Aead;
import dev.latchkey.protocol.IntegrityException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;

/**
 * Seals each message under a key of its own, {@code KDF(key, label ‖ salt, 32)} with a fresh salt, and the zero nonce:
 * one message a key needs no other.
 */
final class SaltedCipher implements AutoCloseable {

    private static final int SALT_BYTES = 16;

    /** Salt and tag, in bytes. */
    static final int OVERHEAD_BYTES = SALT_BYTES + Aead.TAG_BYTES;

    private static final byte[] ZERO_NONCE = new byte[Aead.NONCE_BYTES];

    private final SecretBytes prk;
    private final byte[] label;

    /** @param key stays the caller's */
    SaltedCipher(SecretBytes key, String label) {
        this(new byte[0], key, label);
    }

    /**
     * A cipher that takes two keys: without either, nothing opens.
     *
     * @param salt of the extraction (RFC 5869 §2.2), the second key or empty; stays the caller's like {@code key}
     */
    SaltedCipher(byte[] salt, SecretBytes key, String label) {
        this.prk = Hkdf.extract(salt, key);
        this.label = label.getBytes(StandardCharsets.US_ASCII);
    }

    /** Gives {@code header ‖ salt ‖ ciphertext ‖ tag}. */
    byte[] seal(byte[] header, byte[] plaintext, byte[] associatedData, SecureRandom random) {
        byte[] salt = new byte[SALT_BYTES];
        random.nextBytes(salt);
        try (SecretBytes key = messageKey(salt)) {
            byte[] ciphertext = Aead.seal(key, ZERO_NONCE, plaintext, associatedData);
            return ByteBuffer.allocate(header.length + SALT_BYTES + ciphertext.length)
                    .put(header)
                    .put(salt)
                    .put(ciphertext)
                    .array();
        }
    }

    /** Opens what stands after a header of {@code headerBytes}; the caller closes the result. */
    SecretBytes open(int headerBytes, byte[] sealed, Cell cell) throws DamagedValueException {
        int start = headerBytes + SALT_BYTES;
        byte[] salt = Arrays.copyOfRange(sealed, headerBytes, start);
        byte[] ciphertext = Arrays.copyOfRange(sealed, start, sealed.length);
        try (SecretBytes key = messageKey(salt)) {
            return Aead.openSecret(key, ZERO_NONCE, ciphertext, cell.associatedData());
        } catch (IntegrityException e) {
            throw new DamagedValueException(DamagedValueException.Reason.NOT_AUTHENTIC, cell);
        }
    }

    @Override
    public void close() {
        prk.close();
    }

    private SecretBytes messageKey(byte[] salt) {
        byte[] info = Arrays.copyOf(label, label.length + SALT_BYTES);
        System.arraycopy(salt, 0, info, label.length, SALT_BYTES);
        return Hkdf.expand(prk, info, Aead.KEY_BYTES);
    }
}
