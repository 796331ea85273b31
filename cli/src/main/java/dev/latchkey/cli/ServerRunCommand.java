package dev.latchkey.cli;

import com.google.gson.JsonObject;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Runs a server that was set up for keeping. */
@Command(
        name = "run",
        description = {
            "Run the server that a configuration file describes.",
            "",
            "Each setting can also be given as a variable, which then goes before the file: LATCHKEY_LISTEN,"
                    + " LATCHKEY_STORAGE_URL, LATCHKEY_TLS_CERTIFICATE, LATCHKEY_TLS_KEY, LATCHKEY_KEYS_ROOT. SIGTERM lets"
                    + " requests under way end, and stops. SIGHUP has a renewed certificate taken at once.",
            ""
        })
final class ServerRunCommand implements Callable<Integer> {

    private final Surroundings surroundings;
    private final LatchkeyCommand root;

    @Mixin
    private ServerConfigOption configuration;

    ServerRunCommand(Surroundings surroundings, LatchkeyCommand root) {
        this.surroundings = surroundings;
        this.root = root;
    }

    @Override
    public Integer call() throws CommandFailure {
        ServerConfig config = configuration.read(surroundings).lookingAgain(() -> configuration.read(surroundings));
        Output output = new Output(surroundings, root.global().json());
        new ServerRunner(surroundings).reloading().run(config, address -> {
            JsonObject data = new JsonObject();
            data.addProperty("server", address.toString());
            output.result("The server listens at " + address + ". Stop it with Ctrl-C or SIGTERM.", data);
        });
        return ExitCode.OK.number();
    }
}
