package dev.latchkey.cli;

import dev.latchkey.server.ServerBackup;
import dev.latchkey.server.admin.AdminAnswer.BackupTaken;
import dev.latchkey.server.admin.AdminRequest;
import dev.latchkey.server.backup.Manifest;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Takes a backup of a server, running or not. */
@Command(
        name = "backup",
        description = {
            "Take a backup of a server into a file, while it works or while it is stopped.",
            "",
            "It shows the store at one moment, sealed under the root key and signed by the deployment. Without the root key it"
                    + " tells nothing and never opens: keep them apart. What owners erase later is in it still.",
            ""
        })
final class ServerBackupCommand implements Callable<Integer> {

    private static final Duration PATIENCE = Duration.ofMinutes(10);
    private static final long REPORTED = 64L << 20;

    private final Surroundings surroundings;
    private final LatchkeyCommand root;

    @Spec
    private CommandSpec spec;

    @Mixin
    private final RunningServer server = new RunningServer();

    @Parameters(arity = "0..1", paramLabel = "FILE", description = "The backup; it must not exist yet.")
    private Path file;

    private long reported;

    ServerBackupCommand(Surroundings surroundings, LatchkeyCommand root) {
        this.surroundings = surroundings;
        this.root = root;
    }

    @Override
    public Integer call() throws CommandFailure {
        if (file == null) {
            throw new ParameterException(spec.commandLine(), "The FILE for the backup is missing.");
        }
        Output output = new Output(surroundings, root.global().json());
        Path absolute = file.toAbsolutePath().normalize();
        Manifest manifest = take(absolute, output);
        note(manifest, output);
        output.result(
                String.join(
                        System.lineSeparator(),
                        "Written: " + absolute,
                        BackupForm.text(manifest),
                        "",
                        "Note who signed it apart from the backups, for: latchkey server backup verify FILE --key KEY"),
                () -> BackupForm.json(absolute, manifest));
        return ExitCode.OK.number();
    }

    private Manifest take(Path absolute, Output output) throws CommandFailure {
        Optional<BackupTaken> taken = server.askIfRunning(
                new AdminRequest.TakeBackup(absolute.toString()),
                BackupTaken.class,
                surroundings,
                new RunningServer.Waiting(PATIENCE, bytes -> report(bytes, output)));
        return taken.isPresent()
                ? taken.get().manifest()
                : new ServerDatabase(server.read(surroundings))
                        .work(
                                options -> ServerBackup.take(options, absolute, bytes -> report(bytes, output)),
                                "No backup was taken.");
    }

    private void report(long bytes, Output output) {
        if (bytes >= reported + REPORTED) {
            reported = bytes;
            output.remark((bytes >> 20) + " MiB written");
        }
    }

    private void note(Manifest manifest, Output output) {
        Optional<Path> configuration = server.configuration().filter(any -> !server.isNamedBySocket());
        if (configuration.isPresent()) {
            try {
                new KnownBackup(configuration.get()).note(manifest);
            } catch (IOException e) {
                output.warning("the backup is taken, but its number could not be noted beside " + configuration.get()
                        + ": a restore of an older one will not be noticed there.");
            }
        }
    }
}
