package dev.latchkey.cli;

import dev.latchkey.opaque.SecretBytes;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Runs the small programs of the system that a secret is passed through, never as an argument. */
final class Programs {

    private static final int SECONDS = 5;
    /** More than the platform's buffer takes, so that what is read goes by it. */
    private static final int READ_ROOM = 16 * 1024;

    private final Surroundings surroundings;

    Programs(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    /** The program of this name in the folders of {@code PATH}. */
    Optional<Path> find(String name) {
        for (String folder : surroundings.variable("PATH").orElse("").split(File.pathSeparator, -1)) {
            Optional<Path> program = program(folder, name);
            if (program.isPresent()) {
                return program;
            }
        }
        return Optional.empty();
    }

    private static Optional<Path> program(String folder, String name) {
        try {
            return Optional.of(Path.of(folder).resolve(name))
                    .filter(program ->
                            !folder.isEmpty() && Files.isRegularFile(program) && Files.isExecutable(program));
        } catch (InvalidPathException notAFolder) {
            return Optional.empty();
        }
    }

    /**
     * Gives {@code input} to the program's standard input. The platform keeps a short one in a buffer of its own until the
     * garbage collector takes it.
     */
    void feed(List<String> command, byte[] input) throws IOException {
        Process process = start(command, Redirect.DISCARD);
        try (OutputStream out = process.getOutputStream()) {
            out.write(input);
        }
        requireGoodEnd(process, command);
    }

    /** The program's output, of which there is an error if it is more than {@code maxBytes}; the caller closes it. */
    SecretBytes outputOf(List<String> command, int maxBytes) throws IOException {
        Process process = start(command, Redirect.PIPE);
        process.getOutputStream().close();
        try (SecretBytes room = SecretBytes.allocate(Math.max(READ_ROOM, maxBytes + 1));
                InputStream in = process.getInputStream()) {
            int length = in.readNBytes(room.exposed(), 0, room.length());
            if (length > maxBytes) {
                process.destroyForcibly();
                throw new IOException(command.get(0) + " gave more than was asked for");
            }
            requireGoodEnd(process, command);
            return room.slice(0, length);
        }
    }

    private Process start(List<String> command, Redirect output) throws IOException {
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectOutput(output).redirectError(Redirect.DISCARD);
        builder.environment().clear();
        builder.environment().putAll(surroundings.environment());
        Process process = builder.start();
        // One that hangs is ended, and what waits for it goes on with an error.
        CompletableFuture.delayedExecutor(SECONDS, TimeUnit.SECONDS).execute(process::destroyForcibly);
        return process;
    }

    private static void requireGoodEnd(Process process, List<String> command) throws IOException {
        try {
            int code = process.waitFor();
            if (code != 0) {
                throw new IOException(command.get(0) + " failed with exit code " + code);
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting for " + command.get(0), e);
        }
    }
}
