package dev.latchkey.protocol;

import java.util.Arrays;

/**
 * Where a descriptor stands (§8): beside which sealed secret, and after which state of the same secret. Bound into its
 * encryption, so that nobody but the owner can put two genuine halves together, or an old state after a newer one.
 */
public final class DescriptorPlace {

    private static final byte[] NONE = new byte[Hashes.BYTES];

    private final byte[] secretHash;
    private final byte[] previousObject;

    private DescriptorPlace(byte[] secretHash, byte[] previousObject) {
        this.secretHash = Octets.requireLength(secretHash, Hashes.BYTES, "the hash of a sealed secret")
                .clone();
        this.previousObject = Octets.requireLength(previousObject, AuditEntry.OBJECT_BYTES, "an object")
                .clone();
    }

    /**
     * The first descriptor of a secret.
     *
     * @param secretHash {@code Hash(sealed secret)}, 32 bytes; nothing is said by it of a secret that the server generates
     */
    public static DescriptorPlace first(byte[] secretHash) {
        return new DescriptorPlace(secretHash, NONE);
    }

    /** The first descriptor of a secret that the server is asked to generate, which nobody has seen yet. */
    public static DescriptorPlace firstOfGenerated() {
        return first(NONE);
    }

    /**
     * A later descriptor of a secret.
     *
     * @param previousObject the secret's {@code object} (§10) that this one follows, 32 bytes
     */
    public static DescriptorPlace after(byte[] previousObject, byte[] secretHash) {
        return new DescriptorPlace(secretHash, previousObject);
    }

    /** The same place of a secret that the server knows: what stands beside it is the server's, and binds nothing. */
    DescriptorPlace besideTheServers() {
        return new DescriptorPlace(NONE, previousObject);
    }

    byte[] encode() {
        return Octets.concat(secretHash, previousObject);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof DescriptorPlace place && Arrays.equals(encode(), place.encode());
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(encode());
    }
}
