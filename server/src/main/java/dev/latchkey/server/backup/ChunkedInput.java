package dev.latchkey.server.backup;

import dev.latchkey.opaque.SecretBytes;
import dev.latchkey.protocol.Aead;
import dev.latchkey.protocol.IntegrityException;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;

/** Opens what {@link ChunkedOutput} sealed, and ends behind the last chunk. Whatever is not whole and in order is refused. */
final class ChunkedInput extends InputStream {
    private final DataInputStream in;
    private final SecretBytes key;
    private final byte[] header;
    private byte[] chunk = new byte[0];
    private int taken;
    private long number;
    private boolean ended;

    /** @param key stays the caller's */
    ChunkedInput(InputStream in, SecretBytes key, byte[] header) {
        this.in = new DataInputStream(in);
        this.key = key;
        this.header = header;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        while (taken == chunk.length) {
            if (ended) {
                return -1;
            }
            open();
        }
        int part = Math.min(length, chunk.length - taken);
        System.arraycopy(chunk, taken, target, offset, part);
        taken += part;
        return part;
    }

    private void open() throws IOException {
        int length = in.readInt();
        boolean last = length >= Chunks.LAST;
        int size = last ? length - Chunks.LAST : length;
        if (size < Aead.TAG_BYTES || size > Chunks.SIZE + Aead.TAG_BYTES) {
            throw new EOFException("a chunk has no such length");
        }
        byte[] sealed = in.readNBytes(size);
        if (sealed.length != size) {
            throw new EOFException("the backup is cut off");
        }
        try {
            chunk = Aead.open(key, Chunks.nonce(number), sealed, Chunks.associated(header, number, last));
        } catch (IntegrityException e) {
            throw new IOException("chunk " + number + " does not open", e);
        }
        taken = 0;
        number++;
        ended = last;
    }
}
