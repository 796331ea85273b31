package dev.latchkey.bench.load;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A server in a Java process of its own, that says on a line {@code port N} when it listens, and whose use of the machine can
 * be read from outside. Ends when it is closed.
 */
public final class ServedProcess implements AutoCloseable {

    private static final String LISTENS = "port ";
    private static final long END_SECONDS = 20;
    private static final long PAGE_BYTES = 4096;

    private final Process process;
    private final int port;
    private final Path authority;
    private final Duration start;

    private ServedProcess(Process process, int port, Path authority, Duration start) {
        this.process = process;
        this.port = port;
        this.authority = authority;
        this.start = start;
    }

    /**
     * Starts a key server with a deployment in {@code folder}, which it makes if there is none, and with limits that no load
     * reaches.
     */
    public static ServedProcess keyServer(Path folder, String... jvmOptions) throws IOException, InterruptedException {
        if (!Files.exists(folder.resolve("root.key"))) {
            init(folder);
        }
        return start("dev.latchkey.bench.load.KeyServerMain", folder, jvmOptions);
    }

    /** Starts a server that gives back what it is sent, with the certificate of the deployment in {@code folder}. */
    public static ServedProcess echo(Path folder, String... jvmOptions) throws IOException {
        return start("dev.latchkey.bench.load.EchoMain", folder, jvmOptions);
    }

    /** Makes a deployment's keys and certificate in {@code folder}. */
    static void init(Path folder) throws IOException, InterruptedException {
        run("dev.latchkey.cli.Main", "server", "init", "--data", folder.toString());
    }

    private static ServedProcess start(String main, Path folder, String... jvmOptions) throws IOException {
        List<String> options = new ArrayList<>(List.of(jvmOptions));
        options.add("--enable-native-access=ALL-UNNAMED");
        if (Runtime.version().feature() >= 23) {
            options.add("--sun-misc-unsafe-memory-access=allow");
        }
        long begun = System.nanoTime();
        Process process = java(options, main, folder.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        BufferedReader output =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            if (line.startsWith(LISTENS)) {
                return new ServedProcess(
                        process,
                        Integer.parseInt(line.substring(LISTENS.length())),
                        folder.resolve("ca.pem"),
                        Duration.ofNanos(System.nanoTime() - begun));
            }
        }
        process.destroyForcibly();
        throw new IOException("the server ended before it listened");
    }

    private static void run(String main, String... arguments) throws IOException, InterruptedException {
        Process process = java(List.of(), main, arguments)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        if (process.waitFor() != 0) {
            throw new IOException(String.join(" ", arguments) + " ended with " + process.exitValue());
        }
    }

    private static ProcessBuilder java(List<String> options, String main, String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command);
    }

    public int port() {
        return port;
    }

    public long pid() {
        return process.pid();
    }

    /** The PEM file with the authority that vouches for it. */
    public Path authority() {
        return authority;
    }

    /** From the start of the process until it listened. */
    public Duration startTime() {
        return start;
    }

    /** What it has used of the processors so far, its compilers and collectors included. */
    public Duration cpu() {
        return process.info().totalCpuDuration().orElseThrow(() -> new IllegalStateException("no such process"));
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
        process.destroy();
        try {
            if (!process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
