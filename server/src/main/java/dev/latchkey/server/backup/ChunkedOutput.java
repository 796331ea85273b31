package dev.latchkey.server.backup;

import dev.latchkey.opaque.SecretBytes;
import dev.latchkey.protocol.Aead;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** Seals what it is given, in chunks. */
final class ChunkedOutput extends OutputStream {
    private final OutputStream out;
    private final SecretBytes key;
    private final byte[] header;
    private final Progress progress;
    private final byte[] chunk = new byte[Chunks.SIZE];
    private int filled;
    private long number;
    private long bytes;

    /** @param key stays the caller's */
    ChunkedOutput(OutputStream out, SecretBytes key, byte[] header, Progress progress) {
        this.out = out;
        this.key = key;
        this.header = header;
        this.progress = progress;
    }

    @Override
    public void write(int one) throws IOException {
        write(new byte[] {(byte) one}, 0, 1);
    }

    @Override
    public void write(byte[] content, int offset, int length) throws IOException {
        int from = offset;
        int left = length;
        while (left > 0) {
            if (filled == chunk.length) {
                seal(false);
            }
            int part = Math.min(left, chunk.length - filled);
            System.arraycopy(content, from, chunk, filled, part);
            filled += part;
            from += part;
            left -= part;
        }
    }

    /** Seals the last chunk; {@link #close} does not, so that what was given up is never whole. */
    void end() throws IOException {
        seal(true);
    }

    private void seal(boolean last) throws IOException {
        byte[] sealed = Aead.seal(
                key, Chunks.nonce(number), Arrays.copyOf(chunk, filled), Chunks.associated(header, number, last));
        out.write(ByteBuffer.allocate(Integer.BYTES)
                .putInt(last ? Chunks.LAST + sealed.length : sealed.length)
                .array());
        out.write(sealed);
        bytes += filled;
        number++;
        filled = 0;
        progress.written(bytes);
    }
}
