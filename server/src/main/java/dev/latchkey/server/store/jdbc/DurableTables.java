package dev.latchkey.server.store.jdbc;

import dev.latchkey.server.store.TableDigest;
import dev.latchkey.server.store.TableReader;
import dev.latchkey.server.store.TableWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Handle;

/** All tables that last, row by row as they are stored: sealed values stay sealed. */
final class DurableTables {
    /** What a backup does not hold: the history is the program's, and which backup was the last is no part of one. */
    static final List<String> LEFT_OUT = List.of("flyway_schema_history", "last_backup");

    /** Each with the columns that order it; those come first that others refer to. */
    static final Map<String, String> KEYS = keys();

    private static final int FETCHED_AT_ONCE = 200;
    private static final int WRITTEN_AT_ONCE = 100;

    private final Handle handle;
    private final Connection connection;
    private final Dialect dialect;

    DurableTables(Handle handle, Dialect dialect) {
        this.handle = handle;
        this.connection = handle.getConnection();
        this.dialect = dialect;
    }

    private static Map<String, String> keys() {
        Map<String, String> keys = new LinkedHashMap<>();
        keys.put("deployment", "id");
        keys.put("data_keys", "version");
        keys.put("key_rotation", "id");
        keys.put("accounts", "user_id");
        keys.put("account_names", "name_tag");
        keys.put("audit", "user_id, n");
        keys.put("key_ids", "user_id, key_id");
        keys.put("secrets", "user_id, key_id");
        keys.put("devices", "user_id, device_id");
        keys.put("guess_ledger", "name_tag");
        keys.put("failed_attempts", "id");
        keys.put("erasure_keys", "slot");
        return Collections.unmodifiableMap(keys);
    }

    /** Writes them as they are in the transaction that is open. */
    List<TableDigest> write(OutputStream out) throws SQLException, IOException {
        TableWriter writer = new TableWriter(out);
        for (Map.Entry<String, String> table : KEYS.entrySet()) {
            if (dialect.overwrites() || !table.getKey().equals("erasure_keys")) {
                write(table.getKey(), table.getValue(), writer);
            }
        }
        return writer.end();
    }

    private void write(String table, String key, TableWriter writer) throws SQLException, IOException {
        try (Statement statement = connection.createStatement()) {
            statement.setFetchSize(FETCHED_AT_ONCE);
            try (ResultSet rows = statement.executeQuery("SELECT * FROM " + table + " ORDER BY " + key)) {
                ResultSetMetaData columns = rows.getMetaData();
                Object[] row = new Object[columns.getColumnCount()];
                List<String> names = new ArrayList<>();
                for (int i = 0; i < row.length; i++) {
                    names.add(columns.getColumnName(i + 1));
                }
                writer.table(table, names);
                while (rows.next()) {
                    for (int i = 0; i < row.length; i++) {
                        row[i] = value(rows.getObject(i + 1));
                    }
                    writer.row(row);
                }
            }
        }
    }

    private static Object value(Object stored) {
        return stored instanceof Number number ? (Object) number.longValue() : stored;
    }

    /** Inserts what was written elsewhere, in the transaction that is open. */
    void read(TableReader reader) throws SQLException, IOException {
        List<Object[]> closedKeys = new ArrayList<>();
        while (reader.nextTable()) {
            insert(reader, closedKeys);
        }
        reader.end();
        close(closedKeys);
        dialect.continueNumbers(handle);
    }

    private void insert(TableReader reader, List<Object[]> closedKeys) throws SQLException, IOException {
        List<String> columns = reader.columns();
        if (!KEYS.containsKey(reader.name())
                || !columns.stream().allMatch(column -> column.matches("[a-z_]+"))
                || columns.isEmpty()) {
            throw new IOException("there is no such table");
        }
        // Nothing more may be sealed under a closed key, and the database sees to it: it is closed when all is there.
        int closedAt = reader.name().equals("data_keys") ? columns.indexOf("closed_at") : -1;
        String sql = "INSERT INTO " + reader.name() + " (" + String.join(", ", columns) + ")"
                + dialect.ownNumbers() + " VALUES ("
                + String.join(", ", Collections.nCopies(columns.size(), "?")) + ")";
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            int waiting = 0;
            for (Object[] row = reader.nextRow(); row != null; row = reader.nextRow()) {
                if (closedAt >= 0 && row[closedAt] != null) {
                    closedKeys.add(new Object[] {row[closedAt], row[columns.indexOf("version")]});
                    row[closedAt] = null;
                }
                for (int i = 0; i < row.length; i++) {
                    bind(statement, i + 1, row[i]);
                }
                statement.addBatch();
                if (++waiting % WRITTEN_AT_ONCE == 0) {
                    statement.executeBatch();
                }
            }
            statement.executeBatch();
        }
    }

    private static void bind(PreparedStatement statement, int place, Object value) throws SQLException {
        if (value == null) {
            statement.setNull(place, Types.NULL);
        } else if (value instanceof Long number) {
            statement.setLong(place, number);
        } else {
            statement.setBytes(place, (byte[]) value);
        }
    }

    private void close(List<Object[]> closedKeys) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("UPDATE data_keys SET closed_at = ? WHERE version = ?")) {
            for (Object[] key : closedKeys) {
                statement.setLong(1, (Long) key[0]);
                statement.setLong(2, (Long) key[1]);
                statement.executeUpdate();
            }
        }
    }
}
