package dev.latchkey.opaque;

import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Objects;

/**
 * Bytes that nobody else may see: owned by one place, wiped when closed, never printed.
 *
 * <p>Whoever creates one closes it. {@code equals} and {@code hashCode} are those of the object, not of its content, so
 * that a secret can be neither compared in variable time nor spread by a hash table; compare with {@link
 * #constantTimeEquals(SecretBytes)}. Every method but {@link #close()} and {@link #toString()} throws {@link
 * IllegalStateException} once it is closed. Not safe for use by several threads while one of them closes it.
 */
public final class SecretBytes implements AutoCloseable {

    private final byte[] bytes;
    private boolean closed;

    private SecretBytes(byte[] bytes) {
        this.bytes = bytes;
    }

    /** Wraps {@code bytes} without copying; the array belongs to the result from now on and is wiped with it. */
    public static SecretBytes takeOwnership(byte[] bytes) {
        return new SecretBytes(Objects.requireNonNull(bytes, "bytes"));
    }

    /** Copies {@code bytes}, which stay the caller's to wipe. */
    public static SecretBytes copyOf(byte[] bytes) {
        return new SecretBytes(bytes.clone());
    }

    /** Draws {@code length} bytes from {@code random} in one request. */
    public static SecretBytes random(int length, SecureRandom random) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return new SecretBytes(bytes);
    }

    /** Makes {@code length} zero bytes, to be filled through {@link #exposed()}. */
    public static SecretBytes allocate(int length) {
        return new SecretBytes(new byte[length]);
    }

    /** The number of bytes. */
    public int length() {
        requireOpen();
        return bytes.length;
    }

    /** A copy of the bytes, which the caller owns and must wipe. */
    public byte[] copyBytes() {
        requireOpen();
        return bytes.clone();
    }

    /**
     * The live backing array, to be handed to a cipher at once and never kept: it is zeroed by {@link #close()}, and a
     * change to it changes this secret.
     */
    public byte[] exposed() {
        requireOpen();
        return bytes;
    }

    /** An independent copy with a life of its own. */
    public SecretBytes copy() {
        requireOpen();
        return new SecretBytes(bytes.clone());
    }

    /**
     * An independent copy of {@code length} bytes from index {@code from}.
     *
     * @throws IndexOutOfBoundsException if the range is not inside this secret
     */
    public SecretBytes slice(int from, int length) {
        requireOpen();
        Objects.checkFromIndexSize(from, length, bytes.length);
        return new SecretBytes(Arrays.copyOfRange(bytes, from, from + length));
    }

    /** Whether both hold the same bytes, in a time that depends on the lengths alone. */
    public boolean constantTimeEquals(SecretBytes other) {
        other.requireOpen();
        return constantTimeEquals(other.bytes);
    }

    /** Whether this holds the bytes of {@code other}, in a time that depends on the lengths alone. */
    public boolean constantTimeEquals(byte[] other) {
        requireOpen();
        return MessageDigest.isEqual(bytes, other);
    }

    /** Zeroes the bytes; closing again does nothing. */
    @Override
    public void close() {
        closed = true;
        Arrays.fill(bytes, (byte) 0);
    }

    @Override
    public String toString() {
        return "SecretBytes[REDACTED, " + bytes.length + " bytes]";
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("the secret is closed and wiped");
        }
    }
}
