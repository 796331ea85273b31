package dev.latchkey.opaque;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** The {@code preamble}: all that both sides must have seen alike (RFC 9807 §6.4.2.1). */
final class Transcript {

    private static final byte[] VERSION = Octets.ascii("OPAQUEv1-");

    private final byte[] preamble;

    private Transcript(byte[] preamble) {
        this.preamble = preamble;
    }

    /**
     * Preamble.
     *
     * @param clientIdentity and {@code serverIdentity} with their lengths before them
     */
    static Transcript of(byte[] context, byte[] clientIdentity, Ke1 ke1, byte[] serverIdentity, byte[] ke2WithoutMac) {
        return new Transcript(Octets.concat(
                VERSION,
                Octets.i2osp2(context.length),
                context,
                clientIdentity,
                ke1.toByteArray(),
                serverIdentity,
                // credential_response ‖ server_nonce ‖ server_public_keyshare
                ke2WithoutMac));
    }

    /** Hash(preamble). */
    byte[] hash() {
        return hashWith();
    }

    /** Hash(concat(preamble, parts)). */
    byte[] hashWith(byte[]... parts) {
        try {
            MessageDigest sha512 = MessageDigest.getInstance("SHA-512");
            sha512.update(preamble);
            for (byte[] part : parts) {
                sha512.update(part);
            }
            return sha512.digest();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform offers SHA-512", e);
        }
    }
}
