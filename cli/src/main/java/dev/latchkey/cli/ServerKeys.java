package dev.latchkey.cli;

import dev.latchkey.server.ServerStartException;
import dev.latchkey.server.StoreMaintenance;
import dev.latchkey.server.admin.AdminAnswer;
import dev.latchkey.server.admin.AdminAnswer.KeysRenewed;
import dev.latchkey.server.admin.AdminAnswer.KeysShown;
import dev.latchkey.server.admin.AdminAnswer.RootKeyInForce;
import dev.latchkey.server.admin.AdminAnswer.RootKeyRefused;
import dev.latchkey.server.admin.AdminAnswer.ServerShown;
import dev.latchkey.server.admin.AdminRequest;
import dev.latchkey.server.seal.RootKeyException;
import dev.latchkey.server.seal.RootKeySource;
import dev.latchkey.server.store.KeyRotation.Progress;
import dev.latchkey.server.store.KeyRotation.RootKeyChanged;
import dev.latchkey.server.store.KeyRotation.Status;
import dev.latchkey.server.store.StoreOpenException;
import java.util.Optional;
import java.util.function.Consumer;

/** The keys of one server: through its admin socket where it runs, or else in its database. */
final class ServerKeys {

    private static final String KEPT = "What was done so far is kept, and everything opens as before.";

    private static final String AS_IT_WAS = "The database is under the root key it was under.";
    private static final String NOT_MADE = "No root key was made, and nothing changed.";
    private static final String ONE_OF_THEM =
            "The database is under one of the two root keys, and it is not known under which: keep both.";
    private static final String AGAIN = "Put that right, and give the command again.";

    private final RunningServer server;
    private final Surroundings surroundings;

    ServerKeys(RunningServer server, Surroundings surroundings) {
        this.server = server;
        this.surroundings = surroundings;
    }

    Status status() throws CommandFailure {
        Optional<KeysShown> shown = server.askIfRunning(new AdminRequest.ShowKeys(), KeysShown.class, surroundings);
        return shown.isPresent()
                ? shown.get().status()
                : new ServerDatabase(server.read(surroundings))
                        .work(options -> new StoreMaintenance(options).dataKeys(), CommandFailure.NOTHING_CHANGED);
    }

    /** Gives the state in which it ended. */
    Progress renew(Consumer<Progress> listener) throws CommandFailure {
        Optional<KeysRenewed> begun =
                server.askIfRunning(new AdminRequest.RenewKeys(), KeysRenewed.class, surroundings);
        if (begun.isEmpty()) {
            return new ServerDatabase(server.read(surroundings))
                    .work(options -> new StoreMaintenance(options).renewDataKey(listener), KEPT);
        }
        Progress progress = begun.get().progress();
        listener.accept(progress);
        while (!progress.state().ends()) {
            progress = goOn();
            listener.accept(progress);
        }
        return progress;
    }

    private Progress goOn() throws CommandFailure {
        try {
            return server.ask(new AdminRequest.GoOnRenewing(), KeysRenewed.class, surroundings)
                    .progress();
        } catch (CommandFailure e) {
            throw RunningServer.isNotThere(e) ? stopped() : e;
        }
    }

    /**
     * Sees that the database is there, where no running server vouches for it: before a root key is made.
     *
     * @param isTheFirst whether the database can be under no other root key than the configured one
     */
    void requireDatabase(boolean isTheFirst) throws CommandFailure {
        if (ask(new AdminRequest.ShowServer(), ServerShown.class, NOT_MADE).isPresent()) {
            return;
        }
        try {
            ServerRunner.maintenance(server.read(surroundings)).requireThere(isTheFirst);
        } catch (ServerStartException e) {
            throw explain(e, NOT_MADE);
        }
    }

    /**
     * Puts the database under another root key.
     *
     * @param fingerprint of the one that was seen there; never empty for a file
     */
    RootKeyChanged changeRootKey(RootKeySource to, Optional<String> fingerprint) throws CommandFailure {
        Optional<AdminAnswer> answer =
                ask(new AdminRequest.ChangeRootKey(to, fingerprint), AdminAnswer.class, ONE_OF_THEM);
        if (answer.isEmpty()) {
            return changeInTheDatabase(to);
        }
        if (answer.get() instanceof RootKeyInForce inForce) {
            return inForce.done();
        }
        if (answer.get() instanceof RootKeyRefused refused) {
            throw new CommandFailure(FailureCode.ROOT_KEY, refused.why(), AS_IT_WAS, AGAIN);
        }
        throw RunningServer.unexpected();
    }

    /** @param left what there is if it is not known whether it was done */
    private <A extends AdminAnswer> Optional<A> ask(AdminRequest request, Class<A> expected, String left)
            throws CommandFailure {
        try {
            return server.askIfRunning(request, expected, surroundings);
        } catch (CommandFailure e) {
            throw RunningServer.leavesOpen(e)
                    ? new CommandFailure(e.code(), e.what(), left, e.next()).because(e.getCause())
                    : e;
        }
    }

    private RootKeyChanged changeInTheDatabase(RootKeySource to) throws CommandFailure {
        try {
            return ServerRunner.maintenance(server.read(surroundings)).changeRootKey(to);
        } catch (ServerStartException e) {
            throw explain(e, isFor(StoreOpenException.Reason.COMMIT_UNKNOWN, e) ? ONE_OF_THEM : AS_IT_WAS);
        } catch (RootKeyException e) {
            throw explain(e);
        }
    }

    private static CommandFailure explain(ServerStartException e, String kept) {
        if (isFor(StoreOpenException.Reason.ROOT_KEY_MISMATCH, e)) {
            return new CommandFailure(
                            FailureCode.ROOT_KEY,
                            "The database is under neither of the two root keys, the one that servers look for here and the new one.",
                            kept,
                            "If it was changed from another machine, bring the file of that root key here, and give this command with"
                                    + " it: it puts it where servers look.")
                    .because(e);
        }
        return ServerRunner.explain(e, kept);
    }

    private static boolean isFor(StoreOpenException.Reason reason, ServerStartException e) {
        return e.getCause() instanceof StoreOpenException refused && refused.reason() == reason;
    }

    /** Of a root key that can't be used; nothing was done. */
    static CommandFailure explain(RootKeyException e) {
        return new CommandFailure(FailureCode.ROOT_KEY, e.getMessage(), AS_IT_WAS, AGAIN).because(e);
    }

    private static CommandFailure stopped() {
        return new CommandFailure(
                FailureCode.UNREACHABLE,
                "The server was stopped meanwhile.",
                KEPT,
                "Give the same command again: it goes on where it stood.");
    }
}
