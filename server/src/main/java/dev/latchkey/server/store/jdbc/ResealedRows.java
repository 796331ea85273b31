package dev.latchkey.server.store.jdbc;

import dev.latchkey.opaque.SecretBytes;
import dev.latchkey.protocol.UserId;
import dev.latchkey.server.seal.Cell;
import dev.latchkey.server.seal.DataKey;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jdbi.v3.core.statement.PreparedBatch;

/** Seals rows of one table under the newest data key, in the order of their keys. Values keep their size. */
final class ResealedRows {
    private final Scope scope;
    private final SealedTable table;

    ResealedRows(Scope scope, SealedTable table) {
        this.scope = scope;
        this.table = table;
    }

    /** What came of some rows. */
    static final class Outcome {
        private final int rows;
        private final int older;
        private final byte[] last;

        private Outcome(int rows, int older, byte[] last) {
            this.rows = rows;
            this.older = older;
            this.last = last;
        }

        /** How many were looked at; fewer than asked for at the end of the table. */
        int rows() {
            return rows;
        }

        /** Those that do not open, or, where they were only counted, those under an older key. */
        int older() {
            return older;
        }

        /** The cursor behind the last one. */
        byte[] last() {
            return last.clone();
        }
    }

    /** Seals the next rows anew, as far as they are under an older key. Holds their owners. */
    Outcome seal(byte[] after, int atMost) {
        List<byte[]> cursors = cursors(after, atMost);
        if (cursors.isEmpty()) {
            return new Outcome(0, 0, after);
        }
        byte[] last = cursors.get(cursors.size() - 1);
        scope.holdAll(cursors.stream()
                .map(cursor -> UserId.of(SealedTable.userOf(cursor)))
                .distinct()
                .toList());
        List<SealedRow> rows = rows(after, last);
        int damaged = 0;
        List<SealedRow> changed = new ArrayList<>();
        for (SealedRow row : rows) {
            if (!isNewest(row)) {
                if (row.reseal(scope.durable())) {
                    changed.add(row);
                } else {
                    damaged++;
                }
            }
        }
        write(changed);
        return new Outcome(cursors.size(), damaged, last);
    }

    /** Counts, of the next rows, those that are not under the newest key. */
    Outcome count(byte[] after, int atMost) {
        int newest = scope.durable().keys().newest().version();
        List<Boolean> older = new ArrayList<>();
        byte[][] last = {after};
        scope.handle()
                .createQuery("""
                        SELECT <identity>, <headers> FROM <table> t WHERE <after> <living>
                        ORDER BY <key> LIMIT :limit
                        """)
                .define("identity", table.identity())
                .define("headers", headers())
                .define("table", table.table())
                .define("after", table.isAfter())
                .define("living", table.living())
                .define("key", table.key())
                .bind("user", SealedTable.userOf(after))
                .bind("row", SealedTable.rowOf(after))
                .bind("limit", atMost)
                .map((row, context) -> {
                    last[0] = table.cursor(row.getBytes("user_id"), row.getBytes("row_id"));
                    return hasOlder(row, newest);
                })
                .forEach(older::add);
        return new Outcome(older.size(), (int) older.stream().filter(is -> is).count(), last[0]);
    }

    /** How many rows there are. */
    long total() {
        return scope.handle()
                .createQuery("SELECT count(*) FROM <table> t WHERE 1 = 1 <living>")
                .define("table", table.table())
                .define("living", table.living())
                .mapTo(long.class)
                .one();
    }

    private String headers() {
        List<String> columns = table.columns();
        return IntStream.range(0, columns.size())
                .mapToObj(i -> "substr(t." + columns.get(i) + ", 1, " + DataKey.HEADER_BYTES + ") AS header_" + i)
                .collect(Collectors.joining(", "));
    }

    private boolean hasOlder(ResultSet row, int newest) throws SQLException {
        for (int i = 0; i < table.columns().size(); i++) {
            if (!DataKey.isUnder(newest, row.getBytes("header_" + i))) {
                return true;
            }
        }
        return false;
    }

