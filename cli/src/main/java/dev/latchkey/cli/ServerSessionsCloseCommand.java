package dev.latchkey.cli;

import com.google.gson.JsonObject;
import dev.latchkey.server.admin.AdminAnswer.SessionsClosed;
import dev.latchkey.server.admin.AdminRequest;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Ends sessions of an account, or everybody's. */
@Command(
        name = "close",
        description = {
            "End all sessions of an account at a running server, or everybody's.",
            "",
            "What was asked there and answered stays done. Whoever goes on needs the password again.",
            ""
        })
final class ServerSessionsCloseCommand implements Callable<Integer> {

    private final Surroundings surroundings;
    private final LatchkeyCommand root;

    @Spec
    private CommandSpec spec;

    @Mixin
    private final RunningServer server = new RunningServer();

    @Parameters(index = "0", arity = "0..1", paramLabel = "NAME", description = "The account's name.")
    private String name;

    @Option(names = "--all", description = "Those of all accounts.")
    private boolean all;

    ServerSessionsCloseCommand(Surroundings surroundings, LatchkeyCommand root) {
        this.surroundings = surroundings;
        this.root = root;
    }

    @Override
    public Integer call() throws CommandFailure {
        if ((name == null) != all) {
            throw new ParameterException(spec.commandLine(), "Give either the NAME of an account or --all.");
        }
        AdminRequest request = all
                ? new AdminRequest.CloseAllSessions()
                : new AdminRequest.CloseSessions(Inputs.accountName(name).value());
        SessionsClosed closed = server.ask(request, SessionsClosed.class, surroundings);
        JsonObject data = new JsonObject();
        data.addProperty("closed", closed.count());
        new Output(surroundings, root.global().json())
                .result(
                        closed.count() == 0
                                ? "There was no open session."
                                : "Ended " + InWords.amount(closed.count(), "session", "sessions") + ".",
                        data);
        return ExitCode.OK.number();
    }
}
