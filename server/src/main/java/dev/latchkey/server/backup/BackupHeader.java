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
 * What a backup begins with: {@code "latchkey store backup" ‖ 0x01 ‖ public key(32) ‖ number(8) ‖ unix_ms(8) ‖ wrapped key}. Every
 * chunk is bound to it, so that nobody without the root key can give a backup another number or another signer.
 */
final class BackupHeader {
    private static final byte[] MAGIC = "latchkey store backup\u0001".getBytes(StandardCharsets.US_ASCII);
    private static final int WRAPPED = 65;
    private static final int BYTES = MAGIC.length + SigningKey.PUBLIC_BYTES + 2 * Long.BYTES + WRAPPED;
    private static final Cell KEY = Cell.of("backup", "key");

    private final byte[] bytes;

    private BackupHeader(byte[] bytes) {
        this.bytes = bytes;
    }

    static BackupHeader of(byte[] signer, Backups.Taken taken, SecretBytes key, KeyWrapper rootKey) {
        return new BackupHeader(ByteBuffer.allocate(BYTES)
                .put(MAGIC)
                .put(signer)
                .putLong(taken.number())
                .putLong(taken.unixMillis())
                .put(rootKey.wrap(key, KEY))
                .array());
    }

    /** @throws EOFException if no backup begins like this */
    static BackupHeader read(InputStream in) throws IOException {
        byte[] bytes = in.readNBytes(BYTES);
        if (bytes.length != BYTES || !Arrays.equals(bytes, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
            throw new EOFException("no backup begins like this");
        }
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
        return rootKey.unwrap(Arrays.copyOfRange(bytes, BYTES - WRAPPED, BYTES), KEY);
    }
}
