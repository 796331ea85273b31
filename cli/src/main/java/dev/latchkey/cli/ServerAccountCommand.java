package dev.latchkey.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What the operator of a running server can see and do of one account. */
@Command(
        name = "account",
        description = "Show, unlock or delete an account at a running server.",
        synopsisSubcommandLabel = "COMMAND")
final class ServerAccountCommand implements Runnable {

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(), "What is to be done with the account is missing: show, unlock or delete.");
    }
}
