package dev.latchkey.cli;

import dev.latchkey.server.StoreMaintenance;
import dev.latchkey.server.admin.AdminAnswer.KeysRenewed;
import dev.latchkey.server.admin.AdminAnswer.KeysShown;
import dev.latchkey.server.admin.AdminRequest;
import dev.latchkey.server.store.KeyRotation.Progress;
import dev.latchkey.server.store.KeyRotation.Status;
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
        Optional<KeysShown> shown = RunningServer.ask(new AdminRequest.ShowKeys(), KeysShown.class, config);
        return shown.isPresent()
                ? shown.get().status()
                : new ServerDatabase(config)
                        .work(options -> new StoreMaintenance(options).dataKeys(), CommandFailure.NOTHING_CHANGED);
    }

    /** Gives the state in which it ended. */
    Progress renew(Consumer<Progress> listener) throws CommandFailure {
        Optional<KeysRenewed> begun = RunningServer.ask(new AdminRequest.RenewKeys(), KeysRenewed.class, config);
        if (begun.isEmpty()) {
            return new ServerDatabase(config)
                    .work(options -> new StoreMaintenance(options).renewDataKey(listener), KEPT);
        }
        Progress progress = begun.get().progress();
        listener.accept(progress);
        while (!progress.state().ends()) {
            progress = RunningServer.ask(new AdminRequest.GoOnRenewing(), KeysRenewed.class, config)
                    .orElseThrow(ServerKeys::stopped)
                    .progress();
            listener.accept(progress);
        }
        return progress;
    }

    private static CommandFailure stopped() {
        return new CommandFailure(
                FailureCode.UNREACHABLE,
                "The server was stopped meanwhile.",
                KEPT,
                "Give the same command again: it goes on where it stood.");
    }
}
