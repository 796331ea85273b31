package dev.latchkey.server.store;

import dev.latchkey.opaque.Hkdf;
import dev.latchkey.opaque.SecretBytes;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;

/** Which budget a guess draws on: 32 bytes, a keyed hash of an account name or of a device's ticket. */
public final class BudgetTag {
    public static final int BYTES = 32;

    private static final byte[] DEVICE = "latchkey/1 device budget".getBytes(StandardCharsets.US_ASCII);

    private final byte[] bytes;

    private BudgetTag(byte[] bytes) {
        this.bytes = bytes;
    }

    public static BudgetTag of(byte[] bytes) {
        if (bytes.length != BYTES) {
            throw new IllegalArgumentException("a budget tag is 32 bytes");
        }
        return new BudgetTag(bytes.clone());
    }

    /** The budget of all who know no more than the name. */
    public static BudgetTag of(NameTag name) {
        return new BudgetTag(name.toByteArray());
    }

    /** The budget of a device's ticket: KDF(enumeration_key, "latchkey/1 device budget" ‖ ticket hash, 32). */
    public static BudgetTag ofTicket(byte[] ticketHash, SecretBytes enumerationKey) {
        ByteArrayOutputStream info = new ByteArrayOutputStream();
        info.writeBytes(DEVICE);
        info.writeBytes(ticketHash);
        try (SecretBytes tag = Hkdf.derive(enumerationKey, info.toByteArray(), BYTES)) {
            return of(tag.exposed());
        }
    }

    public byte[] toByteArray() {
        return bytes.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof BudgetTag tag && MessageDigest.isEqual(bytes, tag.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        return "BudgetTag[" + HexFormat.of().formatHex(bytes, 0, 4) + "…]";
    }
}
