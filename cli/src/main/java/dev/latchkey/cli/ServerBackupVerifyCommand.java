package dev.latchkey.cli;

import dev.latchkey.server.ServerBackup;
import dev.latchkey.server.ServerStartException;
import dev.latchkey.server.backup.BackupException;
import dev.latchkey.server.backup.Manifest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
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

    private static final Path DEFAULT = new ServerFolder(Path.of(ServerFolder.DEFAULT)).configuration();

    private final Surroundings surroundings;
    private final LatchkeyCommand root;

    @Parameters(paramLabel = "FILE", description = "The backup.")
    private Path file;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "A configuration that names the root key; " + ServerFolder.DEFAULT
                    + "/latchkey.toml if it is there and none is given.")
    private Path configuration;

    @Option(names = "--key", paramLabel = "KEY", description = "By whom it must be signed, as backup showed it.")
    private String key;

    ServerBackupVerifyCommand(Surroundings surroundings, LatchkeyCommand root) {
        this.surroundings = surroundings;
        this.root = root;
    }

    @Override
    public Integer call() throws CommandFailure {
        ServerConfig config = ServerConfigReader.read(
                configuration != null
                        ? Optional.of(configuration)
                        : Optional.of(DEFAULT).filter(Files::exists),
                surroundings);
        try {
            Manifest manifest = ServerBackup.verify(ServerRunner.options(config), file, Optional.ofNullable(key));
            new Output(surroundings, root.global().json())
                    .result(
                            BackupForm.text(manifest) + System.lineSeparator() + System.lineSeparator()
                                    + "It is whole: every chunk opens, and every digest is what it must be.",
                            () -> BackupForm.json(file, manifest));
            return ExitCode.OK.number();
        } catch (ServerStartException e) {
            throw ServerRunner.explain(e, CommandFailure.NOTHING_CHANGED);
        } catch (BackupException e) {
            throw BackupForm.explain(e, CommandFailure.NOTHING_CHANGED);
        }
    }
}
