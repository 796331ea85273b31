package dev.latchkey.cli;

import dev.latchkey.server.ServerStartException;
import dev.latchkey.server.admin.AdminAnswer;
import dev.latchkey.server.admin.AdminAnswer.KeysRenewed;
import dev.latchkey.server.admin.AdminAnswer.KeysShown;
import dev.latchkey.server.admin.AdminRequest;
import dev.latchkey.server.store.KeyRotation.Progress;
import dev.latchkey.server.store.KeyRotation.Status;
import dev.latchkey.server.store.StoreUnavailableException;
import java.util.Optional;
import java.util.function.Consumer;

/** The data keys of one server: through its admin socket where it runs, or else in its database. */
final class ServerKeys {

    private static final String KEPT = "What was done so far is kept, and everything opens as before.";

    private final ServerConfig config;

    ServerKeys(ServerConfig config) {
        this.config = config;
    }

    Status status() throws CommandFailure {
        Optional<AdminAnswer> answer = RunningServer.ask(new AdminRequest.ShowKeys(), config);
        if (answer.isPresent()) {
            if (answer.get() instanceof KeysShown shown) {
                return shown.status();
            }
            throw RunningServer.unexpected();
        }
        try {
            return ServerRunner.maintenance(config).dataKeys();
        } catch (ServerStartException e) {
            throw ServerRunner.explain(e, CommandFailure.NOTHING_CHANGED);
        } catch (StoreUnavailableException e) {
            throw unavailable(e);
        }
    }

    /** Gives the state in which it ended. */
    Progress renew(Consumer<Progress> listener) throws CommandFailure {
        Optional<AdminAnswer> answer = RunningServer.ask(new AdminRequest.RenewKeys(), config);
        if (answer.isEmpty()) {
            return renewInTheDatabase(listener);
        }
        Progress progress = progress(answer);
        listener.accept(progress);
        while (!progress.state().ends()) {
            progress = progress(RunningServer.ask(new AdminRequest.GoOnRenewing(), config));
            listener.accept(progress);
        }
        return progress;
    }

    private Progress renewInTheDatabase(Consumer<Progress> listener) throws CommandFailure {
        try {
            return ServerRunner.maintenance(config).renewDataKey(listener);
        } catch (ServerStartException e) {
            throw ServerRunner.explain(e, "No key was made.");
        } catch (StoreUnavailableException e) {
            throw unavailable(e);
        }
    }

    private static Progress progress(Optional<AdminAnswer> answer) throws CommandFailure {
        if (answer.isEmpty()) {
            throw new CommandFailure(
                    FailureCode.UNREACHABLE,
                    "The server was stopped meanwhile.",
                    KEPT,
                    "Give the same command again: it goes on where it stood.");
        }
        if (answer.get() instanceof KeysRenewed renewed) {
            return renewed.progress();
        }
        throw RunningServer.unexpected();
    }

    private static CommandFailure unavailable(StoreUnavailableException e) {
        return new CommandFailure(
                        FailureCode.STORAGE,
                        "The database did not go on: " + e.getMessage() + ".",
                        KEPT,
                        "Put that right, and give the same command again: it goes on where it stood.")
                .because(e);
    }
}
