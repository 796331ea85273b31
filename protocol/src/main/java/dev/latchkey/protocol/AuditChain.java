package dev.latchkey.protocol;

/**
 * The heads of a user's audit chain (§7): each binds the whole log before it, so that whoever remembers one can tell a
 * log that goes on from it from one that was cut, edited or put in another order.
 */
public final class AuditChain {

    /** The size of a head, in bytes. */
    public static final int HEAD_BYTES = Hashes.BYTES;

    private static final byte[] LABEL = Octets.ascii("latchkey/1 audit");

    private AuditChain() {}

    /** {@code head_0 = Hash("latchkey/1 audit" ‖ user_id)}: the head before the first entry. */
    public static byte[] start(UserId userId) {
        return Hashes.sha3_256(LABEL, userId.toByteArray());
    }

    /**
     * {@code head_n = Hash("latchkey/1 audit" ‖ head_{n-1} ‖ entry_n)}.
     *
     * @param head the head before {@code entry}, 32 bytes
     * @throws IllegalArgumentException if {@code head} has not 32 bytes
     */
    public static byte[] next(byte[] head, AuditEntry entry) {
        return Hashes.sha3_256(LABEL, Octets.requireLength(head, HEAD_BYTES, "a head"), entry.encode());
    }
}
