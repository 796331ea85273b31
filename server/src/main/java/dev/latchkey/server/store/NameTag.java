package dev.latchkey.server.store;

import dev.latchkey.opaque.Hkdf;
import dev.latchkey.opaque.SecretBytes;
import dev.latchkey.protocol.AccountName;
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

    /** First 32 bytes of HMAC-SHA-512(enumeration_key, account_name); HKDF-Extract is HMAC keyed with its salt. */
    public static NameTag of(AccountName name, SecretBytes enumerationKey) {
        try (SecretBytes message = SecretBytes.takeOwnership(name.utf8());
                SecretBytes mac = Hkdf.extract(enumerationKey.exposed(), message)) {
            return new NameTag(Arrays.copyOf(mac.exposed(), BYTES));
        }
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
