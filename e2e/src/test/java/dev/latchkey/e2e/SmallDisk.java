package dev.latchkey.e2e;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;

/**
 * A disk that a test can fill to its last byte: a small tmpfs of its own where the test may mount one, that is as root.
 * Elsewhere the process named to it may make no file longer than the transient database is, which leaves it a little more room.
 */
final class SmallDisk implements AutoCloseable {
    private static final int MIB = 16;

    private final Path folder;
    private final boolean mounted;
    private final Path filler;

    private SmallDisk(Path folder, boolean mounted) {
        this.folder = folder;
        this.mounted = mounted;
        this.filler = folder.resolve("filler");
    }

    static SmallDisk in(Path folder) throws IOException, InterruptedException {
        Files.createDirectories(folder);
        boolean mounted = "root".equals(System.getProperty("user.name"))
                && succeeds(List.of("mount", "-t", "tmpfs", "-o", "size=" + MIB + "m", "tmpfs", folder.toString()));
        return new SmallDisk(folder, mounted);
    }

    Path folder() {
        return folder;
    }

    /** What is tried here. */
    String kind() {
        return mounted ? "a tmpfs of " + MIB + " MiB" : "a limit to the size of files";
    }

    /** Nothing more fits. Again and again, as what is freed is taken. */
    void fill(Node node) throws IOException, InterruptedException {
        if (!mounted) {
            limitFiles(node, Long.toString(Files.size(transientFile())));
            return;
        }
        // The last bytes one by one: a single page would be enough for a small transaction.
        try (OutputStream out = Files.newOutputStream(filler, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
            for (int block = 1 << 16; block > 0; block >>= 4) {
                fill(out, new byte[block]);
            }
        }
    }

    /** There is room again. */
    void empty(Node node) throws IOException, InterruptedException {
        if (mounted) {
            Files.delete(filler);
        } else {
            limitFiles(node, "unlimited");
        }
    }

    private Path transientFile() throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.toString().endsWith("-transient"))
                    .findFirst()
                    .orElseThrow();
        }
    }

    private static void fill(OutputStream out, byte[] block) {
        try {
            while (true) {
                out.write(block);
            }
        } catch (IOException full) {
            // As wanted.
            return;
        }
    }

    /** For what the process writes from now on. */
    private static void limitFiles(Node node, String bytes) throws IOException, InterruptedException {
        if (!succeeds(List.of("prlimit", "--pid", Long.toString(node.pid()), "--fsize=" + bytes + ":unlimited"))) {
            throw new IOException("the size of files can't be limited here");
        }
    }

    private static boolean succeeds(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        boolean succeeded = process.waitFor() == 0;
        if (!succeeded) {
            System.out.println(String.join(" ", command) + ": " + said.strip());
        }
        return succeeded;
    }

    @Override
    public void close() throws IOException {
        try {
            if (mounted && !succeeds(List.of("umount", "--lazy", folder.toString()))) {
                throw new IOException(folder + " can't be unmounted");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(folder + " is perhaps still mounted", e);
        }
    }
}
