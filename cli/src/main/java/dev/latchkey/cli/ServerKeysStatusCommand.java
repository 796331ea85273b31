package dev.latchkey.cli;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.latchkey.server.store.KeyRotation.Status;
import dev.latchkey.server.store.KeyRotation.Version;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Says which data keys there are. */
@Command(
        name = "status",
        description = {
            "Show which data keys a server's database has, and how far their last renewal has come. A server that runs needs an admin"
                    + " socket for it, or its database in PostgreSQL.",
            ""
        })
final class ServerKeysStatusCommand implements Callable<Integer> {

    private final Surroundings surroundings;
    private final LatchkeyCommand root;

    @Mixin
    private final RunningServer server = new RunningServer();

    ServerKeysStatusCommand(Surroundings surroundings, LatchkeyCommand root) {
        this.surroundings = surroundings;
        this.root = root;
    }

    @Override
    public Integer call() throws CommandFailure {
        Status status = new ServerKeys(server, surroundings).status();
        new Output(surroundings, root.global().json()).result(text(status), json(status));
        return ExitCode.OK.number();
    }

    private static String text(Status status) {
        List<String> lines = new ArrayList<>();
        for (Version version : status.versions()) {
            lines.add("Data key " + version.version() + ", made " + Instant.ofEpochMilli(version.createdMillis())
                    + version.closedMillis()
                            .map(closed -> ", opens what is left under it; seals nothing since "
                                    + Instant.ofEpochMilli(closed))
                            .orElse(", in use"));
        }
        status.last().ifPresent(progress -> lines.add(RotationWords.of(progress)));
        return String.join(System.lineSeparator(), lines);
    }

    private static JsonObject json(Status status) {
        JsonObject data = new JsonObject();
        JsonArray versions = new JsonArray();
        for (Version version : status.versions()) {
            JsonObject key = new JsonObject();
            key.addProperty("version", version.version());
            key.addProperty("created_unix_ms", version.createdMillis());
            key.addProperty("closed_unix_ms", version.closedMillis().orElse(null));
            versions.add(key);
        }
        data.add("versions", versions);
        data.add("rotation", status.last().map(RotationWords::json).orElse(null));
        return data;
    }
}
