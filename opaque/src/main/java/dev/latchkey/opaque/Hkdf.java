package dev.latchkey.opaque;

import java.util.Objects;

/** HKDF with SHA-512 (RFC 5869). */
public final class Hkdf {

    /** The size of a pseudorandom key and of one block of output, in bytes. */
    public static final int HASH_BYTES = 64;

    /** The most that one {@link #expand} can give, in bytes. */
    public static final int MAX_OUTPUT_BYTES = 255 * HASH_BYTES;

    private static final byte[] NO_SALT = {};

    private Hkdf() {}

    /**
     * HKDF-Extract (RFC 5869 §2.2).
     *
     * @param salt any length; empty stands for 64 zero bytes
     * @param ikm the input keying material, still the caller's
     * @return the pseudorandom key of 64 bytes, which the caller closes
     */
    public static SecretBytes extract(byte[] salt, SecretBytes ikm) {
        try (SecretBytes key = salt.length == 0 ? SecretBytes.allocate(HASH_BYTES) : SecretBytes.copyOf(salt)) {
            return HmacSha512.mac(key, ikm.exposed());
        }
    }

    /**
     * HKDF-Expand (RFC 5869 §2.3).
     *
     * @param prk a pseudorandom key of at least 64 bytes, still the caller's
     * @param info what the output is for; may be empty
     * @param length of the output, 0 to {@value #MAX_OUTPUT_BYTES} bytes
     * @return {@code length} bytes, which the caller closes
     */
    public static SecretBytes expand(SecretBytes prk, byte[] info, int length) {
        Objects.requireNonNull(info, "info");
        if (prk.length() < HASH_BYTES) {
            throw new IllegalArgumentException("a pseudorandom key has at least 64 bytes");
        }
        if (length < 0 || length > MAX_OUTPUT_BYTES) {
            throw new IllegalArgumentException("HKDF-SHA-512 gives 0 to 16320 bytes");
        }
        // T(0) is empty; T(i) = HMAC(prk, T(i-1) ‖ info ‖ i); the output is the first `length` bytes of T(1) ‖ T(2) ‖ …
        SecretBytes output = SecretBytes.allocate(length);
        SecretBytes block = SecretBytes.allocate(0);
        for (int i = 1, filled = 0; filled < length; i++) {
            SecretBytes next = HmacSha512.mac(prk, block.exposed(), info, new byte[] {(byte) i});
            block.close();
            block = next;
            int taken = Math.min(HASH_BYTES, length - filled);
            System.arraycopy(block.exposed(), 0, output.exposed(), filled, taken);
            filled += taken;
        }
        block.close();
        return output;
    }

    /**
     * Extract with an empty salt, then expand: one key from another, told apart by {@code info}.
     *
     * @param key any length, still the caller's
     * @param info what the output is for; may be empty
     * @param length of the output, 0 to {@value #MAX_OUTPUT_BYTES} bytes
     * @return {@code length} bytes, which the caller closes
     */
    public static SecretBytes derive(SecretBytes key, byte[] info, int length) {
        try (SecretBytes prk = extract(NO_SALT, key)) {
            return expand(prk, info, length);
        }
    }
}
