package dev.latchkey.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.server.postgres.PostgresServer;
import dev.latchkey.server.store.StoreLocation.PostgresDatabase;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A copy must be as large as its original, or measuring copies says nothing of accounts. */
final class AccountCopierTest {

    private static final int ORIGINALS = 4;

    @TempDir
    private Path folder;

    @Test
    void copy_moreThanThereAre_leavesRowsOfTheSameSizeForEach() throws Exception {
        PostgresServer postgres = PostgresServer.shared();
        String url = postgres.url(postgres.createDatabase("template1"));
        Deployment deployment = new Deployment(
                folder.resolve("server"),
                new PostgresDatabase(url, PostgresServer.USER, Optional.of(postgres.passwordFile()), 4));
        deployment.init();
        try (PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
                ProgressBar bar = new ProgressBar("accounts", 14, nowhere)) {
            deployment.withStore(store -> {
                new AccountLoader(store).load(0, ORIGINALS, bar);
                return null;
            });
            try (Connection connection = DriverManager.getConnection(
                    "jdbc:" + url,
                    PostgresServer.USER,
                    Files.readString(postgres.passwordFile()).strip())) {
                List<String> ofOriginals = sizes(connection);
                new AccountCopier(connection).copy(10, ORIGINALS, bar);

                assertThat(ofOriginals).hasSize(ORIGINALS).containsOnly(ofOriginals.get(0));
                assertThat(sizes(connection)).hasSize(14).containsOnly(ofOriginals.get(0));
            }
        }
    }

    /** Of each account: how many bytes its rows have in each table. */
    private static List<String> sizes(Connection connection) throws SQLException {
        List<String> sizes = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("""
                        SELECT (SELECT sum(pg_column_size(a.*)) FROM accounts a WHERE a.user_id = n.user_id),
                            pg_column_size(n.*),
                            (SELECT sum(pg_column_size(e.*)) FROM audit e WHERE e.user_id = n.user_id),
                            (SELECT sum(pg_column_size(s.*)) FROM secrets s WHERE s.user_id = n.user_id)
                        FROM account_names n
                        """)) {
            while (rows.next()) {
                sizes.add(rows.getLong(1) + " " + rows.getLong(2) + " " + rows.getLong(3) + " " + rows.getLong(4));
            }
        }
        return sizes;
    }
}
