package dev.latchkey.bench.load;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A server in a Java process of its own, whose use of the machine can
 * be read from outside. Ends when it is closed.
 */
public final class ServedProcess implements AutoCloseable {

    private static final Pattern LISTENS = Pattern.compile("port (\\d+)");
    private static final Duration START = Duration.ofSeconds(60);
    private static final long PAGE_BYTES = 4096;

    private final StartedServer server;
    private final Path authority;

    private ServedProcess(StartedServer server, Path authority) {
        this.server = server;
        this.authority = authority;
    }

    /**
     * Starts a key server with a deployment in {@code folder}, which it makes if there is none, and with limits that no load
     * reaches.
     */
    public static ServedProcess keyServer(Path folder, String... jvmOptions) throws IOException, InterruptedException {
        if (!Files.exists(folder.resolve("root.key"))) {
            StartedServer.init(folder);
        }
        return start("dev.latchkey.bench.load.KeyServerMain", folder, List.of(), jvmOptions);
    }

    /** Starts a server that gives back what it is sent, with the certificate of the deployment in {@code folder}. */
    public static ServedProcess echo(Path folder, String... jvmOptions) throws IOException {
        return start("dev.latchkey.bench.load.EchoMain", folder, List.of(), jvmOptions);
    }

    /** The same that also does the bare transaction of a retrieve for each call, in a new database in {@code database}. */
    public static ServedProcess storingEcho(Path folder, Path database) throws IOException {
        Files.createDirectories(database);
        return start("dev.latchkey.bench.load.EchoMain", folder, List.of(database.toString()));
    }

    private static ServedProcess start(String main, Path folder, List<String> arguments, String... jvmOptions)
            throws IOException {
        List<String> options = new ArrayList<>(List.of(jvmOptions));
        options.add("--enable-native-access=ALL-UNNAMED");
        if (Runtime.version().feature() >= 23) {
            options.add("--sun-misc-unsafe-memory-access=allow");
        }
        List<String> all = new ArrayList<>(List.of(folder.toString()));
        all.addAll(arguments);
        ProcessBuilder builder = StartedServer.java(options, main, all.toArray(String[]::new))
                .redirectError(ProcessBuilder.Redirect.INHERIT);
        return new ServedProcess(StartedServer.start(builder, LISTENS, START), folder.resolve("ca.pem"));
    }

    public int port() {
        return Integer.parseInt(server.listensAt());
    }

    public long pid() {
        return server.handle().pid();
    }

    /** The PEM file with the authority that vouches for it. */
    public Path authority() {
        return authority;
    }

    /** What it has used of the processors so far, its compilers and collectors included. */
    public Duration cpu() {
        return server.handle()
                .info()
                .totalCpuDuration()
                .orElseThrow(() -> new IllegalStateException("no such process"));
    }

    /** What it holds of the machine's memory now. */
    public long residentBytes() throws IOException {
        String[] pages = Files.readString(Path.of("/proc/" + pid() + "/statm")).split(" ", -1);
        return Long.parseLong(pages[1]) * PAGE_BYTES;
    }

    /** Its files and sockets that are open now. */
    public long openFiles() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("/proc/" + pid() + "/fd"))) {
            return files.count();
        }
    }

    @Override
    public void close() {
        server.close();
    }
}
