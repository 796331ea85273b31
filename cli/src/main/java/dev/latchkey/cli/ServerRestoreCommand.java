package dev.latchkey.cli;

import com.google.gson.JsonObject;
import dev.latchkey.server.ServerBackup;
import dev.latchkey.server.backup.Manifest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
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

    private final Surroundings surroundings;
    private final LatchkeyCommand root;

    @Parameters(paramLabel = "FILE", description = "The backup.")
    private Path file;

    @Mixin
    private ServerConfigOption configuration;

    ServerRestoreCommand(Surroundings surroundings, LatchkeyCommand root) {
        this.surroundings = surroundings;
        this.root = root;
    }

    @Override
    public Integer call() throws CommandFailure {
        ServerConfig config = configuration.read(surroundings);
        Manifest manifest = new ServerDatabase(config)
                .work(options -> ServerBackup.restore(options, file), "Nothing was restored.");
        Optional<Long> newer = newer(configuration.file(), manifest);
        Output output = new Output(surroundings, root.global().json());
        newer.ifPresent(number -> output.warning("this is a rollback: backup " + number
                + " of this deployment was taken here, and what was restored is backup "
                + manifest.taken().number() + ". Bring the newer one back instead if you have it."));
        output.result(text(config, manifest), () -> json(manifest, newer));
        return ExitCode.OK.number();
    }

    private static Optional<Long> newer(Optional<Path> settings, Manifest manifest) {
        try {
            return settings.isEmpty() ? Optional.empty() : new KnownBackup(settings.get()).newerThan(manifest);
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static String text(ServerConfig config, Manifest manifest) {
        return String.join(
                System.lineSeparator(),
                "Restored into " + config.storage().describe() + ", with these digests, taken there anew:",
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
