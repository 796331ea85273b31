package dev.latchkey.bench;

import dev.latchkey.bench.load.Folders;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** Where rows are measured: the project's folder, a folder of their own that goes afterwards, and somewhere to say how far it is. */
final class Bench implements AutoCloseable {

    private final Path project;
    private final Path scratch;
    private final PrintStream progress;

    private Bench(Path project, Path scratch, PrintStream progress) {
        this.project = project;
        this.scratch = scratch;
        this.progress = progress;
    }

    /** Begins in the project at {@code project}. */
    static Bench in(Path project, PrintStream progress) throws IOException {
        return new Bench(project.toAbsolutePath(), Files.createTempDirectory("latchkey-bench"), progress);
    }

    /** The root of the project. */
    Path project() {
        return project;
    }

    /** A folder that is there and empty, and that goes when the bench is closed. */
    Path folder(String name) throws IOException {
        return Files.createTempDirectory(scratch, name);
    }

    /** Where plots go, and stay: those of the oldest Java are shown in the documents. */
    Path plots() throws IOException {
        int java = Runtime.version().feature();
        Path plots = project.resolve("docs").resolve("plots");
        return Files.createDirectories(java == Report.JAVA ? plots : plots.resolve("java-" + java));
    }

    /** A line for whoever waits. */
    void say(String line) {
        progress.println("  " + line);
    }

    PrintStream progress() {
        return progress;
    }

    @Override
    public void close() throws IOException {
        Folders.delete(scratch);
    }
}
