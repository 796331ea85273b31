package dev.latchkey.server.store;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes tables as bytes that depend on nothing but what is in them, the same for every kind of store, and takes a digest of
 * each. A value is nothing, a whole number, or bytes.
 */
public final class TableWriter {
    static final byte TABLE = 1;
    static final byte ROW = 2;
    static final byte END = 3;

    static final byte NOTHING = 0;
    static final byte NUMBER = 1;
    static final byte BYTES = 2;

    private final OutputStream out;
    private final TableDigests digests = new TableDigests();

    public TableWriter(OutputStream out) {
        this.out = out;
    }

    /** Begins a table; the one before is complete. */
    public void table(String name, List<String> columns) throws IOException {
        List<byte[]> parts = new ArrayList<>();
        parts.add(new byte[] {TABLE});
        parts.add(text(name));
        parts.add(new byte[] {(byte) columns.size()});
        columns.forEach(column -> parts.add(text(column)));
        digests.table(name);
        write(parts);
    }

    /**
     * Writes one row of the table that was begun.
     *
     * @param values one for each column: null, a {@link Long} or an array of bytes
     */
    public void row(Object[] values) throws IOException {
        List<byte[]> parts = new ArrayList<>();
        parts.add(new byte[] {ROW});
        for (Object value : values) {
            if (value == null) {
                parts.add(new byte[] {NOTHING});
            } else if (value instanceof Long number) {
                parts.add(ByteBuffer.allocate(1 + Long.BYTES)
                        .put(NUMBER)
                        .putLong(number)
                        .array());
            } else {
                byte[] bytes = (byte[]) value;
                parts.add(ByteBuffer.allocate(1 + Integer.BYTES)
                        .put(BYTES)
                        .putInt(bytes.length)
                        .array());
                parts.add(bytes);
            }
        }
        digests.row();
        write(parts);
    }

    /** Nothing may follow. */
    public List<TableDigest> end() throws IOException {
        out.write(END);
        return digests.end();
    }

    private void write(List<byte[]> parts) throws IOException {
        for (byte[] part : parts) {
            digests.update(part, 0, part.length);
            out.write(part);
        }
    }

    private static byte[] text(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(1 + utf8.length)
                .put((byte) utf8.length)
                .put(utf8)
                .array();
    }
}
