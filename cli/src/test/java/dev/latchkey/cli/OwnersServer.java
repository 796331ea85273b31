package dev.latchkey.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.server.KeyServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;

/** A real server with accounts at it, and the worlds of their owners' commands. */
final class OwnersServer implements AutoCloseable {

    static final String PASSWORD = "Möwe über dem Watt";

    private final Path files;
    private final ServerFolder folder;
    private KeyServer server;

    private OwnersServer(Path files, ServerFolder folder, KeyServer server) {
        this.files = files;
        this.folder = folder;
        this.server = server;
    }

    static OwnersServer start(Path files) throws Exception {
        ServerFolder folder = new ServerFolder(files.resolve("server"));
        new ServerSetup(folder, new SecureRandom(), Clock.systemUTC()).makeKeys();
        Files.writeString(files.resolve("password"), PASSWORD + "\n");
        return new OwnersServer(files, folder, ServerRunner.start(folder.config(new ListenAddress("localhost", 0))));
    }

    /** Opens an account, whose name is that of the device's folder too. */
    World register(String account) {
        World world = device(account);
        assertThat(world.run("register", account, "--password-file", passwordFile()))
                .isZero();
        return world;
    }

    /** A device with a folder of its own; server and authority stand in its variables. */
    World device(String home) {
        return new World()
                .variable("LATCHKEY_HOME", home(home).toString())
                .variable("LATCHKEY_SERVER", "localhost:" + server.port())
                .variable("LATCHKEY_CA", folder.authority().toString());
    }

    /** What a database that failed over does to sessions: after it there are none, and handshakes neither. */
    void restart() {
        try {
            int port = server.port();
            server.shutdown(Duration.ZERO);
            server = ServerRunner.start(folder.config(new ListenAddress("localhost", port)));
        } catch (CommandFailure e) {
            throw new AssertionError(e);
        }
    }

    int port() {
        return server.port();
    }

    Path authority() {
        return folder.authority();
    }

    Path home(String home) {
        return files.resolve("home-" + home);
    }

    String passwordFile() {
        return files.resolve("password").toString();
    }

    Path file(String name, String content) throws IOException {
        return Files.writeString(files.resolve(name), content);
    }

    Path path(String name) {
        return files.resolve(name);
    }

    @Override
    public void close() {
        server.close();
    }
}
