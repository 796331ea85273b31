package dev.latchkey.server.seal;

import dev.latchkey.protocol.UserId;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Objects;

/**
 * The place in the database a sealed value belongs to: table, column, owner, row and, where a value is replaced as a
 * whole with others, the version of the credentials. It is what the value is bound to: moved anywhere else, it does not
 * open (protocol §15).
 */
public final class Cell {

    private static final byte[] NONE = {};

    private final String table;
    private final String column;
    private final byte[] owner;
    private final byte[] row;
    private final byte[] version;

    private Cell(String table, String column, byte[] owner, byte[] row, byte[] version) {
        this.table = table;
        this.column = column;
        this.owner = owner;
        this.row = row;
        this.version = version;
    }

    /** A cell of a table that belongs to nobody and has one row. */
    public static Cell of(String table, String column) {
        return new Cell(
                Objects.requireNonNull(table, "table"), Objects.requireNonNull(column, "column"), NONE, NONE, NONE);
    }

    /** The same column in a row that belongs to {@code user}. */
    public Cell owner(UserId user) {
        return new Cell(table, column, user.toByteArray(), row, version);
    }

    /** The same column in the row whose key, beside its owner, is {@code id}. */
    public Cell row(byte[] id) {
        return new Cell(table, column, owner, id.clone(), version);
    }

    /** The same column in the row whose key, beside its owner, is {@code number}, in 8 bytes. */
    public Cell row(long number) {
        return new Cell(table, column, owner, eightBytes(number), version);
    }

    /** The same cell under one version of its owner's credentials. */
    public Cell credentialVersion(long number) {
        return new Cell(table, column, owner, row, eightBytes(number));
    }

    /** The associated data: table, column, user_id, row id and credential version, each as I2OSP(length, 2) ‖ bytes. */
    byte[] associatedData() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] part : new byte[][] {utf8(table), utf8(column), owner, row, version}) {
            out.write(part.length >>> 8);
            out.write(part.length);
            out.writeBytes(part);
        }
        return out.toByteArray();
    }

    /** For the operator: table, column and row, which are no secrets. */
    @Override
    public String toString() {
        HexFormat hex = HexFormat.of();
        return table + "." + column
                + (owner.length == 0 ? "" : " of user " + hex.formatHex(owner))
                + (row.length == 0 ? "" : " in row " + hex.formatHex(row));
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] eightBytes(long number) {
        return ByteBuffer.allocate(Long.BYTES).putLong(number).array();
    }
}
