package dev.latchkey.server.postgres;

import dev.latchkey.server.peer.FreePort;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * A real PostgreSQL server on a free loopback port, in a temporary folder, run as the user {@code postgres} where the test
 * runs as root. It ends with this process at the latest.
 */
public final class PostgresServer implements AutoCloseable {
    /** The role that owns everything. Nobody but a test ever sees this server. */
    public static final String USER = "latchkey";

    private static final String OF_A_TEST = "of a test";
    private static final String READY = "database system is ready to accept connections";
    private static final long DEADLINE_SECONDS = 60;
    private static final AtomicInteger NUMBER = new AtomicInteger();

    private static PostgresServer shared;

    private final Path folder;
    private final Path programs;
    private final int port;
    private Process process;

    private PostgresServer(Path folder, Path programs, int port) {
        this.folder = folder;
        this.programs = programs;
        this.port = port;
    }

    /** The one that all tests of this process share, each with databases of its own. It writes without flushing. */
    public static synchronized PostgresServer shared() {
        if (shared == null) {
            shared = start(List.of("fsync=off", "full_page_writes=off"));
        }
        return shared;
    }

    /**
     * Starts one for a test that does something to it. The caller closes it.
     *
     * @param settings each as {@code name=value}
     */
    public static PostgresServer start(List<String> settings) {
        try {
            Path folder = Files.createTempDirectory("latchkey-postgresql");
            PostgresServer server = new PostgresServer(folder, programs(), FreePort.find());
            Runtime.getRuntime().addShutdownHook(new Thread(server::close));
            server.init(settings);
            server.start();
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public int port() {
        return port;
    }

    /** Holds the role's password. */
    public Path passwordFile() {
        return folder.resolve("password");
    }

    /** Its address, without user and password. */
    public String url(String database) {
        return "postgresql://127.0.0.1:" + port + "/" + database;
    }

    /** Makes a database of its own, empty or like another. Gives its name. */
    public String createDatabase(String template) {
        String name = "t" + NUMBER.incrementAndGet();
        execute("postgres", "CREATE DATABASE " + name + " TEMPLATE " + template);
        return name;
    }

    public void dropDatabase(String name) {
        execute("postgres", "DROP DATABASE IF EXISTS " + name + " WITH (FORCE)");
    }

    /** A pair of hands of its own in one of the databases. */
    public Connection connect(String database) throws SQLException {
        return DriverManager.getConnection("jdbc:" + url(database), USER, OF_A_TEST);
    }

    public void execute(String database, String sql) {
        try (Connection connection = connect(database);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(sql, e);
        }
    }

    /** Starts it after {@link #crash}. Returns when it takes connections. */
    public void start() throws IOException {
        process = asDatabaseUser(
                        programs.resolve("postgres").toString(), "-D", data().toString(), "-p", Integer.toString(port))
                .redirectErrorStream(true)
                .start();
        process.getOutputStream().close();
        CountDownLatch ready = new CountDownLatch(1);
        StringBuilder said = new StringBuilder();
        Thread reader = new Thread(() -> read(process, ready, said), "postgresql-output");
        reader.setDaemon(true);
        reader.start();
        try {
            if (!ready.await(DEADLINE_SECONDS, TimeUnit.SECONDS) || !process.isAlive()) {
                throw new IllegalStateException("PostgreSQL did not start: " + said);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    /** Ends it as a crash does: nothing is written on the way out, and the next start has to recover. */
    public void crash() {
        signal("QUIT", process.pid());
        await();
    }

    /** Stops all its processes, the first one first: it starts no more of them. */
    public void stand() {
        signal("STOP", process.pid());
        signalChildren("STOP");
    }

    /** After {@link #stand}. */
    public void goOn() {
        signalChildren("CONT");
        signal("CONT", process.pid());
    }

    private void signalChildren(String name) {
        for (ProcessHandle child : process.descendants().toList()) {
            try {
                signal(name, child.pid());
            } catch (IllegalStateException e) {
                // It may have ended since.
                if (child.isAlive()) {
                    throw e;
                }
            }
        }
    }

    /** Sends one of the server's processes a signal. */
    public void signal(String name, long pid) {
        run(new ProcessBuilder("kill", "-" + name, Long.toString(pid)));
    }

    /** The server's first process. */
    public ProcessHandle handle() {
        return process.toHandle();
    }

    @Override
    public void close() {
        if (process != null && process.isAlive()) {
            crash();
        }
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException | UncheckedIOException e) {
            // The system's own cleaning takes what is left.
            return;
        }
    }

    private Path data() {
        return folder.resolve("data");
    }

    private void init(List<String> settings) throws IOException {
        Files.writeString(passwordFile(), OF_A_TEST + "\n");
        if (isRoot()) {
            for (Path path : List.of(folder, passwordFile())) {
                Files.setOwner(
                        path,
                        path.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName("postgres"));
            }
        }
        run(asDatabaseUser(
                programs.resolve("initdb").toString(),
                "--pgdata=" + data(),
                "--username=" + USER,
                "--pwfile=" + passwordFile(),
                "--auth=scram-sha-256",
                "--encoding=UTF8",
                "--no-locale",
                "--no-sync",
                "--no-instructions"));
        List<String> lines = new ArrayList<>(List.of(
                "listen_addresses = '127.0.0.1'",
                "unix_socket_directories = ''",
                "max_connections = 200",
                "shared_buffers = 32MB",
                "log_min_messages = warning"));
        for (String setting : settings) {
            String[] parts = setting.split("=", 2);
            lines.add(parts[0] + " = '" + parts[1] + "'");
        }
        Files.write(data().resolve("postgresql.auto.conf"), lines);
    }

    private static void read(Process process, CountDownLatch ready, StringBuilder said) {
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (ready.getCount() > 0) {
                    said.append(line).append('\n');
                }
                if (line.contains(READY)) {
                    ready.countDown();
                }
            }
        } catch (IOException e) {
            // It has ended.
            said.append(e);
        } finally {
            ready.countDown();
        }
    }

    private static boolean isRoot() {
        return "root".equals(System.getProperty("user.name"));
    }

    private ProcessBuilder asDatabaseUser(String... command) {
        List<String> whole = new ArrayList<>();
        if (isRoot()) {
            whole.addAll(List.of("setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"));
        }
        whole.addAll(List.of(command));
        return new ProcessBuilder(whole).directory(folder.toFile());
    }

    private static void run(ProcessBuilder builder) {
        try {
            Process program = builder.redirectErrorStream(true).start();
            program.getOutputStream().close();
            String said = new String(program.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!program.waitFor(DEADLINE_SECONDS, TimeUnit.SECONDS) || program.exitValue() != 0) {
                throw new IllegalStateException(builder.command() + ": " + said);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    private void await() {
        try {
            if (!process.waitFor(DEADLINE_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Where the newest PostgreSQL's programs are. */
    private static Path programs() throws IOException {
        List<Path> found = new ArrayList<>();
        for (String folder : System.getenv().getOrDefault("PATH", "").split(":", -1)) {
            found.add(Path.of(folder));
        }
        Path debian = Path.of("/usr/lib/postgresql");
        if (Files.isDirectory(debian)) {
            try (Stream<Path> versions = Files.list(debian)) {
                versions.sorted(Comparator.reverseOrder())
                        .map(version -> version.resolve("bin"))
                        .forEach(found::add);
            }
        }
        return found.stream()
                .filter(folder -> Files.isExecutable(folder.resolve("initdb")))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(
                        "These tests need PostgreSQL 15 or newer (for example the package postgresql)."));
    }
}
