package dev.latchkey.protocol;

import dev.latchkey.opaque.Hkdf;
import dev.latchkey.opaque.SecretBytes;

/** What a server tells the labels of one account apart by, without learning them (§5). */
public final class LabelTag {

    /** The size of a tag, in bytes. */
    public static final int BYTES = 16;

    private static final byte[] LABEL = Octets.ascii("latchkey/1 label");

    private LabelTag() {}

    /** {@code KDF(storage_key, "latchkey/1 label" ‖ label, 16)}; the storage key stays the caller's. */
    public static byte[] of(StorageKey storageKey, Label label) {
        try (SecretBytes tag = Hkdf.derive(storageKey.bytes(), Octets.concat(LABEL, label.utf8()), BYTES)) {
            return tag.copyBytes();
        }
    }
}
