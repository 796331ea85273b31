package dev.latchkey.cli;

import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** Options that every command has. */
final class GlobalOptions {

    @Option(
            names = "--json",
            scope = ScopeType.INHERIT,
            description = "Print one JSON object: the result on standard output, an error on standard error.")
    private boolean json;

    @Option(
            names = "--debug",
            scope = ScopeType.INHERIT,
            description = "With an error, print where in the program it came from.")
    private boolean debug;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            scope = ScopeType.INHERIT,
            description = "Print this help.")
    @SuppressWarnings("UnusedVariable") // It is picocli that reads it.
    private boolean help;

    boolean json() {
        return json;
    }

    boolean debug() {
        return debug;
    }
}
