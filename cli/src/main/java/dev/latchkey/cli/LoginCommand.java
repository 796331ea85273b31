package dev.latchkey.cli;

import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import dev.latchkey.client.OpenedSession;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Opens a session and closes it. */
@Command(
        name = "login",
        description = {
            "Find out whether the password is still good.",
            "",
            "Opens a session and closes it, and says when the attempts before this one were.",
            ""
        })
final class LoginCommand implements Callable<Integer> {

    private final Surroundings surroundings;
    private final GlobalOptions global;
    private final FreshAccess access;

    @Option(
            names = "--accept-change",
            description = {
                "Take the server as it shows itself now, although this device remembers it otherwise: another authority,"
                        + " another server key, or a log that does not go on where it was. Ask the operator first why that"
                        + " is. What was remembered is forgotten."
            })
    private boolean acceptChange;

    LoginCommand(Surroundings surroundings, GlobalOptions global, FreshAccess access) {
        this.surroundings = surroundings;
        this.global = global;
        this.access = access;
    }

    @Override
    public Integer call() throws CommandFailure {
        Output output = new Output(surroundings, global.json());
        access.inSession(acceptChange, (session, destination) -> {
            OpenedSession facts = session.facts();
            output.result(text(destination, facts), json(destination, facts));
        });
        return ExitCode.OK.number();
    }

    private static String text(Destination destination, OpenedSession facts) {
        String good = "The password of " + destination.account().value() + " at " + destination.server() + " is good.";
        String before = facts.lastLogin()
                .map(time -> "The login before this one was on " + InWords.moment(time) + ".")
                .orElse("There was no login before this one.");
        return String.join(System.lineSeparator(), good, before, failures(facts));
    }

    private static String failures(OpenedSession facts) {
        String since = facts.lastLogin().isPresent() ? " since then" : "";
        String last = facts.lastFailure()
                .map(time -> "; the last that did was on " + InWords.moment(time))
                .orElse("");
        return switch (facts.failures()) {
            case 0 -> "No attempt failed" + since + last + ".";
            case 1 -> "One attempt failed" + since + last + ".";
            default -> facts.failures() + " attempts failed" + since + last + ".";
        };
    }

    private static JsonObject json(Destination destination, OpenedSession facts) {
        JsonObject data = new JsonObject();
        data.addProperty("account", destination.account().value());
        data.addProperty("server", destination.server().toString());
        data.addProperty("user_id", facts.userId().toString());
        add(data, "last_login", facts.lastLogin());
        add(data, "last_failure", facts.lastFailure());
        data.addProperty("failures_since_last_login", facts.failures());
        return data;
    }

    private static void add(JsonObject data, String name, Optional<Instant> time) {
        data.add(name, time.isPresent() ? new JsonPrimitive(time.get().toString()) : JsonNull.INSTANCE);
    }
}
