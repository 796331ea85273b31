package dev.latchkey.cli;

import com.google.gson.JsonObject;
import dev.latchkey.protocol.AccountName;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Deletes the account and all that is in it. */
@Command(
        name = "delete",
        description = {
            "Delete the account with every secret in it, for ever.",
            "",
            "Asks for the account's name, and for the password. What opens a copy of the server's database is destroyed"
                    + " first. The name is free again afterwards.",
            ""
        })
final class AccountDeleteCommand implements Callable<Integer> {

    private final Surroundings surroundings;
    private final GlobalOptions global;
    private final Access access;

    @Option(
            names = "--confirm",
            paramLabel = "NAME",
            description = "The account's name, so that it is not asked for; for scripts.")
    private String confirmed;

    AccountDeleteCommand(Surroundings surroundings, GlobalOptions global, Access access) {
        this.surroundings = surroundings;
        this.global = global;
        this.access = access;
    }

    @Override
    public Integer call() throws CommandFailure {
        Output output = new Output(surroundings, global.json());
        requireConfirmation(access.destination().account());
        access.withPassword((client, destination, password) -> {
            client.deleteAccount(destination.account(), password);
            access.accountGone();
            forget(destination, output);
            JsonObject data = new JsonObject();
            data.addProperty("account", destination.account().value());
            data.addProperty("server", destination.server().toString());
            output.result(
                    "The account " + destination.account().value() + " at " + destination.server()
                            + " is deleted, with every secret in it.",
                    data);
        });
        return ExitCode.OK.number();
    }

    private void requireConfirmation(AccountName account) throws CommandFailure {
        String name = confirmed != null
                ? confirmed
                : new Confirmation(surroundings.terminal())
                        .ask(
                                "This deletes the account and every secret in it, for ever. Its name, to go on: ",
                                "--confirm NAME");
        if (!Inputs.accountName(name).equals(account)) {
            throw new CommandFailure(
                    FailureCode.INVALID_INPUT,
                    "That is not the name of the account that would be deleted.",
                    CommandFailure.NOTHING_CHANGED,
                    "Check which account is meant: --account, LATCHKEY_ACCOUNT, or the one of the last register.");
        }
    }

    /** The account is gone by now: what goes wrong here must not look as if it were not. */
    private void forget(Destination destination, Output output) {
        ClientHome home = ClientHome.of(surroundings, System.getProperties());
        try {
            home.forget(destination);
        } catch (IOException | CommandFailure e) {
            output.warning(
                    "the account is deleted, but " + home.folder() + " still names it: delete that folder by hand.");
        }
    }
}
