package dev.latchkey.e2e;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A main class of these tests in a process of its own, which can be killed and whose memory holds nothing of the test's.
 * It ends when its standard input does, so none outlives the tests.
 */
final class JavaProcess implements AutoCloseable {
    private static final Duration DEADLINE = Duration.ofSeconds(90);
    private static final String ENDED = "\u0000ended";

    private final Process process;
    private final Path folder;
    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
    private final Thread reader;
    private volatile boolean killed;

    private JavaProcess(Process process, Path folder) {
        this.process = process;
        this.folder = folder;
        this.reader = new Thread(this::keepOutput, "output of " + process.pid());
        reader.setDaemon(true);
        reader.start();
    }

    /**
     * Starts {@code main}.
     *
     * @param folder where it keeps {@code stdout}, {@code stderr} and its temporary files
     */
    static JavaProcess start(Class<?> main, Path folder, List<String> options, List<String> arguments)
            throws IOException {
        return start(main, folder, options, arguments, Map.of());
    }

    /** The same for a short life, of which the start is the most. */
    static JavaProcess startFast(Class<?> main, Path folder, List<String> options, List<String> arguments)
            throws IOException, InterruptedException {
        List<String> all = new ArrayList<>(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
        all.addAll(ReadyClasses.options());
        all.addAll(options);
        return start(main, folder, all, arguments);
    }

    static JavaProcess start(
            Class<?> main, Path folder, List<String> options, List<String> arguments, Map<String, String> environment)
            throws IOException {
        Path temporary = Files.createDirectories(folder.resolve("tmp"));
        List<String> command = new ArrayList<>();
        command.add(javaHome().resolve("bin").resolve("java").toString());
        command.add("--enable-native-access=ALL-UNNAMED");
        if (Runtime.version().feature() >= 23) {
            command.add("--sun-misc-unsafe-memory-access=allow");
        }
        command.add("-Djava.io.tmpdir=" + temporary);
        command.addAll(options);
        command.add("-cp");
        command.add(ReadyClasses.classPath());
        command.add(main.getName());
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectError(folder.resolve("stderr").toFile());
        builder.environment().putAll(environment);
        return new JavaProcess(builder.start(), folder);
    }

    static Path javaHome() {
        return Path.of(System.getProperty("java.home"));
    }

    long pid() {
        return process.pid();
    }

    /** The rest of the first line of its output, from here on, that begins with {@code start}. */
    String await(String start) throws IOException, InterruptedException {
        long until = System.nanoTime() + DEADLINE.toNanos();
        while (true) {
            String line = lines.poll(until - System.nanoTime(), TimeUnit.NANOSECONDS);
            if (line == null) {
                throw new AssertionError("no line \"" + start + "…\" within " + DEADLINE);
            }
            if (line.equals(ENDED)) {
                throw new AssertionError("ended without a line \"" + start + "…\": " + errors());
            }
            if (line.startsWith(start)) {
                return line.substring(start.length());
            }
        }
    }

    /** Writes to its standard input. */
    void say(byte[] bytes) throws IOException {
        OutputStream input = process.getOutputStream();
        input.write(bytes);
        input.flush();
    }

    /** Lets {@code time} pass, less if it ends before. */
    boolean endsWithin(Duration time) throws InterruptedException {
        return process.waitFor(time.toNanos(), TimeUnit.NANOSECONDS);
    }

    boolean hasEnded() {
        return !process.isAlive();
    }

    /** SIGKILL: nothing it has open is flushed or closed by it. */
    void kill() throws InterruptedException {
        killed = true;
        process.destroyForcibly();
        requireEnd();
    }

    /** SIGTERM; it must end with 0. */
    void terminate() throws IOException, InterruptedException {
        killed = true;
        process.destroy();
        requireEnd();
        if (process.exitValue() != 0) {
            throw new AssertionError("ended with " + process.exitValue() + ": " + errors());
        }
    }

    /** Ends it the orderly way. */
    void end() throws IOException, InterruptedException {
        process.getOutputStream().close();
        requireEnd();
        if (process.exitValue() != 0) {
            throw new AssertionError("ended with " + process.exitValue() + ": " + errors());
        }
    }

    String errors() throws IOException {
        return Files.readString(folder.resolve("stderr"));
    }

    @Override
    public void close() {
        killed = true;
        process.destroyForcibly();
    }

    private void requireEnd() throws InterruptedException {
        if (!endsWithin(DEADLINE)) {
            throw new AssertionError("process " + pid() + " did not end within " + DEADLINE);
        }
        reader.join(DEADLINE.toMillis());
    }

    private void keepOutput() {
        try (BufferedReader output =
                        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
                Writer kept = Files.newBufferedWriter(folder.resolve("stdout"))) {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                kept.write(line);
                kept.write('\n');
                kept.flush();
                lines.add(line);
            }
        } catch (IOException e) {
            // Killing a process closes its output, perhaps in the middle of a read: that is its end as well.
            if (!killed) {
                throw new UncheckedIOException(e);
            }
        } finally {
            lines.add(ENDED);
        }
    }
}
