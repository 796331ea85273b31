package dev.latchkey.cli;

import com.google.gson.JsonObject;
import dev.latchkey.client.SecretSummary;
import dev.latchkey.protocol.Label;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Gives a secret another label. */
@Command(
        name = "rename",
        description = {"Give a secret another label. The server learns neither the old nor the new.", ""})
final class RenameCommand implements Callable<Integer> {

    private final Surroundings surroundings;
    private final GlobalOptions global;
    private final Access access;

    @Parameters(index = "0", paramLabel = "LABEL|KEY_ID", description = "What it is called, or its key id.")
    private String label;

    @Parameters(index = "1", paramLabel = "NEW", description = "What to call it from now on.")
    private String next;

    @Option(names = "--yes", description = "Do not ask; for scripts.")
    private boolean yes;

    RenameCommand(Surroundings surroundings, GlobalOptions global, Access access) {
        this.surroundings = surroundings;
        this.global = global;
        this.access = access;
    }

    @Override
    public Integer call() throws CommandFailure {
        Output output = new Output(surroundings, global.json());
        SecretReference reference = SecretReference.of(label);
        Label name = Inputs.label(next);
        new Confirmation(surroundings.terminal()).of("Rename \"" + label + "\" to \"" + name.value() + "\"?", yes);
        SecretChange change = new SecretChange();
        access.inSession((session, destination) -> {
            SecretSummary now = change.rename(session, reference, name);
            SecretSummary before = change.before();
            JsonObject data = SecretJson.of(now.keyId(), now.descriptor());
            data.addProperty("label_before", before.descriptor().label().value());
            output.result("Renamed \"" + before.descriptor().label().value() + "\" to \"" + name.value() + "\".", data);
        });
        return ExitCode.OK.number();
    }
}
