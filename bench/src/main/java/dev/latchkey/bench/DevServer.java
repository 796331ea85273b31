package dev.latchkey.bench;

import dev.latchkey.bench.load.StartedServer;
import dev.latchkey.client.ServerAddress;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Pattern;

/** {@code latchkey server --dev} in a process of its own, with its data in a folder of the caller's. */
final class DevServer implements AutoCloseable {

    private static final Pattern LISTENS = Pattern.compile("  export LATCHKEY_SERVER=(.*)");
    private static final Duration START = Duration.ofSeconds(60);

    private final StartedServer server;
    private final Path authority;

    private DevServer(StartedServer server, Path authority) {
        this.server = server;
        this.authority = authority;
    }

    /** Starts it on a free port and waits until it says which. */
    static DevServer start(Path folder) throws IOException {
        ProcessBuilder builder = StartedServer.latchkey("server", "--dev", "--data", folder.toString(), "--port", "0")
                .redirectError(ProcessBuilder.Redirect.INHERIT);
        return new DevServer(StartedServer.start(builder, LISTENS, START), folder.resolve("ca.pem"));
    }

    ServerAddress address() {
        return ServerAddress.parse(server.listensAt());
    }

    /** The PEM file with the authority that vouches for it. */
    Path authority() {
        return authority;
    }

    @Override
    public void close() {
        server.close();
    }
}
