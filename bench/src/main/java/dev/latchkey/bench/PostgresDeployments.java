package dev.latchkey.bench;

import dev.latchkey.server.store.StoreLocation.PostgresDatabase;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.concurrent.TimeUnit;

/** Each with a database of its own in one PostgreSQL server, which {@code ha/database} starts with its data among their files. */
final class PostgresDeployments implements Deployments {

    private static final String USER = "latchkey";
    private static final long STARTING_SECONDS = 120;

    private final Path project;
    private final Path folder;
    private final int port;

    private PostgresDeployments(Path project, Path folder, int port) {
        this.project = project;
        this.folder = folder;
        this.port = port;
    }

    static PostgresDeployments start(Path project, Path folder) throws IOException, InterruptedException {
        PostgresDeployments deployments = new PostgresDeployments(project, folder, freePort());
        deployments.database("start", deployments.data(), Integer.toString(deployments.port));
        return deployments;
    }

    @Override
    public Deployment of(int accounts) throws Exception {
        return named("accounts_" + accounts);
    }

    private Deployment named(String database) throws Exception {
        if (number("SELECT count(*) FROM pg_database WHERE datname = '" + database + "'", USER) == 0) {
            execute("CREATE DATABASE " + database, USER);
        }
        PostgresDatabase storage = new PostgresDatabase(
                "postgresql://127.0.0.1:" + port + "/" + database,
                USER,
                Optional.of(passwordFile()),
                PostgresDatabase.DEFAULT_CONNECTIONS);
        Deployment deployment = new Deployment(folder.resolve("postgresql-" + database), storage);
        deployment.init();
        Deployments.makeTables(deployment);
        return deployment;
    }

    @Override
    public long bytes(Deployment deployment) throws Exception {
        return size(deployment) - size(named("empty"));
    }

    /** What is left of rows that were changed goes first, as it would in time, so that it slows down nothing later. */
    private long size(Deployment deployment) throws IOException, SQLException {
        String database = database(deployment);
        execute("VACUUM (ANALYZE)", database);
        execute("CHECKPOINT", database);
        return number("SELECT pg_database_size('" + database + "')", database);
    }

    /** The first go through the server's own store, a round trip for each of their statements; the others are copies. */
    @Override
    public void load(Deployment deployment, int from, int to, ProgressBar bar) throws Exception {
        int copies = Math.max(from, Math.min(to, AccountCopier.ORIGINALS));
        if (from < copies) {
            deployment.withStore(store -> {
                new AccountLoader(store).load(from, copies, bar);
                return null;
            });
        }
        if (copies < to) {
            try (Connection connection = connect(database(deployment))) {
                // A round adds at least one account, so its number is nobody else's.
                new AccountCopier(connection).copy(to - copies, copies, bar);
            }
        }
    }

    @Override
    public String sizes(Deployment deployment, int accounts) throws IOException, SQLException {
        StringJoiner sizes = new StringJoiner(", ");
        try (Connection connection = connect(database(deployment));
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("""
                        SELECT relname, pg_relation_size(oid) AS bytes FROM pg_class
                        WHERE relkind IN ('r', 'i', 't') ORDER BY bytes DESC LIMIT 12
                        """)) {
            while (rows.next()) {
                sizes.add(String.format(Locale.ROOT, "%s %.0f", rows.getString(1), rows.getDouble(2) / accounts));
            }
        }
        return sizes.toString();
    }

    @Override
    public void close() throws IOException {
        try {
            database("stop", data());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while the database stopped", e);
        }
    }

    private static String database(Deployment deployment) {
        String url = ((PostgresDatabase) deployment.storage()).url();
        return url.substring(url.lastIndexOf('/') + 1);
    }

    private Path data() {
        return folder.resolve("postgresql");
    }

    private Path passwordFile() {
        return data().resolve("password");
    }

    private Connection connect(String database) throws IOException, SQLException {
        return DriverManager.getConnection(
                "jdbc:postgresql://127.0.0.1:" + port + "/" + database,
                USER,
                Files.readString(passwordFile()).strip());
    }

    private void execute(String sql, String database) throws IOException, SQLException {
        try (Connection connection = connect(database);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private long number(String sql, String database) throws IOException, SQLException {
        try (Connection connection = connect(database);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getLong(1);
        }
    }

    private void database(String command, Object... arguments) throws IOException, InterruptedException {
        ProcessBuilder builder =
                new ProcessBuilder(project.resolve("ha").resolve("database").toString(), command);
        List.of(arguments).forEach(argument -> builder.command().add(argument.toString()));
        Process process = builder.redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        if (!process.waitFor(STARTING_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
            process.destroyForcibly();
            throw new IOException("ha/database " + command + " " + data() + " did not succeed");
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
