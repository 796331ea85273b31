package dev.latchkey.cli;

import com.google.gson.JsonObject;
import dev.latchkey.protocol.AccountName;
import dev.latchkey.server.admin.AdminAnswer.AccountDeleted;
import dev.latchkey.server.admin.AdminRequest;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Deletes an account without its owner's password. */
@Command(
        name = "delete",
        description = {
            "Delete an account at a running server with every secret in it, for ever, without its owner's password.",
            "",
            "Asks for the account's name again. Its sessions end, and the name is free again afterwards.",
            ""
        })
final class ServerAccountDeleteCommand implements Callable<Integer> {

    private final Surroundings surroundings;
    private final LatchkeyCommand root;

    @Mixin
    private final RunningServer server = new RunningServer();

    @Parameters(paramLabel = "NAME", description = "The account's name.")
    private String name;

    @Option(names = "--yes", description = "Do not ask; for scripts.")
    private boolean yes;

    ServerAccountDeleteCommand(Surroundings surroundings, LatchkeyCommand root) {
        this.surroundings = surroundings;
        this.root = root;
    }

    @Override
    public Integer call() throws CommandFailure {
        AccountName account = Inputs.accountName(name);
        requireConfirmation(account);
        AccountDeleted deleted =
                server.ask(new AdminRequest.DeleteAccount(account.value()), AccountDeleted.class, surroundings);
        JsonObject data = new JsonObject();
        data.addProperty("account", account.value());
        data.addProperty("user_id", deleted.user().toString());
        data.addProperty("sessions", deleted.sessions());
        new Output(surroundings, root.global().json())
                .result(
                        "The account " + account.value() + " is deleted, with every secret in it. "
                                + InWords.amount(deleted.sessions(), "session", "sessions") + " ended.",
                        data);
        return ExitCode.OK.number();
    }

    private void requireConfirmation(AccountName account) throws CommandFailure {
        if (yes) {
            return;
        }
        String typed = new Confirmation(surroundings.terminal())
                .ask("This deletes the account and every secret in it, for ever. Its name, to go on: ", "--yes");
        if (!Inputs.accountName(typed).equals(account)) {
            throw new CommandFailure(
                    FailureCode.INVALID_INPUT,
                    "That is not the name of the account that would be deleted.",
                    CommandFailure.NOTHING_CHANGED,
                    "Check which account is meant, and give the command again.");
        }
    }
}
