package dev.latchkey.cli;

import com.google.gson.JsonObject;
import dev.latchkey.server.ServerBackup;
import dev.latchkey.server.ServerOptions;
import dev.latchkey.server.ServerStartException;
import dev.latchkey.server.backup.BackupException;
import dev.latchkey.server.backup.Manifest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Brings a server's database back from a backup. */
@Command(
        name = "restore",
        description = {
            "Bring a backup back into a database that is empty or not there yet, whole or not at all.",
            "",
            "Needs the root key that its server had. No server may run on that database meanwhile. What owners did since the"
                    + " backup is gone, what they erased since is back, and their devices will say that the log is older than"
                    + " they remember. No session is brought back.",
            ""
        })
final class ServerRestoreCommand implements Callable<Integer> {

    private static final Path DEFAULT = new ServerFolder(Path.of(ServerFolder.DEFAULT)).configuration();

    private final Surroundings surroundings;
    private final LatchkeyCommand root;

    @Parameters(paramLabel = "FILE", description = "The backup.")
    private Path file;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "The configuration of the server that is to have it; " + ServerFolder.DEFAULT
                    + "/latchkey.toml if it is there and none is given.")
    private Path configuration;

    ServerRestoreCommand(Surroundings surroundings, LatchkeyCommand root) {
        this.surroundings = surroundings;
        this.root = root;
    }

    @Override
    public Integer call() throws CommandFailure {
        Optional<Path> settings = configuration != null
                ? Optional.of(configuration)
                : Optional.of(DEFAULT).filter(Files::exists);
        ServerConfig config = ServerConfigReader.read(settings, surroundings);
        ServerOptions options = ServerRunner.options(config);
        Output output = new Output(surroundings, root.global().json());
        Logs.forServer(config.operations().log());
        try {
            Manifest manifest = ServerBackup.restore(options, file);
            Optional<Long> newer = newer(settings, manifest);
            newer.ifPresent(number -> output.warning("this is a rollback: backup " + number
                    + " of this deployment was taken here, and what was restored is backup "
                    + manifest.taken().number() + ". Bring the newer one back instead if you have it."));
            output.result(text(options, manifest), () -> json(manifest, newer));
            return ExitCode.OK.number();
        } catch (ServerStartException e) {
            throw ServerRunner.explain(e, "Nothing was restored.");
        } catch (BackupException e) {
            throw BackupForm.explain(e, "Nothing was restored.");
        }
    }

    private static Optional<Long> newer(Optional<Path> settings, Manifest manifest) {
        try {
            return settings.isEmpty() ? Optional.empty() : new KnownBackup(settings.get()).newerThan(manifest);
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static String text(ServerOptions options, Manifest manifest) {
        return String.join(
                System.lineSeparator(),
                "Restored into " + options.storage().describe() + ", with these digests, taken there anew:",
                BackupForm.text(manifest),
                "",
                "What owners did after " + BackupForm.moment(manifest)
                        + " is gone, and guesses made since are given back.",
                "Devices that remember a later log stop with exit code 8 until their owner accepts the older one with",
                "latchkey login --accept-change. Tell them before they find out. No session was restored.");
    }

    private JsonObject json(Manifest manifest, Optional<Long> newer) {
        JsonObject data = BackupForm.json(file, manifest);
        data.addProperty("newer_known", newer.orElse(null));
        return data;
    }
}
