package dev.latchkey.protocol;

import dev.latchkey.opaque.SecretBytes;
import dev.latchkey.protocol.IntegrityException.Reason;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;

/**
 * Reads a backup (§14), secret by secret, without any server.
 *
 * <p>Each secret is authentic when it is returned and stands where it was written; that none is missing is known only at
 * {@link #end()}. Whoever must not act on half a backup reads it to its end first. The stream stays the caller's to close.
 */
public final class BackupReader implements AutoCloseable {

    /** Marks the length of the last frame. */
    static final int LAST = 1 << 30;

    private static final int MAX_BODY_BYTES = 2 + 10 + Label.MAX_BYTES + SecretEnvelope.MAX_SECRET_BYTES;
    private static final int END_BYTES = 2 * Long.BYTES;

    private final DataInputStream in;
    private final BackupKey key;
    private long count;
    private End end;

    private BackupReader(DataInputStream in, BackupKey key) {
        this.in = in;
        this.key = key;
    }

    /**
     * What a backup says of itself.
     *
     * @param secrets how many there are
     * @param account whose they were
     * @param made when they were copied, by the copying device's clock
     */
    public record End(long secrets, AccountName account, Instant made) {}

    /** One secret of a backup; closing it wipes the secret. */
    public static final class Entry implements AutoCloseable {

        private final Descriptor descriptor;
        private final SecretBytes secret;

        private Entry(Descriptor descriptor, SecretBytes secret) {
            this.descriptor = descriptor;
            this.secret = secret;
        }

        /** Label, origin, type and time of creation, as they were at the server. */
        public Descriptor descriptor() {
            return descriptor;
        }

        /** 1 to 65,535 bytes; lives as long as this entry is open. */
        public SecretBytes secret() {
            return secret;
        }

        @Override
        public void close() {
            secret.close();
        }

        @Override
        public String toString() {
            return "Entry[REDACTED]";
        }
    }

    /**
     * Reads the header.
     *
     * @param code still the caller's to close
     * @throws IntegrityException {@code UNKNOWN_FORMAT} if it is no backup, {@code RECOVERY_CODE} if it is another code's
     */
    public static BackupReader open(InputStream stream, RecoveryCode code) throws IOException, IntegrityException {
        DataInputStream in = new DataInputStream(stream);
        byte[] header = in.readNBytes(BackupKey.HEADER_BYTES);
        return new BackupReader(in, BackupKey.of(code, header));
    }

    /**
     * The next secret, which the caller closes; empty at the end.
     *
     * @throws IntegrityException {@code NOT_AUTHENTIC} or {@code INCOMPLETE} if this is not what was written
     */
    public Optional<Entry> next() throws IOException, IntegrityException {
        if (end != null) {
            return Optional.empty();
        }
        int length = readLength();
        boolean last = (length & LAST) != 0;
        length &= ~LAST;
        if (length < Aead.TAG_BYTES || length > MAX_BODY_BYTES + Aead.TAG_BYTES) {
            throw new IntegrityException(Reason.NOT_AUTHENTIC);
        }
        byte[] sealed = in.readNBytes(length);
        if (sealed.length < length) {
            throw new IntegrityException(Reason.INCOMPLETE);
        }
        byte[] body = key.open(sealed, last);
        if (last) {
            readEnd(ByteBuffer.wrap(body));
            return Optional.empty();
        }
        try {
            return Optional.of(entry(ByteBuffer.wrap(body)));
        } finally {
            Arrays.fill(body, (byte) 0);
        }
    }

    /**
     * What the backup says of itself, once {@link #next} has come to its end.
     *
     * @throws IllegalStateException before that
     */
    public End end() {
        if (end == null) {
            throw new IllegalStateException("the backup was not read to its end");
        }
        return end;
    }

    private int readLength() throws IOException, IntegrityException {
        try {
            return in.readInt();
        } catch (EOFException e) {
            throw new IntegrityException(Reason.INCOMPLETE);
        }
    }

    private Entry entry(ByteBuffer body) throws IntegrityException {
        if (body.remaining() < Short.BYTES) {
            throw new IntegrityException(Reason.DESCRIPTOR);
        }
        int length = Short.toUnsignedInt(body.getShort());
        if (length >= body.remaining()) {
            throw new IntegrityException(Reason.DESCRIPTOR);
        }
        byte[] encoded = new byte[length];
        body.get(encoded);
        Descriptor descriptor = Descriptor.decode(encoded);
        byte[] secret = new byte[body.remaining()];
        body.get(secret);
        count++;
        return new Entry(descriptor, SecretBytes.takeOwnership(secret));
    }

    private void readEnd(ByteBuffer body) throws IOException, IntegrityException {
        if (in.read() >= 0) {
            throw new IntegrityException(Reason.INCOMPLETE);
        }
        if (body.remaining() <= END_BYTES) {
            throw new IntegrityException(Reason.UNKNOWN_FORMAT);
        }
        long secrets = body.getLong();
        long made = body.getLong();
        String name = StandardCharsets.UTF_8.decode(body).toString();
        try {
            end = new End(secrets, AccountName.canonical(name), Instant.ofEpochMilli(made));
        } catch (InvalidInputException e) {
            throw new IntegrityException(Reason.UNKNOWN_FORMAT);
        }
        if (secrets != count) {
            throw new IntegrityException(Reason.INCOMPLETE);
        }
    }

    /** Wipes the key; the stream stays open. */
    @Override
    public void close() {
        key.close();
    }
}
