package dev.latchkey.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What the operator of a running server can do with its sessions. */
@Command(name = "sessions", description = "End sessions at a running server.", synopsisSubcommandLabel = "COMMAND")
final class ServerSessionsCommand implements Runnable {

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "What is to be done with the sessions is missing: close.");
    }
}
