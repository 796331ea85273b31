package dev.latchkey.bench;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes many accounts of some that are there: PostgreSQL copies their rows under other user ids and other tags of names. Nobody
 * can log in to a copy, because what was sealed for one row opens in no other; but tables and indexes become as large and as
 * deep as with accounts of their own, in minutes instead of hours.
 */
final class AccountCopier {

    /** So many accounts are copied at once. */
    static final int ORIGINALS = 20_000;

    private static final List<String> TABLES = List.of("accounts", "account_names", "audit", "secrets");

    private final Connection connection;

    /** @param connection to the deployment's database, with nothing begun; stays the caller's */
    AccountCopier(Connection connection) {
        this.connection = connection;
    }

    /**
     * Adds copies.
     *
     * @param firstCopy names the first round of copies; no other round in this database, of this or another call, may have
     *     its number or one of those that follow it
     */
    void copy(int accounts, int firstCopy, ProgressBar bar) throws SQLException {
        connection.setAutoCommit(false);
        int originals = markOriginals();
        List<String> insertions = new ArrayList<>();
        for (String table : TABLES) {
            insertions.add(insertion(table));
        }
        connection.commit();
        int round = firstCopy;
        for (int left = accounts; left > 0; left -= Math.min(left, originals)) {
            int now = Math.min(left, originals);
            for (String insertion : insertions) {
                copyRows(insertion, round, now);
            }
            connection.commit();
            bar.add(now);
            round++;
        }
    }

    private int markOriginals() throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("""
                    CREATE TEMPORARY TABLE originals AS
                    SELECT user_id, row_number() OVER () AS number FROM (SELECT user_id FROM accounts LIMIT %d) AS chosen
                    """.formatted(ORIGINALS));
            statement.execute("ANALYZE originals");
            try (ResultSet count = statement.executeQuery("SELECT count(*) FROM originals")) {
                count.next();
                return count.getInt(1);
            }
        }
    }

    /** Whatever columns the table has by now. */
    private String insertion(String table) throws SQLException {
        List<String> columns = new ArrayList<>();
        List<String> values = new ArrayList<>();
        try (ResultSet all = connection.getMetaData().getColumns(null, "public", table, null)) {
            while (all.next()) {
                String column = all.getString("COLUMN_NAME");
                columns.add(column);
                values.add(
                        switch (column) {
                            case "user_id" -> "substring(sha256(rows.user_id || round.id) from 1 for 16)";
                            case "name_tag" -> "sha256(rows.name_tag || round.id)";
                            default -> "rows." + column;
                        });
            }
        }
        return "INSERT INTO " + table + " (" + String.join(", ", columns) + ") SELECT " + String.join(", ", values)
                + " FROM originals JOIN " + table
                + " AS rows USING (user_id), (SELECT int4send(?) AS id) AS round WHERE number <= ?";
    }

    private void copyRows(String insertion, int round, int accounts) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(insertion)) {
            statement.setInt(1, round);
            statement.setInt(2, accounts);
            statement.executeUpdate();
        }
    }
}
