package dev.latchkey.server.store;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Reads what {@link TableWriter} wrote, and takes the same digests of it. */
public final class TableReader {
    /** More than any value that is stored. */
    private static final int MAX_VALUE = 4 << 20;

    private final DataInputStream in;
    private final TableDigests digests = new TableDigests();
    private byte next;
    private String name;
    private List<String> columns = List.of();

    public TableReader(InputStream in) throws IOException {
        this.in = new DataInputStream(in);
        this.next = this.in.readByte();
    }

    /** Goes to the next table, whose rows follow; false if there is none. */
    public boolean nextTable() throws IOException {
        if (next != TableWriter.TABLE) {
            require(next == TableWriter.END);
            return false;
        }
        byte[] nameBytes = text();
        name = new String(nameBytes, StandardCharsets.UTF_8);
        digests.table(name);
        digest(TableWriter.TABLE);
        digestText(nameBytes);
        int count = in.readUnsignedByte();
        digest((byte) count);
        List<String> names = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            byte[] column = text();
            digestText(column);
            names.add(new String(column, StandardCharsets.UTF_8));
        }
        columns = List.copyOf(names);
        next = in.readByte();
        return true;
    }

    public String name() {
        return name;
    }

    public List<String> columns() {
        return columns;
    }

    /** The next row of this table, as {@link TableWriter#row} was given it; null if there is none. */
    public Object[] nextRow() throws IOException {
        if (next != TableWriter.ROW) {
            return null;
        }
        digests.row();
        digest(TableWriter.ROW);
        Object[] row = new Object[columns.size()];
        for (int i = 0; i < row.length; i++) {
            row[i] = value();
        }
        next = in.readByte();
        return row;
    }

    /** Once {@link #nextTable} has given false. Nothing may follow. */
    public List<TableDigest> end() throws IOException {
        require(next == TableWriter.END && in.read() < 0);
        return digests.end();
    }

    private Object value() throws IOException {
        byte kind = in.readByte();
        digest(kind);
        return switch (kind) {
            case TableWriter.NOTHING -> null;
            case TableWriter.NUMBER -> ByteBuffer.wrap(digested(Long.BYTES)).getLong();
            case TableWriter.BYTES -> {
                int length = ByteBuffer.wrap(digested(Integer.BYTES)).getInt();
                require(length >= 0 && length <= MAX_VALUE);
                yield digested(length);
            }
            default -> throw new EOFException("the rows are damaged");
        };
    }

    private byte[] digested(int length) throws IOException {
        byte[] bytes = in.readNBytes(length);
        require(bytes.length == length);
        digests.update(bytes, 0, length);
        return bytes;
    }

    private byte[] text() throws IOException {
        int length = in.readUnsignedByte();
        byte[] text = in.readNBytes(length);
        require(text.length == length);
        return text;
    }

    private void digestText(byte[] text) {
        digest((byte) text.length);
        digests.update(text, 0, text.length);
    }

    private void digest(byte one) {
        digests.update(new byte[] {one}, 0, 1);
    }

    private static void require(boolean whole) throws IOException {
        if (!whole) {
            throw new EOFException("the rows are damaged");
        }
    }
}
