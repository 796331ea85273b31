package dev.latchkey.cli;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.latchkey.client.SecretSummary;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Lists what is stored. */
@Command(name = "list", description = "List the labels in use, oldest first, without fetching the secrets.")
final class ListCommand implements Callable<Integer> {

    private final Surroundings surroundings;
    private final LatchkeyCommand root;

    @Mixin
    private SessionOptions options;

    ListCommand(Surroundings surroundings, LatchkeyCommand root) {
        this.surroundings = surroundings;
        this.root = root;
    }

    @Override
    public Integer call() throws CommandFailure {
        Output output = new Output(surroundings, root.global().json());
        new Clients(surroundings, output.isJson()).inSession(options, (session, destination) -> {
            List<SecretSummary> secrets = session.listAll();
            output.result(text(secrets), json(secrets));
        });
        return ExitCode.OK.number();
    }

    private static String text(List<SecretSummary> secrets) {
        if (secrets.isEmpty()) {
            return "Nothing is stored.";
        }
        return secrets.stream()
                .map(secret -> InWords.moment(
                                Instant.ofEpochMilli(secret.descriptor().createdUnixMs())) + "  "
                        + String.format("%-16s", secret.descriptor().origin().text()) + "  "
                        + secret.descriptor().label().value())
                .collect(Collectors.joining(System.lineSeparator()));
    }

    private static JsonObject json(List<SecretSummary> secrets) {
        JsonArray list = new JsonArray();
        secrets.forEach(secret -> list.add(SecretJson.of(secret.keyId(), secret.descriptor())));
        JsonObject data = new JsonObject();
        data.add("secrets", list);
        return data;
    }
}
