package dev.latchkey.bench.load;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A server in a process of its own, started and listening. Closing ends it, in good order if it can. */
public final class StartedServer implements AutoCloseable {

    private static final String MAIN = "dev.latchkey.cli.Main";
    private static final long END_SECONDS = 60;
    private static final long INIT_SECONDS = 60;

    private final Process process;
    private final String listensAt;
    private final Duration startTime;

    private StartedServer(Process process, String listensAt, Duration startTime) {
        this.process = process;
        this.listensAt = listensAt;
        this.startTime = startTime;
    }

    /**
     * Starts it and waits until it says where it listens, or ends it after {@code limit}.
     *
     * @param says the line in which it does, with the address as its first group
     */
    public static StartedServer start(ProcessBuilder builder, Pattern says, Duration limit) throws IOException {
        long begun = System.nanoTime();
        Process process = builder.start();
        BufferedReader output =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        Optional<String> listensAt = Deadline.of(process, limit, () -> firstGroup(output, says));
        if (listensAt.isPresent()) {
            return new StartedServer(process, listensAt.get(), Duration.ofNanos(System.nanoTime() - begun));
        }
        process.destroyForcibly();
        throw new IOException("the server ended, or was ended after " + limit.toSeconds() + " s, before it listened");
    }

    private static Optional<String> firstGroup(BufferedReader output, Pattern says) throws IOException {
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            Matcher said = says.matcher(line);
            if (said.matches()) {
                return Optional.of(said.group(1));
            }
        }
        return Optional.empty();
    }

    /** Java as this process is, with its class path. */
    public static ProcessBuilder java(List<String> options, String main, String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command);
    }

    /** The command line, in a process of its own. */
    public static ProcessBuilder latchkey(String... arguments) {
        return java(List.of(), MAIN, arguments);
    }

    /** Makes a deployment's keys and certificate in {@code folder}. */
    public static void init(Path folder) throws IOException, InterruptedException {
        Process init = latchkey("server", "init", "--data", folder.toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        if (!init.waitFor(INIT_SECONDS, TimeUnit.SECONDS)) {
            init.destroyForcibly();
            throw new IOException("latchkey server init did not end within " + INIT_SECONDS + " s");
        }
        if (init.exitValue() != 0) {
            throw new IOException("latchkey server init ended with " + init.exitValue());
        }
    }

    /** What it said of where it listens. */
    public String listensAt() {
        return listensAt;
    }

    /** From the start of the process until it listened. */
    public Duration startTime() {
        return startTime;
    }

    ProcessHandle handle() {
        return process.toHandle();
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
