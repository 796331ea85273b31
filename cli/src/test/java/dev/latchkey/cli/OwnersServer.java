package dev.latchkey.cli;

import dev.latchkey.client.KeyClient;
import dev.latchkey.client.ServerAddress;
import dev.latchkey.opaque.KsfParameters;
import dev.latchkey.protocol.AccountName;
import dev.latchkey.protocol.Password;
import dev.latchkey.server.KeyServer;
import dev.latchkey.server.ServerOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;

/** A real server with accounts at it, and the worlds of their owners' commands. */
final class OwnersServer implements AutoCloseable {

    static final String PASSWORD = "Möwe über dem Watt";

    /** As weak as a client accepts at a login. Where a password is chosen, it wants more. */
    private static final KsfParameters LEAST = new KsfParameters(19456, 2, 1);

    private final Path files;
    private final ServerFolder folder;
    private KeyServer server;

    private OwnersServer(Path files, ServerFolder folder, KeyServer server) {
        this.files = files;
        this.folder = folder;
        this.server = server;
    }

    /** One at which a password costs little: for all that is not about choosing one. */
    static OwnersServer start(Path files) throws Exception {
        return start(files, LEAST);
    }

    /** One at which a password costs what it does anywhere, and another can be chosen. */
    static OwnersServer startToChooseAt(Path files) throws Exception {
        return start(files, KsfParameters.DEFAULT);
    }

    private static OwnersServer start(Path files, KsfParameters ksf) throws Exception {
        ServerFolder folder = new ServerFolder(files.resolve("server"));
        new ServerSetup(folder, new SecureRandom(), Clock.systemUTC()).makeKeys();
        Files.writeString(files.resolve("password"), PASSWORD + "\n");
        ServerConfig config = folder.config(new ListenAddress("localhost", 0));
        // What a password costs is settled by the first start.
        KeyServer.start(ServerOptions.builder()
                        .listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                        .storage(config.storage())
                        .rootKey(config.rootKey())
                        .certificate(config.tls().certificate())
                        .certificateKey(config.tls().key())
                        .ksf(ksf)
                        .build())
                .close();
        return new OwnersServer(files, folder, ServerRunner.start(config));
    }

    /** Opens an account, whose name is that of the device's folder too, as the command does, at any cost of a password. */
    World register(String account) throws Exception {
        World world = device(account);
        Surroundings surroundings = world.surroundings();
        Clients clients = new Clients(surroundings, false);
        Destination destination = new Destination(
                new ServerAddress("localhost", port()), Optional.of(authority()), AccountName.of(account));
        try (StretchingNotice notice = new StretchingNotice(surroundings, false);
                KeyClient client =
                        clients.builder(destination, notice).ksfFloor(LEAST).build();
                Password password = Password.of(PASSWORD.toCharArray())) {
            client.register(destination.account(), password);
        }
        clients.home().remember(new Remembered(destination.server().toString(), account, destination.ca()));
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
