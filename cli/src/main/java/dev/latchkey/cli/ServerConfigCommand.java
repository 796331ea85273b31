package dev.latchkey.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What concerns the settings of a server. */
@Command(name = "config", description = "Check the settings of a server.", synopsisSubcommandLabel = "COMMAND")
final class ServerConfigCommand implements Runnable {

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "What is to be done with the settings is missing: check.");
    }
}
