package dev.latchkey.bench;

import dev.latchkey.server.store.StoreLocation.SqliteFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Locale;
import java.util.StringJoiner;
import java.util.stream.Stream;

/** Each with a SQLite file among its own. */
final class SqliteDeployments implements Deployments {

    private static final String DATABASE = "latchkey.db";

    private final Path folder;

    SqliteDeployments(Path folder) {
        this.folder = folder;
    }

    @Override
    public Deployment of(int accounts) throws Exception {
        Path own = folder.resolve("sqlite-" + accounts);
        Deployment deployment = new Deployment(own, new SqliteFile(own.resolve(DATABASE)));
        deployment.init();
        Deployments.makeTables(deployment);
        return deployment;
    }

    /** Whoever was the last to close it has left no write-ahead log behind; if there is one, it counts. */
    @Override
    public long bytes(Deployment deployment) throws IOException {
        try (Stream<Path> files = Files.list(deployment.folder())) {
            long bytes = 0;
            for (Path file : files.filter(SqliteDeployments::isOfDatabase).toList()) {
                bytes += Files.size(file);
            }
            return bytes;
        }
    }

    @Override
    public void load(Deployment deployment, int from, int to, ProgressBar bar) throws Exception {
        deployment.withStore(store -> {
            new AccountLoader(store).load(from, to, bar);
            return null;
        });
    }

    @Override
    public String sizes(Deployment deployment, int accounts) throws SQLException {
        StringJoiner sizes = new StringJoiner(", ");
        try (Connection connection = DriverManager.getConnection(
                        "jdbc:sqlite:" + deployment.folder().resolve(DATABASE));
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(
                        "SELECT name, sum(pgsize) AS bytes FROM dbstat GROUP BY name ORDER BY bytes DESC LIMIT 12")) {
            while (rows.next()) {
                sizes.add(String.format(Locale.ROOT, "%s %.0f", rows.getString(1), rows.getDouble(2) / accounts));
            }
        }
        return sizes.toString();
    }

    @Override
    public void close() {
        // Its files are the folder's.
    }

    private static boolean isOfDatabase(Path file) {
        String name = file.getFileName().toString();
        return List.of(DATABASE, DATABASE + "-wal", DATABASE + "-journal").contains(name);
    }
}
