package dev.latchkey.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code latchkey help put} for {@code latchkey put --help}. */
@Command(name = "help", description = "Print the help of a command.")
final class HelpCommand implements Runnable {

    private final Surroundings surroundings;

    @Spec
    private CommandSpec spec;

    @Parameters(arity = "0..*", paramLabel = "COMMAND", description = "The command; without one, latchkey itself.")
    private String[] path = {};

    HelpCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public void run() {
        CommandLine command = spec.root().commandLine();
        for (String name : path) {
            command = command.getSubcommands().get(name);
            if (command == null) {
                throw new ParameterException(spec.commandLine(), "There is no command \"" + name + "\".");
            }
        }
        surroundings.streams().out().print(command.getUsageMessage());
    }
}
