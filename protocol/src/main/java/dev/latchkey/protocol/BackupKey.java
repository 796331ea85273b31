package dev.latchkey.protocol;

import dev.latchkey.opaque.SecretBytes;
import dev.latchkey.protocol.IntegrityException.Reason;
import java.nio.ByteBuffer;

/**
 * Seals and opens the frames of one backup file (§14), in their order and each once.
 *
 * <pre>
 * header  = "latchkey backup" ‖ 0x01 ‖ salt(32) ‖ KDF(code, "latchkey/1 backup check" ‖ salt, 16)
 * key     = KDF(code, "latchkey/1 backup" ‖ salt, 32)
 * frame i = Enc(key, I2OSP(i, 11) ‖ last(1), body, header)
 * </pre>
 */
final class BackupKey implements AutoCloseable {

    static final int SALT_BYTES = 32;
    static final int CHECK_BYTES = 16;

    private static final byte[] MAGIC = Octets.concat(Octets.ascii("latchkey backup"), Octets.i2osp1(1));
    private static final byte[] KEY_LABEL = Octets.ascii("latchkey/1 backup");
    private static final byte[] CHECK_LABEL = Octets.ascii("latchkey/1 backup check");

    static final int HEADER_BYTES = MAGIC.length + SALT_BYTES + CHECK_BYTES;

    private final SecretBytes key;
    private final byte[] header;
    private long next;

    private BackupKey(SecretBytes key, byte[] header) {
        this.key = key;
        this.header = header;
    }

    /** @param salt 32 bytes that no other backup has */
    static BackupKey derive(RecoveryCode code, byte[] salt) {
        try (SecretBytes check = code.derive(CHECK_LABEL, salt, CHECK_BYTES)) {
            byte[] header = Octets.concat(MAGIC, salt, check.exposed());
            return new BackupKey(code.derive(KEY_LABEL, salt, Aead.KEY_BYTES), header);
        }
    }

    /** The key of a file that begins with {@code header}. */
    static BackupKey of(RecoveryCode code, byte[] header) throws IntegrityException {
        ByteBuffer buffer = ByteBuffer.wrap(header);
        byte[] magic = new byte[MAGIC.length];
        byte[] salt = new byte[SALT_BYTES];
        if (header.length != HEADER_BYTES || !ByteBuffer.wrap(MAGIC).equals(ByteBuffer.wrap(header, 0, magic.length))) {
            throw new IntegrityException(Reason.UNKNOWN_FORMAT);
        }
        buffer.get(magic).get(salt);
        BackupKey derived = derive(code, salt);
        if (!java.security.MessageDigest.isEqual(derived.header, header)) {
            derived.close();
            throw new IntegrityException(Reason.RECOVERY_CODE);
        }
        return derived;
    }

    byte[] header() {
        return header.clone();
    }

    byte[] seal(byte[] body, boolean last) {
        return Aead.seal(key, nonce(last), body, header);
    }

    byte[] open(byte[] sealed, boolean last) throws IntegrityException {
        return Aead.open(key, nonce(last), sealed, header);
    }

    private byte[] nonce(boolean last) {
        return ByteBuffer.allocate(Aead.NONCE_BYTES)
                .put(new byte[3])
                .putLong(next++)
                .put((byte) (last ? 1 : 0))
                .array();
    }

    @Override
    public void close() {
        key.close();
    }
}
