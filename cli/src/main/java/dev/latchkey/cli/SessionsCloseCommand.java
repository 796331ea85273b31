package dev.latchkey.cli;

import com.google.gson.JsonObject;
import dev.latchkey.client.KeyClientException;
import dev.latchkey.client.KeyClientException.Reason;
import dev.latchkey.client.KeySession;
import dev.latchkey.client.SessionSummary;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Ends other sessions of the account. */
@Command(
        name = "close",
        description = {
            "End another session of the account, or all others.",
            "",
            "What was asked there and answered stays done. Whoever is at that device needs the password to go on.",
            ""
        })
final class SessionsCloseCommand implements Callable<Integer> {

    private static final String WHAT = "session";
    private static final String LIST = "latchkey sessions";

    private final Surroundings surroundings;
    private final GlobalOptions global;
    private final Access access;

    @Spec
    private CommandSpec spec;

    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "ID",
            description = "The session's id, or its first digits, at least 4.")
    private String id;

    @Option(names = "--others", description = "All sessions but this command's own.")
    private boolean others;

    @Option(names = "--yes", description = "Do not ask; for scripts.")
    private boolean yes;

    SessionsCloseCommand(Surroundings surroundings, GlobalOptions global, Access access) {
        this.surroundings = surroundings;
        this.global = global;
        this.access = access;
    }

    @Override
    public Integer call() throws CommandFailure {
        IdPrefix.requireNoOptionsBefore(spec);
        if ((id == null) != others) {
            throw new ParameterException(spec.commandLine(), "Give either the ID of a session or --others.");
        }
        Output output = new Output(surroundings, global.json());
        Confirmation confirmation = new Confirmation(surroundings.terminal());
        if (others) {
            confirmation.of("End all sessions but this one?", yes);
            access.inSession((session, destination) -> closeOthers(session, output));
        } else {
            IdPrefix prefix = IdPrefix.of(id, spec);
            confirmation.of("End the session " + prefix + "?", yes);
            access.inSession((session, destination) -> close(prefix, session, output));
        }
        return ExitCode.OK.number();
    }

    private static void close(IdPrefix prefix, KeySession session, Output output)
            throws KeyClientException, CommandFailure {
        SessionSummary meant = prefix.findIn(session.sessions(), one -> one.id().toByteArray(), WHAT, LIST);
        if (meant.current()) {
            throw new CommandFailure(
                    FailureCode.INVALID_INPUT,
                    "That is the session in which this command runs.",
                    CommandFailure.NOTHING_CHANGED,
                    "It ends with the command; in the shell, with exit.");
        }
        try {
            session.closeSession(meant.id());
        } catch (KeyClientException e) {
            throw e.reason() == Reason.NOT_FOUND ? IdPrefix.notFound(WHAT, LIST).because(e) : ClientFailures.explain(e);
        }
        output.result(
                "Ended the session " + IdPrefix.shown(meant.id().toByteArray()) + ".", SessionsCommand.json(meant));
    }

    private static void closeOthers(KeySession session, Output output) throws KeyClientException {
        int closed = session.closeOtherSessions();
        JsonObject data = new JsonObject();
        data.addProperty("closed", closed);
        output.result(
                closed == 0
                        ? "There was no other session."
                        : "Ended " + InWords.amount(closed, "other session", "other sessions") + ".",
                data);
    }
}
