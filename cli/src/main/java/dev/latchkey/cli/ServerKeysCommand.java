package dev.latchkey.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The data keys of a server's database. */
@Command(
        name = "keys",
        description = {"The data keys that everything in a server's database is sealed under.", ""})
final class ServerKeysCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        throw new ParameterException(spec.commandLine(), "What about the data keys: status or rotate?");
    }
}
