package dev.latchkey.server.store.jdbc;

import dev.latchkey.protocol.UserId;
import dev.latchkey.server.seal.Cell;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** The tables of owners that have sealed columns: how their rows are keyed, and which cell each value belongs to. */
enum SealedTable {
    ACCOUNTS("accounts", null, List.of("account_name", "record", "oprf_seed", "storage_key"), ""),
    SECRETS("secrets", "key_id", List.of("descriptor", "secret"), "AND t.deleted_at IS NULL"),
    DEVICES("devices", "device_id", List.of("ticket_hash", "name"), "");

    private static final int ID_BYTES = UserId.BYTES;

    private final String table;
    private final String rowId;

    @SuppressWarnings("ImmutableEnumChecker") // It is made of constants by List.of.
    private final List<String> columns;

    private final String living;

    /**
     * One of them.
     *
     * @param rowId what keys a row beside its owner; null if that is all
     * @param living excludes rows that hold nothing any more
     */
    SealedTable(String table, String rowId, List<String> columns, String living) {
        this.table = table;
        this.rowId = rowId;
        this.columns = columns;
        this.living = living;
    }

    String table() {
        return table;
    }

    List<String> columns() {
        return columns;
    }

    String living() {
        return living;
    }

    /** What the rows are ordered by. */
    String key() {
        return rowId == null ? "t.user_id" : "t.user_id, t." + rowId;
    }

    /** Rows behind {@code :user} and {@code :row}. */
    String isAfter() {
        return rowId == null ? "t.user_id > :user" : "(t.user_id, t." + rowId + ") > (:user, :row)";
    }

    /** Rows that do not stand behind {@code :lastUser} and {@code :lastRow}. */
    String isUntil() {
        return rowId == null ? "t.user_id <= :lastUser" : "(t.user_id, t." + rowId + ") <= (:lastUser, :lastRow)";
    }

    /** The row with {@code :user} and {@code :row}. */
    String isRow() {
        return rowId == null ? "user_id = :user" : "user_id = :user AND " + rowId + " = :row";
    }

    /** Selects owner, {@code row_id} and {@code credential_version}, which are empty and 0 where there is none. */
    String identity() {
        return "t.user_id, "
                + (rowId == null
                        ? "t.user_id AS row_id, t.credential_version"
                        : "t." + rowId + " AS row_id, 0 AS credential_version");
    }

    String selectedColumns() {
        return columns.stream().map(column -> "t." + column).collect(Collectors.joining(", "));
    }

    /** Where a row that is keyed like this stands. */
    byte[] cursor(byte[] user, byte[] row) {
        return rowId == null
                ? Arrays.copyOf(user, ID_BYTES)
                : ByteBuffer.allocate(2 * ID_BYTES).put(user).put(row).array();
    }

    /** The parts of such a cursor, or what stands before every row. */
    static byte[] userOf(byte[] cursor) {
        return Arrays.copyOf(cursor, Math.min(cursor.length, ID_BYTES));
    }

    static byte[] rowOf(byte[] cursor) {
        return cursor.length <= ID_BYTES ? new byte[0] : Arrays.copyOfRange(cursor, ID_BYTES, cursor.length);
    }

    /** Where the value of {@code column} in such a row belongs. */
    Cell cell(String column, UserId user, byte[] row, long credentialVersion) {
        Cell owned = Cell.of(table, column).owner(user);
        if (rowId != null) {
            return owned.row(row);
        }
        return column.equals("account_name") ? owned : owned.credentialVersion(credentialVersion);
    }

    /** The cells of all sealed columns of one row. */
    List<Cell> cells(UserId user, byte[] row, long credentialVersion) {
        List<Cell> cells = new ArrayList<>();
        columns.forEach(column -> cells.add(cell(column, user, row, credentialVersion)));
        return cells;
    }
}
