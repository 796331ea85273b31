package dev.latchkey.server.rpc;

import dev.latchkey.opaque.SecretBytes;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** Several byte strings as one secret, each behind its length (4 bytes): what waits in the store between two steps. */
final class Fields {
    private final byte[][] fields;

    private Fields(byte[][] fields) {
        this.fields = fields;
    }

    /** Copies; the parts stay the caller's. */
    static SecretBytes join(byte[]... parts) {
        int length = 0;
        for (byte[] part : parts) {
            length += Integer.BYTES + part.length;
        }
        SecretBytes joined = SecretBytes.allocate(length);
        ByteBuffer buffer = ByteBuffer.wrap(joined.exposed());
        for (byte[] part : parts) {
            buffer.putInt(part.length).put(part);
        }
        return joined;
    }

    /**
     * Splits what {@link #join} made into exactly {@code count} parts, copies that the caller owns.
     *
     * @throws IllegalStateException if it was not made by this version of the server
     */
    static Fields split(SecretBytes joined, int count) {
        ByteBuffer buffer = ByteBuffer.wrap(joined.exposed());
        byte[][] fields = new byte[count][];
        for (int i = 0; i < count; i++) {
            int length = buffer.remaining() < Integer.BYTES ? -1 : buffer.getInt();
            if (length < 0 || length > buffer.remaining()) {
                throw new IllegalStateException("stored state of another version");
            }
            fields[i] = new byte[length];
            buffer.get(fields[i]);
        }
        if (buffer.hasRemaining()) {
            throw new IllegalStateException("stored state of another version");
        }
        return new Fields(fields);
    }

    byte[] get(int index) {
        return fields[index];
    }

    void wipe() {
        for (byte[] field : fields) {
            Arrays.fill(field, (byte) 0);
        }
    }
}
