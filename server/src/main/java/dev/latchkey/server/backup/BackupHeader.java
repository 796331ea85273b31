package dev.latchkey.server.backup;

import dev.latchkey.opaque.SecretBytes;
import dev.latchkey.server.seal.Cell;
import dev.latchkey.server.seal.DamagedValueException;
import dev.latchkey.server.seal.KeyWrapper;
import dev.latchkey.server.store.Backups;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * What a backup begins with: {@code "latchkey store backup" ‖ 0x01 ‖ public key(32) ‖ number(8) ‖ unix_ms(8) ‖ I2OSP(length, 2) ‖
 * wrapped key}. Every chunk is bound to it, so that nobody without the root key can give a backup another number or another
 * signer.
 */
final class BackupHeader {
    private static final byte[] MAGIC = "latchkey store backup\u0001".getBytes(StandardCharsets.US_ASCII);
    private static final int FIXED = MAGIC.length + SigningKey.PUBLIC_BYTES + 2 * Long.BYTES + Character.BYTES;
    private static final int MAX_WRAPPED = 4096;
    static final Cell KEY = Cell.of("backup", "key");

    private final byte[] bytes;

    private BackupHeader(byte[] bytes) {
        this.bytes = bytes;
    }

    /** @param wrapped the key of its chunks, as {@link #KEY} */
    static BackupHeader of(byte[] signer, Backups.Taken taken, byte[] wrapped) {
        return new BackupHeader(ByteBuffer.allocate(FIXED + wrapped.length)
                .put(MAGIC)
                .put(signer)
                .putLong(taken.number())
                .putLong(taken.unixMillis())
                .putChar((char) wrapped.length)
                .put(wrapped)
                .array());
    }

    /** @throws EOFException if no backup begins like this */
    static BackupHeader read(InputStream in) throws IOException {
        byte[] fixed = in.readNBytes(FIXED);
        if (fixed.length != FIXED || !Arrays.equals(fixed, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
            throw new EOFException("no backup begins like this");
        }
        int length = ByteBuffer.wrap(fixed).getChar(FIXED - Character.BYTES);
        if (length < 1 || length > MAX_WRAPPED) {
            throw new EOFException("no wrapped key has this length");
        }
        byte[] wrapped = in.readNBytes(length);
        if (wrapped.length != length) {
            throw new EOFException("the backup is cut off");
        }
        byte[] bytes = Arrays.copyOf(fixed, FIXED + length);
        System.arraycopy(wrapped, 0, bytes, FIXED, length);
        return new BackupHeader(bytes);
    }

    byte[] toByteArray() {
        return bytes.clone();
    }

    byte[] signer() {
        return Arrays.copyOfRange(bytes, MAGIC.length, MAGIC.length + SigningKey.PUBLIC_BYTES);
    }

    Backups.Taken taken() {
        ByteBuffer buffer = ByteBuffer.wrap(bytes).position(MAGIC.length + SigningKey.PUBLIC_BYTES);
        return new Backups.Taken(buffer.getLong(), buffer.getLong());
    }

    /** The caller closes it. */
    SecretBytes key(KeyWrapper rootKey) throws DamagedValueException {
        return rootKey.unwrap(Arrays.copyOfRange(bytes, FIXED, bytes.length), KEY);
    }
}
