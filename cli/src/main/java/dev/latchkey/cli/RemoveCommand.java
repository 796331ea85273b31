package dev.latchkey.cli;

import dev.latchkey.client.SecretSummary;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Deletes a secret. */
@Command(
        name = "rm",
        description = {
            "Delete a secret for ever. At the server its bytes are overwritten; the account's log keeps that it was.",
            ""
        })
final class RemoveCommand implements Callable<Integer> {

    private final Surroundings surroundings;
    private final GlobalOptions global;
    private final Access access;

    @Parameters(index = "0", paramLabel = "LABEL|KEY_ID", description = "What it is called, or its key id.")
    private String label;

    @Option(names = "--yes", description = "Do not ask; for scripts.")
    private boolean yes;

    RemoveCommand(Surroundings surroundings, GlobalOptions global, Access access) {
        this.surroundings = surroundings;
        this.global = global;
        this.access = access;
    }

    @Override
    public Integer call() throws CommandFailure {
        Output output = new Output(surroundings, global.json());
        SecretReference reference = SecretReference.of(label);
        new Confirmation(surroundings.terminal()).of("Delete \"" + label + "\"? It can't be brought back.", yes);
        SecretChange change = new SecretChange();
        access.inSession((session, destination) -> {
            SecretSummary found = change.delete(session, reference);
            output.result(
                    "Deleted \"" + found.descriptor().label().value() + "\".",
                    SecretJson.of(found.keyId(), found.descriptor()));
        });
        return ExitCode.OK.number();
    }
}
