package dev.latchkey.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.PrintStream;

/** The {@code latchkey} process. */
public final class Main {

    private Main() {}

    /** Runs one command and ends the process with its exit code. */
    public static void main(String[] arguments) {
        Logs.silence();
        Streams streams = new Streams(
                new FileInputStream(FileDescriptor.in),
                new PrintStream(new FileOutputStream(FileDescriptor.out), true, UTF_8),
                new PrintStream(new FileOutputStream(FileDescriptor.err), true, UTF_8));
        SystemTerminal terminal = new SystemTerminal(
                System.getProperty("latchkey.terminals", ""),
                System.getProperty("latchkey.columns", ""),
                Boolean.getBoolean("latchkey.utf8"));
        Surroundings surroundings =
                new Surroundings(streams, System.getenv(), terminal, new ProcessStopSignal(), Time.SYSTEM);
        System.exit(new Latchkey(surroundings).run(arguments));
    }
}
