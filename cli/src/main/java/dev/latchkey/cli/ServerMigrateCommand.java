package dev.latchkey.cli;

import com.google.gson.JsonObject;
import dev.latchkey.server.store.jdbc.Stores.Migrated;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

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

    private static final Path DEFAULT = new ServerFolder(Path.of(ServerFolder.DEFAULT)).configuration();

    private final Surroundings surroundings;
    private final LatchkeyCommand root;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description =
                    "The configuration; " + ServerFolder.DEFAULT + "/latchkey.toml if it is there and none is given.")
    private Path configuration;

    ServerMigrateCommand(Surroundings surroundings, LatchkeyCommand root) {
        this.surroundings = surroundings;
        this.root = root;
    }

    @Override
    public Integer call() throws CommandFailure {
        Optional<Path> file = configuration != null
                ? Optional.of(configuration)
                : Optional.of(DEFAULT).filter(Files::exists);
        ServerConfig config = ServerConfigReader.read(file, surroundings);
        Logs.forServer(config.operations().log());
        Migrated migrated = ServerRunner.migrate(config);
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
