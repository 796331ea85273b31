package dev.latchkey.protocol;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;

/**
 * One entry of a user's audit chain (§7): {@code n(8) ‖ unix_ms(8) ‖ action(2) ‖ outcome(2) ‖ key_id(16) ‖
 * session_id(16) ‖ object(32)}; what is absent is zeros.
 *
 * <p>Immutable. Action and outcome are kept as numbers, so that a chain with an action of a later version can still be
 * verified by this one.
 */
public final class AuditEntry {

    /** The size of an entry, in bytes. */
    public static final int BYTES = 84;

    /** The size of {@link #object()}, in bytes. */
    public static final int OBJECT_BYTES = 32;

    private static final int N = 0;
    private static final int UNIX_MS = 8;
    private static final int ACTION = 16;
    private static final int OUTCOME = 18;
    private static final int KEY_ID = 20;
    private static final int SESSION_ID = 36;
    private static final int OBJECT = 52;

    private final byte[] bytes;

    private AuditEntry(byte[] bytes) {
        this.bytes = bytes;
    }

    /**
     * Makes an entry without key, session and object.
     *
     * @param n its number in the chain, from 1
     * @param unixMs when it happened, in milliseconds since 1970
     * @throws IllegalArgumentException if {@code n} is below one or {@code unixMs} negative
     */
    public static AuditEntry of(long n, long unixMs, AuditAction action, AuditOutcome outcome) {
        if (n < 1 || unixMs < 0) {
            throw new IllegalArgumentException("entries count from 1, and no time is before 1970");
        }
        return new AuditEntry(ByteBuffer.allocate(BYTES)
                .putLong(n)
                .putLong(unixMs)
                .putShort((short) action.code())
                .putShort((short) outcome.code())
                .array());
    }

    /**
     * Reads an entry; any action and outcome will do.
     *
     * @throws MalformedException if there are not 84 bytes, or the number or the time is impossible
     */
    public static AuditEntry parse(byte[] bytes) throws MalformedException {
        if (bytes.length != BYTES) {
            throw new MalformedException(MalformedException.Reason.WRONG_LENGTH);
        }
        AuditEntry entry = new AuditEntry(bytes.clone());
        if (entry.n() < 1 || entry.unixMs() < 0) {
            throw new MalformedException(MalformedException.Reason.OUT_OF_RANGE);
        }
        return entry;
    }

    /** The same entry, about this key. */
    public AuditEntry withKeyId(KeyId keyId) {
        return with(KEY_ID, keyId.toByteArray());
    }

    /** The same entry, of this session. */
    public AuditEntry withSessionId(SessionId sessionId) {
        return with(SESSION_ID, sessionId.toByteArray());
    }

    /**
     * The same entry, with the hash of what the action stored; see {@link SecretObject}.
     *
     * @throws IllegalArgumentException if {@code object} has not 32 bytes
     */
    public AuditEntry withObject(byte[] object) {
        return with(OBJECT, Octets.requireLength(object, OBJECT_BYTES, "the object"));
    }

    /** Its number in the chain, from 1. */
    public long n() {
        return buffer().getLong(N);
    }

    /** When it happened, in milliseconds since 1970, by the server's clock. */
    public long unixMs() {
        return buffer().getLong(UNIX_MS);
    }

    /** The number of its action, known to this version or not. */
    public int actionCode() {
        return Short.toUnsignedInt(buffer().getShort(ACTION));
    }

    /** The number of its outcome, known to this version or not. */
    public int outcomeCode() {
        return Short.toUnsignedInt(buffer().getShort(OUTCOME));
    }

    /** Its action, if this version knows it. */
    public Optional<AuditAction> action() {
        return AuditAction.ofCode(actionCode());
    }

    /** Its outcome, if this version knows it. */
    public Optional<AuditOutcome> outcome() {
        return AuditOutcome.ofCode(outcomeCode());
    }

    /** The key it is about, if any. */
    public Optional<KeyId> keyId() {
        return part(KEY_ID, KeyId.BYTES).map(KeyId::of);
    }

    /** The session it happened in, if any. */
    public Optional<SessionId> sessionId() {
        return part(SESSION_ID, SessionId.BYTES).map(SessionId::of);
    }

    /** The 32-byte hash of what the action stored, if it stored anything. */
    public Optional<byte[]> object() {
        return part(OBJECT, OBJECT_BYTES);
    }

    /** The 84 bytes. */
    public byte[] encode() {
        return bytes.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof AuditEntry that && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    /** Number, time, action and outcome; identifiers are left out. */
    @Override
    public String toString() {
        return "AuditEntry[n=" + n() + ", unixMs=" + unixMs() + ", action=" + actionCode() + ", outcome="
                + outcomeCode() + "]";
    }

    private AuditEntry with(int from, byte[] part) {
        byte[] changed = bytes.clone();
        System.arraycopy(part, 0, changed, from, part.length);
        return new AuditEntry(changed);
    }

    private Optional<byte[]> part(int from, int length) {
        byte[] part = Arrays.copyOfRange(bytes, from, from + length);
        return Arrays.equals(part, new byte[length]) ? Optional.empty() : Optional.of(part);
    }

    private ByteBuffer buffer() {
        return ByteBuffer.wrap(bytes);
    }
}
