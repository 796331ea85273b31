package dev.latchkey.cli;

import com.google.gson.JsonObject;
import dev.latchkey.server.KeyServer;
import dev.latchkey.server.store.jdbc.Stores.Migrated;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Brings a server's tables to this version's form, and starts nothing. */
@Command(
        name = "migrate",
        description = {
            "Make the tables of a server's database, or bring them to this version's form, and start nothing.",
            "",
            "Servers do this themselves when they start, under a lock, so that it is done once. On its own it is for a"
                    + " database role that may change tables, while that of the servers may not.",
            ""
        })
final class ServerMigrateCommand implements Callable<Integer> {

    private final Surroundings surroundings;
    private final LatchkeyCommand root;

    @Mixin
    private ServerConfigOption configuration;

    ServerMigrateCommand(Surroundings surroundings, LatchkeyCommand root) {
        this.surroundings = surroundings;
        this.root = root;
    }

    @Override
    public Integer call() throws CommandFailure {
        ServerConfig config = configuration.read(surroundings);
        Migrated migrated = new ServerDatabase(config).work(KeyServer::migrate, "What was stored before is as it was.");
        JsonObject data = new JsonObject();
        data.addProperty("database", config.storage().describe());
        data.addProperty("before", migrated.before());
        data.addProperty("after", migrated.after());
        new Output(surroundings, root.global().json()).result(text(config, migrated), data);
        return ExitCode.OK.number();
    }

    private static String text(ServerConfig config, Migrated migrated) {
        String what = "The tables of " + config.storage().describe();
        if (migrated.before() == migrated.after()) {
            return what + " are those of this version (" + migrated.after() + "). There was nothing to do.";
        }
        return migrated.before() == 0
                ? what + " were made, version " + migrated.after() + "."
                : what + " were brought from version " + migrated.before() + " to " + migrated.after() + ".";
    }
}
