package dev.latchkey.cli;

import dev.latchkey.server.ServerStartException;
import dev.latchkey.server.StoreMaintenance;
import dev.latchkey.server.admin.AdminAnswer;
import dev.latchkey.server.admin.AdminAnswer.KeysRenewed;
import dev.latchkey.server.admin.AdminAnswer.KeysShown;
import dev.latchkey.server.admin.AdminAnswer.RootKeyInForce;
import dev.latchkey.server.admin.AdminAnswer.RootKeyRefused;
import dev.latchkey.server.admin.AdminRequest;
import dev.latchkey.server.seal.RootKeyException;
import dev.latchkey.server.seal.RootKeyFile;
import dev.latchkey.server.seal.RootKeySource;
import dev.latchkey.server.seal.RootKeySource.InFile;
import dev.latchkey.server.store.KeyRotation.Progress;
import dev.latchkey.server.store.KeyRotation.RootKeyChanged;
import dev.latchkey.server.store.KeyRotation.Status;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.function.Consumer;

/** The keys of one server: through its admin socket where it runs, or else in its database. */
final class ServerKeys {

    private static final String KEPT = "What was done so far is kept, and everything opens as before.";

    private static final String AS_IT_WAS = "The database is under the root key it was under.";
    private static final String AGAIN = "Put that right, and give the command again.";

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

    /** @param make whether it is made if it is a file that is not there */
    RootKeyChanged changeRootKey(RootKeySource to, boolean make) throws CommandFailure {
        Optional<AdminAnswer> answer =
                RunningServer.ask(new AdminRequest.ChangeRootKey(to, make), AdminAnswer.class, config);
        if (answer.isEmpty()) {
            return changeInTheDatabase(to, make);
        }
        if (answer.get() instanceof RootKeyInForce inForce) {
            return inForce.done();
        }
        if (answer.get() instanceof RootKeyRefused refused) {
            throw new CommandFailure(FailureCode.ROOT_KEY, refused.why(), AS_IT_WAS, AGAIN);
        }
        throw RunningServer.unexpected();
    }

    private RootKeyChanged changeInTheDatabase(RootKeySource to, boolean make) throws CommandFailure {
        try {
            if (make && to instanceof InFile file) {
                RootKeyFile.createUnlessThere(file.file(), new SecureRandom());
            }
            return ServerRunner.maintenance(config).changeRootKey(to);
        } catch (ServerStartException e) {
            throw ServerRunner.explain(e, AS_IT_WAS);
        } catch (RootKeyException e) {
            throw new CommandFailure(FailureCode.ROOT_KEY, e.getMessage(), AS_IT_WAS, AGAIN).because(e);
        }
    }

    private static CommandFailure stopped() {
        return new CommandFailure(
                FailureCode.UNREACHABLE,
                "The server was stopped meanwhile.",
                KEPT,
                "Give the same command again: it goes on where it stood.");
    }
}
