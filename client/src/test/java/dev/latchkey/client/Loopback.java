package dev.latchkey.client;

import dev.latchkey.client.testserver.InMemoryService;
import dev.latchkey.client.testserver.Steps;
import dev.latchkey.client.testserver.TestAuthority;
import dev.latchkey.client.testserver.TestServer;
import dev.latchkey.protocol.AccountName;
import dev.latchkey.protocol.InvalidInputException;
import dev.latchkey.protocol.Label;
import dev.latchkey.protocol.Password;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A server whose steps a test may bend, and a client that trusts it, does not sleep and tells its steps. */
final class Loopback implements AutoCloseable {

    private static final TestAuthority AUTHORITY = TestAuthority.create();
    private static final Path CA = writeAuthority();

    private final InMemoryService service;
    private final List<KeyClient> clients = new ArrayList<>();
    private final List<Duration> pauses = new ArrayList<>();
    private final List<Step> told = new ArrayList<>();
    private final ServerAddress address;
    private Runnable duringPauses = () -> {};
    private TestServer server;

    private Loopback(Steps steps) {
        this.service = new InMemoryService(steps);
        this.server = TestServer.start(service, AUTHORITY.forLoopback());
        this.address = server.address();
    }

    static Loopback honest() {
        return new Loopback(new Steps());
    }

    static Loopback with(Steps steps) {
        return new Loopback(steps);
    }

    static TestAuthority authority() {
        return AUTHORITY;
    }

    static Path ca() {
        return CA;
    }

    InMemoryService service() {
        return service;
    }

    ServerAddress address() {
        return address;
    }

    /** The pauses that clients would have made. */
    List<Duration> pauses() {
        return pauses;
    }

    /** The steps that clients told, in their order. */
    List<Step> told() {
        return told;
    }

    /** The server's process ends. */
    void stop() {
        server.close();
    }

    /** A process takes the place of one that has ended, on the same port and with the same memory. */
    void startAgain() {
        server = TestServer.start(service, AUTHORITY.forLoopback(), "TLSv1.3", address.port());
    }

    /** A client on a device of its own; closed with this. */
    KeyClient newClient() throws KeyClientException {
        return newClient(builder());
    }

    KeyClient newClient(KeyClient.Builder builder) throws KeyClientException {
        KeyClient client = builder.build();
        clients.add(client);
        return client;
    }

    /** Runs instead of every pause from now on. */
    void duringPauses(Runnable work) {
        duringPauses = work;
    }

    KeyClient.Builder builder() {
        return builder(address);
    }

    /** A client that goes another way to the server. */
    KeyClient.Builder builder(ServerAddress way) {
        return KeyClient.builder(way)
                .trust(CA)
                .ksfFloor(InMemoryService.KSF)
                .pause(this::pass)
                .progress(told::add);
    }

    private void pass(Duration pause) {
        pauses.add(pause);
        duringPauses.run();
    }

    @Override
    public void close() {
        clients.forEach(KeyClient::close);
        server.close();
    }

    static AccountName name(String text) {
        try {
            return AccountName.of(text);
        } catch (InvalidInputException e) {
            throw new IllegalArgumentException(e);
        }
    }

    static Password password(String text) {
        try {
            return Password.of(text.toCharArray());
        } catch (InvalidInputException e) {
            throw new IllegalArgumentException(e);
        }
    }

    static Label label(String text) {
        try {
            return Label.of(text);
        } catch (InvalidInputException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private static Path writeAuthority() {
        try {
            Path folder = Files.createTempDirectory("latchkey-client-test");
            // The last that is named goes first.
            folder.toFile().deleteOnExit();
            Path file = AUTHORITY.writeTo(folder);
            file.toFile().deleteOnExit();
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
