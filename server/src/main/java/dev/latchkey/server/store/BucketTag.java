package dev.latchkey.server.store;

import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;

/** Under which it is known at rest who or what is limited: 32 bytes, a keyed hash of an address or a name. */
public final class BucketTag {
    public static final int BYTES = 32;

    private final byte[] bytes;

    private BucketTag(byte[] bytes) {
        this.bytes = bytes;
    }

    public static BucketTag of(byte[] bytes) {
        if (bytes.length != BYTES) {
            throw new IllegalArgumentException("a bucket's tag is 32 bytes");
        }
        return new BucketTag(bytes.clone());
    }

    public byte[] toByteArray() {
        return bytes.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof BucketTag tag && MessageDigest.isEqual(bytes, tag.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        return "BucketTag[" + HexFormat.of().formatHex(bytes, 0, 4) + "…]";
    }
}
