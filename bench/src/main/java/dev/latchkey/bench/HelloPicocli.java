package dev.latchkey.bench;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The least that a program with picocli does: one command with one option. */
@Command(name = "hello")
public final class HelloPicocli implements Runnable {

    @Option(names = "--name", description = "Who is greeted.")
    private String name = "world";

    /** Runs it and ends the process. */
    public static void main(String[] arguments) {
        System.exit(new CommandLine(new HelloPicocli()).execute(arguments));
    }

    @Override
    public void run() {
        System.out.println("Hello, " + name + "!");
    }
}
