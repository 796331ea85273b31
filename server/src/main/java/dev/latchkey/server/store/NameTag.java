package dev.latchkey.server.store;

import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * Under which an account name is known at rest: 32 bytes, a keyed hash of the name. The same for the guess ledger and
 * for the account, known or not.
 */
public final class NameTag {
    public static final int BYTES = 32;

    private final byte[] bytes;

    private NameTag(byte[] bytes) {
        this.bytes = bytes;
    }

    public static NameTag of(byte[] bytes) {
        if (bytes.length != BYTES) {
            throw new IllegalArgumentException("a name tag is 32 bytes");
        }
        return new NameTag(bytes.clone());
    }

    public byte[] toByteArray() {
        return bytes.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof NameTag tag && MessageDigest.isEqual(bytes, tag.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        return "NameTag[" + HexFormat.of().formatHex(bytes, 0, 4) + "…]";
    }
}
