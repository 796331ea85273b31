package dev.latchkey.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Which server a command is about. */
final class ServerConfigOption {

    private static final Path DEFAULT = new ServerFolder(Path.of(ServerFolder.DEFAULT)).configuration();

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "The server's configuration; " + ServerFolder.DEFAULT
                    + "/latchkey.toml if it is there and none is given.")
    private Path configuration;

    ServerConfig read(Surroundings surroundings) throws CommandFailure {
        return ServerConfigReader.read(file(), surroundings);
    }

    /** The file itself, if there is one. */
    Optional<Path> file() {
        return configuration != null
                ? Optional.of(configuration)
                : Optional.of(DEFAULT).filter(Files::exists);
    }
}
