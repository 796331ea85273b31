package dev.latchkey.protocol;

import dev.latchkey.opaque.SecretBytes;
import java.security.SecureRandom;

/**
 * The key an owner's secrets are sealed under (§3): 32 bytes that no application and no server ever sees.
 *
 * <p>Its bytes do not leave this package: no method returns them, and what a client does with them, it does through {@link
 * StorageKeyEnvelope}, {@link SecretEnvelope} and {@link LabelTag}. It is never saved but as the 93 bytes of its envelope,
 * and whoever made or opened one closes it as soon as the step that needs it ends.
 */
public final class StorageKey implements AutoCloseable {

    static final int BYTES = Aead.KEY_BYTES;

    private final SecretBytes bytes;

    private StorageKey(SecretBytes bytes) {
        this.bytes = bytes;
    }

    /** Generates a new one, which the caller closes. */
    public static StorageKey generate(SecureRandom random) {
        return new StorageKey(SecretBytes.random(BYTES, random));
    }

    static StorageKey takeOwnership(SecretBytes bytes) {
        Octets.requireLength(bytes.exposed(), BYTES, "a storage key");
        return new StorageKey(bytes);
    }

    SecretBytes bytes() {
        return bytes;
    }

    /** Wipes the key; closing again does nothing. */
    @Override
    public void close() {
        bytes.close();
    }

    @Override
    public String toString() {
        return "StorageKey[REDACTED]";
    }
}
