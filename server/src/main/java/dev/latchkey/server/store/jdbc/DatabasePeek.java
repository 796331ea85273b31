package dev.latchkey.server.store.jdbc;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteDataSource;

/**
 * A database as somebody sees it who has nothing but its file: every row as it stands there, opened by no key. Reads only,
 * also beside a running server.
 */
public final class DatabasePeek {
    private static final String TABLES =
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY rowid";

    private DatabasePeek() {}

    /**
     * Reads all tables in the order they were made in.
     *
     * @throws IOException if this is no database, or can't be read
     */
    public static List<Table> read(Path database) throws IOException {
        SQLiteConfig config = new SQLiteConfig();
        config.setReadOnly(true);
        SQLiteDataSource source = new SQLiteDataSource(config);
        source.setUrl("jdbc:sqlite:" + database.toAbsolutePath());
        List<Table> tables = new ArrayList<>();
        try (Connection connection = source.getConnection()) {
            for (String name : names(connection)) {
                tables.add(table(connection, name));
            }
        } catch (SQLException e) {
            throw new IOException("the database " + database + " can't be read", e);
        }
        return tables;
    }

    private static List<String> names(Connection connection) throws SQLException {
        List<String> names = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(TABLES)) {
            while (rows.next()) {
                names.add(rows.getString(1));
            }
        }
        return names;
    }

    private static Table table(Connection connection, String name) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT * FROM \"" + name + "\"")) {
            ResultSetMetaData columns = rows.getMetaData();
            List<List<Cell>> cells = new ArrayList<>();
            while (rows.next()) {
                List<Cell> row = new ArrayList<>();
                for (int i = 1; i <= columns.getColumnCount(); i++) {
                    row.add(new Cell(columns.getColumnName(i), text(rows.getObject(i))));
                }
                cells.add(List.copyOf(row));
            }
            return new Table(name, List.copyOf(cells));
        }
    }

    private static String text(Object value) {
        return value instanceof byte[] bytes ? HexFormat.of().formatHex(bytes) : String.valueOf(value);
    }

    /**
     * One table.
     *
     * @param name the table's name
     * @param rows its rows, each cell by cell
     */
    public record Table(String name, List<List<Cell>> rows) {}

    /**
     * One value.
     *
     * @param column the column's name
     * @param value a number in decimal, bytes in hex
     */
    public record Cell(String column, String value) {}
}