    private boolean isNewest(SealedRow row) {
        int newest = scope.durable().keys().newest().version();
        return row.sealed.stream().allMatch(value -> DataKey.isUnder(newest, value));
    }

    private List<byte[]> cursors(byte[] after, int atMost) {
        return scope.handle()
                .createQuery("""
                        SELECT <identity> FROM <table> t WHERE <after> <living> ORDER BY <key> LIMIT :limit
                        """)
                .define("identity", table.identity())
                .define("table", table.table())
                .define("after", table.isAfter())
                .define("living", table.living())
                .define("key", table.key())
                .bind("user", SealedTable.userOf(after))
                .bind("row", SealedTable.rowOf(after))
                .bind("limit", atMost)
                .map((row, context) -> table.cursor(row.getBytes("user_id"), row.getBytes("row_id")))
                .list();
    }

    private List<SealedRow> rows(byte[] after, byte[] last) {
        return scope.handle()
                .createQuery("""
                        SELECT <identity>, <columns>, <slot> FROM <table> t WHERE <after> AND <until> <living>
                        ORDER BY <key>
                        """)
                .define("identity", table.identity())
                .define("columns", table.selectedColumns())
                .define("slot", scope.dialect().slotOf("t"))
                .define("table", table.table())
                .define("after", table.isAfter())
                .define("until", table.isUntil())
                .define("living", table.living())
                .define("key", table.key())
                .bind("user", SealedTable.userOf(after))
                .bind("row", SealedTable.rowOf(after))
                .bind("lastUser", SealedTable.userOf(last))
                .bind("lastRow", SealedTable.rowOf(last))
                .map((row, context) -> SealedRow.of(table, row))
                .list();
    }

    private void write(List<SealedRow> rows) {
        if (rows.isEmpty()) {
            return;
        }
        String assignments =
                table.columns().stream().map(column -> column + " = :" + column).collect(Collectors.joining(", "));
        try (PreparedBatch batch = scope.handle()
                .prepareBatch("UPDATE <table> SET <assignments> WHERE <row>")
                .define("table", table.table())
                .define("assignments", assignments)
                .define("row", table.isRow())) {
            for (SealedRow row : rows) {
                batch.bind("user", row.user.toByteArray()).bind("row", row.id);
                for (int i = 0; i < table.columns().size(); i++) {
                    batch.bind(table.columns().get(i), row.sealed.get(i));
                }
                batch.add();
            }
            batch.execute();
        }
    }

    /** The sealed values of one row, and what is needed to open them. */
    static final class SealedRow {
        private final UserId user;
        private final byte[] id;
        private final List<Cell> cells;
        private final Long slot;
        private final byte[] erasureKey;
        private final List<byte[]> sealed = new ArrayList<>();

        private SealedRow(UserId user, byte[] id, List<Cell> cells, Long slot, byte[] erasureKey) {
            this.user = user;
            this.id = id;
            this.cells = cells;
            this.slot = slot;
            this.erasureKey = erasureKey;
        }

        static SealedRow of(SealedTable table, ResultSet row) throws SQLException {
            UserId user = UserId.of(row.getBytes("user_id"));
            byte[] id = row.getBytes("row_id");
            long slot = row.getLong("slot");
            SealedRow read = new SealedRow(
                    user,
                    id,
                    table.cells(user, id, row.getLong("credential_version")),
                    row.wasNull() ? null : slot,
                    row.getBytes("erasure_key"));
            for (String column : table.columns()) {
                read.sealed.add(row.getBytes(column));
            }
            return read;
        }

        /** False, and nothing is changed, if one of the values does not open. */
        private boolean reseal(DataKeyRing ring) {
            List<byte[]> anew = new ArrayList<>();
            try (RowKey key = RowKey.of(ring, slot, erasureKey)) {
                for (int i = 0; i < cells.size(); i++) {
                    try (SecretBytes plain = key.open(cells.get(i), sealed.get(i))) {
                        anew.add(key.seal(cells.get(i), plain.exposed()));
                    }
                }
            } catch (DamagedRecordException e) {
                return false;
            }
            sealed.clear();
            sealed.addAll(anew);
            return true;
        }
    }
}
