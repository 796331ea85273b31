package dev.latchkey.cli;

import dev.latchkey.server.ServerBackup;
import dev.latchkey.server.backup.Manifest;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Looks whether a backup is whole. */
@Command(
        name = "verify",
        description = {
            "Open a whole backup under the root key, take every digest anew, and check who signed it. Changes nothing.",
            ""
        })
final class ServerBackupVerifyCommand implements Callable<Integer> {

    private final Surroundings surroundings;
    private final LatchkeyCommand root;

    @Parameters(paramLabel = "FILE", description = "The backup.")
    private Path file;

    @Mixin
    private ServerConfigOption configuration;

    @Option(names = "--key", paramLabel = "KEY", description = "By whom it must be signed, as backup showed it.")
    private String key;

    ServerBackupVerifyCommand(Surroundings surroundings, LatchkeyCommand root) {
        this.surroundings = surroundings;
        this.root = root;
    }

    @Override
    public Integer call() throws CommandFailure {
        Manifest manifest = new ServerDatabase(configuration.read(surroundings))
                .work(
                        options -> ServerBackup.verify(options, file, Optional.ofNullable(key)),
                        CommandFailure.NOTHING_CHANGED);
        new Output(surroundings, root.global().json())
                .result(
                        BackupForm.text(manifest) + System.lineSeparator() + System.lineSeparator()
                                + "It is whole: every chunk opens, and every digest is what it must be.",
                        () -> BackupForm.json(file, manifest));
        return ExitCode.OK.number();
    }
}
