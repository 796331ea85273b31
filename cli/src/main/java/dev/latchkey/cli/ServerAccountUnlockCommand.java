package dev.latchkey.cli;

import com.google.gson.JsonObject;
import dev.latchkey.server.admin.AdminAnswer.AccountUnlocked;
import dev.latchkey.server.admin.AdminRequest;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Gives an account its guesses back. */
@Command(
        name = "unlock",
        description = {
            "Give an account at a running server all its guesses back, those of its devices too.",
            "",
            "For an owner who is locked out. It lets whoever locked them out go on as well: make sure who is asking. The failed"
                    + " attempts stay in view of the owner.",
            ""
        })
final class ServerAccountUnlockCommand implements Callable<Integer> {

    private final Surroundings surroundings;
    private final LatchkeyCommand root;

    @Mixin
    private final RunningServer server = new RunningServer();

    @Parameters(paramLabel = "NAME", description = "The account's name.")
    private String name;

    ServerAccountUnlockCommand(Surroundings surroundings, LatchkeyCommand root) {
        this.surroundings = surroundings;
        this.root = root;
    }

    @Override
    public Integer call() throws CommandFailure {
        String account = Inputs.accountName(name).value();
        AccountUnlocked unlocked =
                server.ask(new AdminRequest.UnlockAccount(account), AccountUnlocked.class, surroundings);
        JsonObject data = new JsonObject();
        data.addProperty("account", account);
        data.addProperty("user_id", unlocked.user().toString());
        data.add("before", ServerAccountShowCommand.json(unlocked.before()));
        data.addProperty("devices", unlocked.devices());
        new Output(surroundings, root.global().json()).result(text(account, unlocked), data);
        return ExitCode.OK.number();
    }

    private static String text(String account, AccountUnlocked unlocked) {
        String devices = unlocked.devices() == 0
                ? ""
                : " The guesses of " + InWords.amount(unlocked.devices(), "device", "devices")
                        + " were given back too.";
        return "The account " + account + " has all its " + unlocked.before().capacity() + " guesses again; it had "
                + unlocked.before().left() + " left." + devices;
    }
}
