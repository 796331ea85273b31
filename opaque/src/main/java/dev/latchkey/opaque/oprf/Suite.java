package dev.latchkey.opaque.oprf;

import dev.latchkey.opaque.ristretto.Element;
import dev.latchkey.opaque.ristretto.Scalar;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/** The hashes of the suite ristretto255-SHA512 in mode 0x00 (RFC 9497 §4.1, RFC 9380 §5.3.1). */
final class Suite {

    /** contextString = "OPRFV1-" ‖ I2OSP(mode, 1) ‖ "-" ‖ identifier (RFC 9497 §3.1). */
    private static final String CONTEXT = "OPRFV1-\0-ristretto255-SHA512";

    static final String HASH_TO_GROUP_TAG = "HashToGroup-" + CONTEXT;

    private static final byte[] HASH_TO_GROUP = dstPrime(HASH_TO_GROUP_TAG);
    private static final byte[] DERIVE_KEY_PAIR = dstPrime("DeriveKeyPair" + CONTEXT);

    private static final int SHA512_BLOCK_BYTES = 128;
    private static final int UNIFORM_BYTES = 64;

    private Suite() {}

    /** HashToGroup of the concatenation of {@code parts}. */
    static Element hashToGroup(byte[]... parts) {
        byte[] uniform = expandMessage(HASH_TO_GROUP, parts);
        try {
            return Element.fromUniformBytes(uniform);
        } finally {
            Arrays.fill(uniform, (byte) 0);
        }
    }

    /** HashToScalar of the concatenation of {@code parts} under the tag of DeriveKeyPair. */
    static Scalar hashToScalarForKeys(byte[]... parts) {
        byte[] uniform = expandMessage(DERIVE_KEY_PAIR, parts);
        try {
            return Scalar.fromUniformBytes(uniform);
        } finally {
            Arrays.fill(uniform, (byte) 0);
        }
    }

    /** Hash of the concatenation of {@code parts}. */
    static byte[] hash(byte[]... parts) {
        MessageDigest sha512 = sha512();
        for (byte[] part : parts) {
            sha512.update(part);
        }
        return finish(sha512);
    }

    /** I2OSP(n, 2). */
    static byte[] length(int n) {
        return new byte[] {(byte) (n >>> 8), (byte) n};
    }

    /** expand_message_xmd with SHA-512 for 64 bytes (RFC 9380 §5.3.1), where a single block is enough. */
    private static byte[] expandMessage(byte[] dstPrime, byte[]... message) {
        MessageDigest sha512 = sha512();
        // 1. ell = ceil(len_in_bytes / b_in_bytes) = 64 / 64 = 1
        // 3.-7. msg_prime = Z_pad ‖ msg ‖ l_i_b_str ‖ I2OSP(0, 1) ‖ DST_prime; b_0 = H(msg_prime)
        sha512.update(new byte[SHA512_BLOCK_BYTES]);
        for (byte[] part : message) {
            sha512.update(part);
        }
        sha512.update(length(UNIFORM_BYTES));
        sha512.update((byte) 0);
        sha512.update(dstPrime);
        byte[] b0 = finish(sha512);
        // 8. b_1 = H(b_0 ‖ I2OSP(1, 1) ‖ DST_prime)
        sha512.update(b0);
        sha512.update((byte) 1);
        sha512.update(dstPrime);
        Arrays.fill(b0, (byte) 0);
        // 11.-12. uniform_bytes = b_1, which has the wanted length
        return finish(sha512);
    }

    /** DST_prime = DST ‖ I2OSP(len(DST), 1) (RFC 9380 §5.3.1, step 2). */
    private static byte[] dstPrime(String tag) {
        byte[] dst = tag.getBytes(StandardCharsets.US_ASCII);
        byte[] prime = Arrays.copyOf(dst, dst.length + 1);
        prime[dst.length] = (byte) dst.length;
        return prime;
    }

    private static byte[] finish(MessageDigest sha512) {
        byte[] digest = sha512.digest();
        // The last block of a secret message stays in the object until it is reset.
        sha512.reset();
        return digest;
    }

    private static MessageDigest sha512() {
        try {
            return MessageDigest.getInstance("SHA-512");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform offers SHA-512", e);
        }
    }
}
