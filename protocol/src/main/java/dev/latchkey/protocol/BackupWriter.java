package dev.latchkey.protocol;

import dev.latchkey.opaque.SecretBytes;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Arrays;

/**
 * Writes an owner's portable copy of secrets (§14): one stream, sealed under a recovery code, which opens without any
 * server.
 *
 * <p>What was written is no backup before {@link #finish}; a reader refuses it. The stream stays the caller's to close.
 */
public final class BackupWriter implements AutoCloseable {

    private final OutputStream out;
    private final BackupKey key;
    private long count;
    private boolean finished;

    private BackupWriter(OutputStream out, BackupKey key) {
        this.out = out;
        this.key = key;
    }

    /**
     * Starts a backup by writing its header.
     *
     * @param code still the caller's to close
     */
    public static BackupWriter start(OutputStream out, RecoveryCode code, SecureRandom random) throws IOException {
        byte[] salt = new byte[BackupKey.SALT_BYTES];
        random.nextBytes(salt);
        BackupKey key = BackupKey.derive(code, salt);
        try {
            out.write(key.header());
            return new BackupWriter(out, key);
        } catch (IOException e) {
            key.close();
            throw e;
        }
    }

    /**
     * Writes one secret.
     *
     * @param secret 1 to 65,535 bytes, still the caller's
     * @throws IllegalArgumentException on another length
     * @throws IllegalStateException after {@link #finish}
     */
    public void add(Descriptor descriptor, SecretBytes secret) throws IOException {
        if (secret.length() < 1 || secret.length() > SecretEnvelope.MAX_SECRET_BYTES) {
            throw new IllegalArgumentException("a secret has 1 to 65535 bytes");
        }
        byte[] encoded = descriptor.encode();
        byte[] body = ByteBuffer.allocate(2 + encoded.length + secret.length())
                .putShort((short) encoded.length)
                .put(encoded)
                .put(secret.exposed())
                .array();
        try {
            write(body, false);
            count++;
        } finally {
            Arrays.fill(body, (byte) 0);
        }
    }

    /**
     * Writes the end, which says how many secrets there are, whose they are and when they were copied.
     *
     * @throws IllegalStateException if it was called before
     */
    public void finish(AccountName account, Instant made) throws IOException {
        byte[] name = account.value().getBytes(StandardCharsets.UTF_8);
        write(
                ByteBuffer.allocate(2 * Long.BYTES + name.length)
                        .putLong(count)
                        .putLong(made.toEpochMilli())
                        .put(name)
                        .array(),
                true);
        finished = true;
        out.flush();
    }

    private void write(byte[] body, boolean last) throws IOException {
        if (finished) {
            throw new IllegalStateException("the backup is finished");
        }
        byte[] sealed = key.seal(body, last);
        out.write(Octets.i2osp4(sealed.length | (last ? BackupReader.LAST : 0)));
        out.write(sealed);
    }

    /** Wipes the key; the stream stays open. */
    @Override
    public void close() {
        key.close();
    }
}
