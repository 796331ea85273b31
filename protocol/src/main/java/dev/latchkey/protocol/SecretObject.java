package dev.latchkey.protocol;

/**
 * The {@code object} of an audit entry that stored a secret (§7): what an owner recognises the newest bytes by.
 *
 * <p>A hash of hashes, so that whoever lists secrets can recompute it from the hash of a sealed secret, without the secret.
 */
public final class SecretObject {

    private static final byte[] LABEL = Octets.ascii("latchkey/1 object");

    private SecretObject() {}

    /**
     * {@code Hash("latchkey/1 object" ‖ label_tag ‖ Hash(sealed descriptor) ‖ Hash(sealed secret))}.
     *
     * @param labelTag 16 bytes
     * @param secretHash {@code Hash(sealed secret)}, 32 bytes
     * @return 32 bytes
     * @throws IllegalArgumentException on another length of tag or hash
     */
    public static byte[] hash(byte[] labelTag, byte[] sealedDescriptor, byte[] secretHash) {
        Octets.requireLength(labelTag, LabelTag.BYTES, "a label tag");
        Octets.requireLength(secretHash, Hashes.BYTES, "the hash of a sealed secret");
        return Hashes.sha3_256(LABEL, labelTag, Hashes.sha3_256(sealedDescriptor), secretHash);
    }
}
