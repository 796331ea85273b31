package dev.latchkey.cli;

import com.google.gson.JsonObject;
import dev.latchkey.server.seal.RootKeySource.InFile;
import dev.latchkey.server.store.KeyRotation.RootKeyChanged;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
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
            "With --to, the new one is then put into the file in which servers look for theirs, and the one before is kept beside"
                    + " it, under its fingerprint. For servers on other machines bring FILE there and give the same command there.",
            "",
            "Until it is done the old root key opens the database and the new one does not; afterwards it is the other way round."
                    + " If it was interrupted, keep both and give the same command again: it does what is left, and says which one"
                    + " is good.",
            ""
        })
final class ServerRootKeyChangeCommand implements Callable<Integer> {

    private final Surroundings surroundings;
    private final LatchkeyCommand root;

    @Mixin
    private final RunningServer server = new RunningServer();

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
                description =
                        "A configuration that says where the new root key is, such as in a token. Variables do not count in"
                                + " it, and nothing is put anywhere.")
        private Path configuration;
    }

    ServerRootKeyChangeCommand(Surroundings surroundings, LatchkeyCommand root) {
        this.surroundings = surroundings;
        this.root = root;
    }

    @Override
    public Integer call() throws CommandFailure {
        ServerConfig config = server.read(surroundings);
        Logs.forServer(config.operations().log());
        NewRootKey next = target.configuration != null
                ? NewRootKey.elsewhere(ServerConfigReader.rootKey(target.configuration))
                : NewRootKey.of(new InFile(target.file.toAbsolutePath().normalize()), config.rootKey());
        ServerKeys keys = new ServerKeys(server, surroundings);
        if (next.isInFile()) {
            keys.requireDatabase(next.isToBeMade());
        }
        next.makeReady();
        RootKeyChanged done = keys.changeRootKey(next.source(), next.fingerprint());
        NewRootKey.Placed placed = next.put();
        JsonObject data = new JsonObject();
        data.addProperty("database", config.storage().describe());
        data.addProperty("root_key", next.source().describe());
        data.addProperty("fingerprint", done.fingerprint());
        data.addProperty("changed", done.changed());
        placed.kept().ifPresent(kept -> data.addProperty("kept", kept.toString()));
        new Output(surroundings, root.global().json()).result(text(config, next, done, placed), data);
        return ExitCode.OK.number();
    }

    private String text(ServerConfig config, NewRootKey next, RootKeyChanged done, NewRootKey.Placed placed) {
        boolean isNamed = config.rootKey().equals(next.source());
        List<String> lines = new ArrayList<>();
        lines.add("The database " + config.storage().describe()
                + (done.changed() ? " is under another root key now: " : " was under this root key already: ")
                + next.source().describe() + ", " + done.fingerprint() + "."
                + (done.changed() ? "" : " Nothing was changed in it."));
        boolean isPlaced = placed.in().isPresent();
        if (done.changed() || placed.isNew() || (!isNamed && !isPlaced)) {
            lines.add("No other root key opens it.");
            if (isNamed) {
                lines.add("The configuration names it already.");
            } else {
                lines.addAll(isPlaced ? whereItIs(placed) : toBeNamed(config));
            }
            lines.add(
                    "Back the new root key up, apart from the database. Keep the one before as long as you keep backups from"
                            + " its time:");
            lines.add("they open under it alone.");
        }
        return String.join(System.lineSeparator(), lines);
    }

    private static List<String> whereItIs(NewRootKey.Placed placed) {
        List<String> lines = new ArrayList<>();
        lines.add("It is where servers look for it: " + placed.in().orElseThrow());
        placed.kept().ifPresent(kept -> lines.add("The one before is kept: " + kept));
        lines.add(
                "For servers of this database on other machines bring the new file there, and give the same command there:");
        lines.add("they take it over within a minute, and go on without it for a day at most.");
        return lines;
    }

    /** So that it is found at the next start, and by other servers. */
    private List<String> toBeNamed(ServerConfig config) {
        List<String> lines = new ArrayList<>();
        lines.add("Servers look for " + config.rootKey().describe()
                + ", and would not start. Name the new one in their configurations now.");
        String variables = RootKeySettings.KEYS.stream()
                .map(ConfigKey::variable)
                .filter(name -> surroundings.variable(name).isPresent())
                .collect(Collectors.joining(", "));
        if (!variables.isEmpty()) {
            lines.add("Here variables go before the file, and name another: " + variables);
        }
        lines.add("Those that run take it over from there within a minute, and go on without it for a day at most.");
        return lines;
    }
}
