package dev.latchkey.server.backup;

import dev.latchkey.protocol.Aead;
import java.nio.ByteBuffer;

/** How the rows of a backup are cut up and sealed: chunk by chunk, each bound to the header, its number and whether it is the last. */
final class Chunks {
    /** Plaintext of one. */
    static final int SIZE = (1 << 20) - Aead.TAG_BYTES;

    /** Added to the length of the last one. */
    static final int LAST = 1 << 30;

    private Chunks() {}

    /** The key seals one backup and no other, so a number never comes twice under it. */
    static byte[] nonce(long number) {
        return ByteBuffer.allocate(Aead.NONCE_BYTES).putInt(0).putLong(number).array();
    }

    static byte[] associated(byte[] header, long number, boolean last) {
        return ByteBuffer.allocate(header.length + Long.BYTES + 1)
                .put(header)
                .putLong(number)
                .put((byte) (last ? 1 : 0))
                .array();
    }
}
