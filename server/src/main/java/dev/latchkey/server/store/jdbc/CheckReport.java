package dev.latchkey.server.store.jdbc;

import dev.latchkey.opaque.SecretBytes;
import dev.latchkey.protocol.UserId;
import dev.latchkey.server.seal.Cell;
import dev.latchkey.server.seal.DamagedValueException;
import dev.latchkey.server.store.DamagedRow;
import dev.latchkey.server.store.DamagedRow.Kind;
import dev.latchkey.server.store.StoreCheck;
import dev.latchkey.server.store.StoreCheck.Summary;
import java.util.HexFormat;
import java.util.Optional;

/** Counts what a check looks at, and passes on what it finds. */
final class CheckReport {
    private static final HexFormat HEX = HexFormat.of();

    private final StoreCheck listener;
    private long accounts;
    private long values;
    private long entries;
    private long damaged;

    CheckReport(StoreCheck listener) {
        this.listener = listener;
    }

    /** A row of an owner, as it is named in the report. */
    record Row(String table, String id, String user) {
        static Row of(String table, UserId user) {
            return new Row(table, "", user.toString());
        }

        static Row of(String table) {
            return new Row(table, "", "");
        }

        Row row(byte[] rowId) {
            return new Row(table, HEX.formatHex(rowId), user);
        }

        Row row(long number) {
            return new Row(table, Long.toString(number), user);
        }
    }

    /** Opens a value; empty, and reported, if it does not open. The caller closes it. */
    Optional<SecretBytes> open(Row row, String column, Sealing sealing, Cell cell, byte[] sealed) {
        values++;
        try {
            return Optional.of(sealing.open(cell, sealed));
        } catch (DamagedRecordException e) {
            damaged(row, column, Kind.DOES_NOT_OPEN, words(e));
            return Optional.empty();
        }
    }

    void damaged(Row row, String column, Kind kind, String what) {
        damaged++;
        listener.damaged(new DamagedRow(row.table, column, row.id, row.user, kind, what));
    }

    void entry() {
        entries++;
    }

    void account(long total) {
        accounts++;
        if (accounts % 100 == 0 || accounts == total) {
            listener.progress(accounts, total);
        }
    }

    Summary summary() {
        return new Summary(accounts, values, entries, damaged);
    }

    static String words(DamagedRecordException e) {
        return e.getCause() instanceof DamagedValueException value
                ? value.reason().inWords()
                : e.getMessage();
    }
}
