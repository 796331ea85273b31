package dev.latchkey.cli;

import com.google.gson.JsonArray;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import dev.latchkey.client.KeySession;
import dev.latchkey.client.SecretSummary;
import dev.latchkey.client.SecretsPage;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Lists what is stored. */
@Command(
        name = "list",
        description = {
            "List what is stored, oldest first, without fetching the secrets: label, type, origin, when it was made, and when"
                    + " it was last retrieved, as the server says.",
            ""
        })
final class ListCommand implements Callable<Integer> {

    private final Surroundings surroundings;
    private final GlobalOptions global;
    private final Access access;

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--limit",
            paramLabel = "N",
            description = "Only one page of at most N secrets, 1 to " + KeySession.MAX_PAGE + "; otherwise all.")
    private Integer limit;

    @Option(
            names = "--after",
            paramLabel = "PLACE",
            description = "Where the page starts, as the page before said; with --limit.")
    private Long after;

    ListCommand(Surroundings surroundings, GlobalOptions global, Access access) {
        this.surroundings = surroundings;
        this.global = global;
        this.access = access;
    }

    @Override
    public Integer call() throws CommandFailure {
        if (limit != null && (limit < 1 || limit > KeySession.MAX_PAGE)) {
            throw new ParameterException(spec.commandLine(), "A page has 1 to " + KeySession.MAX_PAGE + " secrets.");
        }
        if (after != null && (limit == null || after < 0)) {
            throw new ParameterException(
                    spec.commandLine(), "--after takes the number that the page before said, and needs --limit.");
        }
        Output output = new Output(surroundings, global.json());
        access.inSession((session, destination) -> {
            if (limit == null) {
                print(session.listAll(), OptionalLong.empty(), output);
            } else {
                SecretsPage page = session.list(after == null ? 0 : after, limit);
                print(page.secrets(), page.next(), output);
            }
        });
        return ExitCode.OK.number();
    }

    private void print(List<SecretSummary> secrets, OptionalLong next, Output output) {
        output.result(text(secrets), json(secrets, next));
        next.ifPresent(place -> output.remark("There are more: add --limit " + limit + " --after " + place));
    }

    private static String text(List<SecretSummary> secrets) {
        if (secrets.isEmpty()) {
            return "Nothing is stored.";
        }
        TextTable table = new TextTable("LABEL", "TYPE", "ORIGIN", "CREATED", "LAST RETRIEVED");
        for (SecretSummary secret : secrets) {
            table.add(
                    secret.descriptor().label().value(),
                    SecretJson.type(secret.descriptor()),
                    secret.descriptor().origin().text(),
                    InWords.moment(Instant.ofEpochMilli(secret.descriptor().createdUnixMs())),
                    secret.lastRetrieved().map(InWords::moment).orElse("never"));
        }
        return table.toString();
    }

    private static JsonObject json(List<SecretSummary> secrets, OptionalLong next) {
        JsonArray list = new JsonArray();
        for (SecretSummary secret : secrets) {
            JsonObject line = SecretJson.of(secret.keyId(), secret.descriptor());
            line.addProperty(
                    "last_retrieved",
                    secret.lastRetrieved().map(Instant::toString).orElse(null));
            list.add(line);
        }
        JsonObject data = new JsonObject();
        data.add("secrets", list);
        data.add("next", next.isPresent() ? new JsonPrimitive(next.getAsLong()) : JsonNull.INSTANCE);
        return data;
    }
}
