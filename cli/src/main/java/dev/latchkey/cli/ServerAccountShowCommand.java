package dev.latchkey.cli;

import com.google.gson.JsonObject;
import dev.latchkey.server.admin.AdminAnswer.AccountShown;
import dev.latchkey.server.admin.AdminAnswer.Budget;
import dev.latchkey.server.admin.AdminRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Shows what a running server knows of an account. */
@Command(
        name = "show",
        description = {
            "Show what a running server knows of an account without its password: when it was opened and used, how much it"
                    + " holds, where its log stands, and how many guesses are left.",
            "",
            "Neither secrets nor their labels are among it: the server can't read them.",
            ""
        })
final class ServerAccountShowCommand implements Callable<Integer> {

    private final Surroundings surroundings;
    private final LatchkeyCommand root;

    @Mixin
    private final RunningServer server = new RunningServer();

    @Parameters(paramLabel = "NAME", description = "The account's name.")
    private String name;

    ServerAccountShowCommand(Surroundings surroundings, LatchkeyCommand root) {
        this.surroundings = surroundings;
        this.root = root;
    }

    @Override
    public Integer call() throws CommandFailure {
        String account = Inputs.accountName(name).value();
        AccountShown shown = server.ask(new AdminRequest.ShowAccount(account), AccountShown.class, surroundings);
        new Output(surroundings, root.global().json()).result(text(account, shown), () -> json(account, shown));
        return ExitCode.OK.number();
    }

    private static String text(String account, AccountShown shown) {
        TextTable table = new TextTable("account", account);
        table.add("user id", shown.user().toString());
        table.add("created", moment(shown.times().created()));
        table.add("last login", moment(shown.times().lastLogin()));
        table.add("last failure", moment(shown.times().lastFailure()));
        table.add("credentials", "version " + shown.version().credentials());
        table.add("secrets", Integer.toString(shown.holdings().secrets()));
        table.add("devices", Integer.toString(shown.holdings().devices()));
        table.add("open sessions", Integer.toString(shown.holdings().sessions()));
        table.add("log", InWords.amount(shown.version().logLength(), "entry", "entries"));
        table.add("log head", shown.version().logHead());
        table.add("guesses left", inWords(shown.budget()));
        table.add("attempts kept", Integer.toString(shown.holdings().failedAttempts()));
        return table.toString();
    }

    private static String moment(long unixMillis) {
        return unixMillis == 0 ? "never" : InWords.moment(Instant.ofEpochMilli(unixMillis));
    }

    private static String inWords(Budget budget) {
        String left = budget.left() + " of " + budget.capacity();
        return budget.nextUnitMillis() == 0
                ? left
                : left + ", one more in " + InWords.duration(Duration.ofMillis(budget.nextUnitMillis()));
    }

    private static JsonObject json(String account, AccountShown shown) {
        JsonObject data = new JsonObject();
        data.addProperty("account", account);
        data.addProperty("user_id", shown.user().toString());
        data.addProperty("created", instant(shown.times().created()));
        data.addProperty("last_login", instant(shown.times().lastLogin()));
        data.addProperty("last_failure", instant(shown.times().lastFailure()));
        data.addProperty("credential_version", shown.version().credentials());
        data.addProperty("secrets", shown.holdings().secrets());
        data.addProperty("devices", shown.holdings().devices());
        data.addProperty("sessions", shown.holdings().sessions());
        data.addProperty("log_length", shown.version().logLength());
        data.addProperty("log_head", shown.version().logHead());
        data.add("guesses", json(shown.budget()));
        data.addProperty("failed_attempts", shown.holdings().failedAttempts());
        return data;
    }

    static JsonObject json(Budget budget) {
        JsonObject data = new JsonObject();
        data.addProperty("left", budget.left());
        data.addProperty("of", budget.capacity());
        data.addProperty("next_in_ms", budget.nextUnitMillis());
        return data;
    }

    private static String instant(long unixMillis) {
        return unixMillis == 0 ? null : Instant.ofEpochMilli(unixMillis).toString();
    }
}
