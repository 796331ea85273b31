package dev.latchkey.cli;

import com.google.gson.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Runs a server that was set up for keeping. */
@Command(
        name = "run",
        description = {
            "Run the server that a configuration file describes.",
            "",
            "Each setting can also be given as a variable, which then goes before the file: LATCHKEY_LISTEN,"
                    + " LATCHKEY_STORAGE_URL, LATCHKEY_TLS_CERTIFICATE, LATCHKEY_TLS_KEY, LATCHKEY_KEYS_ROOT. SIGTERM lets"
                    + " requests under way end, and stops.",
            ""
        })
final class ServerRunCommand implements Callable<Integer> {

    private static final Path DEFAULT = new ServerFolder(Path.of(ServerFolder.DEFAULT)).configuration();

    private final Surroundings surroundings;
    private final LatchkeyCommand root;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description =
                    "The configuration; " + ServerFolder.DEFAULT + "/latchkey.toml if it is there and none is given.")
    private Path configuration;

    ServerRunCommand(Surroundings surroundings, LatchkeyCommand root) {
        this.surroundings = surroundings;
        this.root = root;
    }

    @Override
    public Integer call() throws CommandFailure {
        ServerConfig config = ServerConfigReader.read(file(), surroundings);
        Output output = new Output(surroundings, root.global().json());
        new ServerRunner(surroundings).run(config, address -> {
            JsonObject data = new JsonObject();
            data.addProperty("server", address.toString());
            output.result("The server listens at " + address + ". Stop it with Ctrl-C or SIGTERM.", data);
        });
        return ExitCode.OK.number();
    }

    private Optional<Path> file() {
        return configuration != null
                ? Optional.of(configuration)
                : Optional.of(DEFAULT).filter(Files::exists);
    }
}
