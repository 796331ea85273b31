package dev.latchkey.cli;

import com.google.gson.JsonObject;
import dev.latchkey.server.seal.RootKeySource;
import dev.latchkey.server.seal.RootKeySource.InFile;
import dev.latchkey.server.store.KeyRotation.RootKeyChanged;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Puts a database under another root key. */
@Command(
        name = "change",
        description = {
            "Wrap the data keys of a server's database under another root key, in one transaction, while its servers work.",
            "",
            "A server that runs does it, if it has an admin socket: it gets at the new root key itself, and uses it from then on."
                    + " Without one it is done in the database: over PostgreSQL beside the servers, with SQLite while the server"
                    + " is stopped. Other servers over the same database take the new one over when it is where they look for"
                    + " theirs.",
            "",
            "Until it is done the old root key opens the database and the new one does not; afterwards it is the other way round."
                    + " If it was interrupted, give the same command again: it says which.",
            ""
        })
final class ServerRootKeyChangeCommand implements Callable<Integer> {

    private final Surroundings surroundings;
    private final LatchkeyCommand root;

    @Mixin
    private ServerConfigOption configuration;

    @ArgGroup(multiplicity = "1")
    private Target target;

    private static final class Target {
        @Option(
                names = "--to",
                paramLabel = "FILE",
                description = "The file of the new root key; it is made if it is not there.")
        private Path file;

        @Option(
                names = "--to-config",
                paramLabel = "FILE",
                description = "A configuration that says where the new root key is, such as in a token.")
        private Path configuration;
    }

    ServerRootKeyChangeCommand(Surroundings surroundings, LatchkeyCommand root) {
        this.surroundings = surroundings;
        this.root = root;
    }

    @Override
    public Integer call() throws CommandFailure {
        ServerConfig config = configuration.read(surroundings);
        Logs.forServer(config.operations().log());
        RootKeySource next = next();
        RootKeyChanged done = new ServerKeys(config).changeRootKey(next, target.file != null);
        JsonObject data = new JsonObject();
        data.addProperty("database", config.storage().describe());
        data.addProperty("root_key", next.describe());
        data.addProperty("fingerprint", done.fingerprint());
        data.addProperty("changed", done.changed());
        new Output(surroundings, root.global().json()).result(text(config, next, done), data);
        return ExitCode.OK.number();
    }

    private RootKeySource next() throws CommandFailure {
        return target.configuration != null
                ? ServerConfigReader.read(Optional.of(target.configuration), surroundings)
                        .rootKey()
                : new InFile(target.file.toAbsolutePath().normalize());
    }

    private static String text(ServerConfig config, RootKeySource next, RootKeyChanged done) {
        boolean isNamed = config.rootKey().equals(next);
        List<String> lines = new ArrayList<>();
        lines.add("The database " + config.storage().describe()
                + (done.changed() ? " is under another root key now: " : " was under this root key already: ")
                + next.describe() + ", " + done.fingerprint() + "."
                + (done.changed() ? "" : " Nothing was changed."));
        if (done.changed() || !isNamed) {
            lines.add("No other root key opens it.");
            lines.add(isNamed ? "The configuration names it already." : toBeDone(config.rootKey(), next));
            lines.add(
                    "Back the new root key up, apart from the database. Keep the one before as long as you keep backups from"
                            + " its time:");
            lines.add("they open under it alone.");
        }
        return String.join(System.lineSeparator(), lines);
    }

    /** So that it is found at the next start, and by other servers. */
    private static String toBeDone(RootKeySource configured, RootKeySource next) {
        if (configured instanceof InFile old && next instanceof InFile file) {
            return String.join(
                    System.lineSeparator(),
                    "Servers look for it in another file, and would not start. Put it there now, for each of them:",
                    "  mv " + old.file() + " " + old.file() + ".before && cp -p " + file.file() + " " + old.file(),
                    "Those that run take it over from there within a minute, and go on without it for a day at most.");
        }
        return String.join(
                System.lineSeparator(),
                "Servers look for " + configured.describe()
                        + ", and would not start. Name the new one in their configurations now.",
                "Those that run take it over from there within a minute, and go on without it for a day at most.");
    }
}
