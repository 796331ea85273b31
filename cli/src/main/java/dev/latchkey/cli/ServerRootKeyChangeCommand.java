package dev.latchkey.cli;

import com.google.gson.JsonObject;
import dev.latchkey.server.ServerStartException;
import dev.latchkey.server.seal.RootKeyException;
import dev.latchkey.server.seal.RootKeyFile;
import dev.latchkey.server.seal.RootKeySource;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
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
            "Wrap the data keys of a server's database under another root key, in one transaction. Every server must be stopped.",
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
        try {
            RootKeySource next = next();
            boolean changed = ServerRunner.maintenance(config).changeRootKey(next);
            JsonObject data = new JsonObject();
            data.addProperty("database", config.storage().describe());
            data.addProperty("root_key", next.describe());
            data.addProperty("changed", changed);
            new Output(surroundings, root.global().json()).result(text(config, next, changed), data);
            return ExitCode.OK.number();
        } catch (ServerStartException e) {
            throw ServerRunner.explain(e, "The database is under the root key it was under.");
        } catch (RootKeyException e) {
            throw new CommandFailure(
                            FailureCode.ROOT_KEY,
                            e.getMessage(),
                            "The database is under the root key it was under.",
                            "Put that right, and give the command again.")
                    .because(e);
        }
    }

    private RootKeySource next() throws CommandFailure, RootKeyException {
        if (target.configuration != null) {
            return ServerConfigReader.read(Optional.of(target.configuration), surroundings)
                    .rootKey();
        }
        Path file = target.file.toAbsolutePath().normalize();
        if (!Files.exists(file)) {
            RootKeyFile.create(file, new SecureRandom()).close();
        }
        return new RootKeySource.InFile(file);
    }

    private static String text(ServerConfig config, RootKeySource next, boolean changed) {
        return String.join(
                System.lineSeparator(),
                changed
                        ? "The database " + config.storage().describe() + " is under another root key now: "
                                + next.describe() + "."
                        : "The database " + config.storage().describe() + " was under this root key already: "
                                + next.describe() + ". Nothing was changed.",
                "The old one does not open it any more. Before you start a server, name the new one in its configuration.",
                "Back the new root key up, apart from the database. Keep the old one as long as you keep backups from before:",
                "they open under it alone.");
    }
}
