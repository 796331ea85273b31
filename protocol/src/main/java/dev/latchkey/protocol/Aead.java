package dev.latchkey.protocol;

import dev.latchkey.opaque.SecretBytes;
import java.security.GeneralSecurityException;
import java.security.spec.AlgorithmParameterSpec;
import java.util.Arrays;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.IvParameterSpec;

/**
 * The protocol's {@code Enc} and {@code Dec}: ChaCha20-Poly1305 (RFC 8439), a key of 32 bytes, a nonce of 12, a tag of 16.
 *
 * <p>The key is lent to the platform's cipher, which keeps a copy; that copy and its key stream are overwritten before
 * each method returns, by giving the cipher another key. What a virtual machine may still hold are registers, stack
 * frames, and objects it moved before they were wiped.
 */
public final class Aead {

    /** The size of a key, in bytes. */
    public static final int KEY_BYTES = 32;

    /** The size of a nonce, in bytes. */
    public static final int NONCE_BYTES = 12;

    /** How much longer a ciphertext is than its plaintext, in bytes. */
    public static final int TAG_BYTES = 16;

    private static final String ALGORITHM = "ChaCha20-Poly1305";
    private static final SecretKey PUBLIC_KEY = new LentKey(SecretBytes.allocate(KEY_BYTES));
    private static final AlgorithmParameterSpec PUBLIC_NONCE = new IvParameterSpec(new byte[NONCE_BYTES]);

    private Aead() {}

    /**
     * Encrypts {@code plaintext} and authenticates it together with {@code aad}.
     *
     * @param key 32 bytes, still the caller's
     * @param nonce 12 bytes that this key has never met before
     * @return the ciphertext, {@value #TAG_BYTES} bytes longer than the plaintext
     * @throws IllegalArgumentException if key or nonce have another length
     */
    public static byte[] seal(SecretBytes key, byte[] nonce, byte[] plaintext, byte[] aad) {
        byte[] ciphertext = new byte[Math.addExact(plaintext.length, TAG_BYTES)];
        try {
            run(Cipher.ENCRYPT_MODE, key, nonce, aad, plaintext, ciphertext);
            return ciphertext;
        } catch (AEADBadTagException e) {
            throw new IllegalStateException("encryption checks no tag", e);
        }
    }

    /** Encrypts a secret, which stays the caller's; see {@link #seal(SecretBytes, byte[], byte[], byte[])}. */
    public static byte[] seal(SecretBytes key, byte[] nonce, SecretBytes plaintext, byte[] aad) {
        return seal(key, nonce, plaintext.exposed(), aad);
    }

    /**
     * Decrypts what {@link #seal} made.
     *
     * @param key 32 bytes, still the caller's
     * @return the plaintext
     * @throws IntegrityException if key, nonce, ciphertext and {@code aad} do not belong together
     * @throws IllegalArgumentException if key or nonce have another length
     */
    public static byte[] open(SecretBytes key, byte[] nonce, byte[] ciphertext, byte[] aad) throws IntegrityException {
        if (ciphertext.length < TAG_BYTES) {
            throw new IntegrityException(IntegrityException.Reason.NOT_AUTHENTIC);
        }
        byte[] plaintext = new byte[ciphertext.length - TAG_BYTES];
        try {
            run(Cipher.DECRYPT_MODE, key, nonce, aad, ciphertext, plaintext);
            return plaintext;
        } catch (AEADBadTagException e) {
            Arrays.fill(plaintext, (byte) 0);
            throw new IntegrityException(IntegrityException.Reason.NOT_AUTHENTIC);
        }
    }

    /** Decrypts a secret, which the caller closes; see {@link #open}. */
    public static SecretBytes openSecret(SecretBytes key, byte[] nonce, byte[] ciphertext, byte[] aad)
            throws IntegrityException {
        return SecretBytes.takeOwnership(open(key, nonce, ciphertext, aad));
    }

    private static void run(int mode, SecretBytes key, byte[] nonce, byte[] aad, byte[] input, byte[] output)
            throws AEADBadTagException {
        Octets.requireLength(key.exposed(), KEY_BYTES, "a key");
        Octets.requireLength(nonce, NONCE_BYTES, "a nonce");
        try {
            Cipher cipher = Cipher.getInstance(ALGORITHM);
            cipher.init(mode, new LentKey(key), new IvParameterSpec(nonce));
            try {
                cipher.updateAAD(aad);
                cipher.doFinal(input, 0, input.length, output, 0);
            } finally {
                cipher.init(Cipher.DECRYPT_MODE, PUBLIC_KEY, PUBLIC_NONCE);
            }
        } catch (AEADBadTagException e) {
            throw e;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java platform has no ChaCha20-Poly1305, which version 11 brought", e);
        }
    }

    /**
     * A key whose bytes stay in their {@link SecretBytes}. {@link javax.crypto.spec.SecretKeySpec} would keep a copy that
     * cannot be wiped.
     */
    private static final class LentKey implements SecretKey {

        private static final long serialVersionUID = 1L;

        private final transient SecretBytes bytes;

        LentKey(SecretBytes bytes) {
            this.bytes = bytes;
        }

        @Override
        public String getAlgorithm() {
            return "ChaCha20";
        }

        @Override
        public String getFormat() {
            return "RAW";
        }

        @Override
        public byte[] getEncoded() {
            return bytes.copyBytes();
        }
    }
}
