package dev.latchkey.protocol;

import dev.latchkey.opaque.KsfParameters;
import dev.latchkey.protocol.wire.SessionKind;

/**
 * All that both sides said to open a session (§4), bound into its keys: a side that was told another account name, kind
 * or cost derives other keys.
 */
public final class Transcript {

    private static final int KE1_BYTES = 96;
    private static final int KE2_BYTES = 320;
    private static final int KE3_BYTES = 64;

    private final byte[] hash;

    private Transcript(byte[] hash) {
        this.hash = hash;
    }

    /**
     * States what was said.
     *
     * @param ke1 96 bytes, as they travelled; likewise {@code ke2}, 320, and {@code ke3}, 64
     * @throws IllegalArgumentException on another length, or a kind that is none
     */
    public static Transcript of(
            AccountName accountName, SessionKind kind, KsfParameters ksf, byte[] ke1, byte[] ke2, byte[] ke3) {
        if (kind == SessionKind.SESSION_KIND_UNSPECIFIED || kind == SessionKind.UNRECOGNIZED) {
            throw new IllegalArgumentException("a session is of one of the known kinds");
        }
        byte[] cost = Octets.concat(
                Octets.i2osp4(ksf.memoryKib()), Octets.i2osp4(ksf.iterations()), Octets.i2osp4(ksf.parallelism()));
        return new Transcript(Hashes.sha3_256(
                framed(accountName.utf8()),
                framed(Octets.i2osp1(kind.getNumber())),
                framed(cost),
                framed(Octets.requireLength(ke1, KE1_BYTES, "KE1")),
                framed(Octets.requireLength(ke2, KE2_BYTES, "KE2")),
                framed(Octets.requireLength(ke3, KE3_BYTES, "KE3"))));
    }

    /** {@code Hash(transcript)}, 32 bytes. */
    byte[] hash() {
        return hash.clone();
    }

    private static byte[] framed(byte[] part) {
        return Octets.concat(Octets.i2osp2(part.length), part);
    }
}
