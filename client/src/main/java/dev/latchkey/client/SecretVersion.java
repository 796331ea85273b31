package dev.latchkey.client;

import java.util.Arrays;

/**
 * Which state of a secret somebody has seen, so that a change of it can name the state it replaces.
 *
 * <p>Any change of a secret's bytes or label gives another version; none of them tells anything about the secret.
 */
public final class SecretVersion {

    private final byte[] object;
    private final byte[] secretHash;

    /** Takes over both arrays, 32 bytes each. */
    SecretVersion(byte[] object, byte[] secretHash) {
        this.object = object;
        this.secretHash = secretHash;
    }

    /** The {@code object} of the audit chain. */
    byte[] object() {
        return object.clone();
    }

    /** The hash of the sealed secret, which a new label leaves as it is. */
    byte[] secretHash() {
        return secretHash.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SecretVersion that
                && Arrays.equals(object, that.object)
                && Arrays.equals(secretHash, that.secretHash);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(object);
    }

    @Override
    public String toString() {
        return "SecretVersion[" + Integer.toHexString(hashCode()) + "]";
    }
}
