package dev.latchkey.e2e;

import dev.latchkey.protocol.UserId;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Tests at one server, each with an owner of its own. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class OwnersAtOneServer {
    static final String PASSWORD = "correct horse battery staple";

    ServerFixture server;
    RawClient client;
    String name;
    UserId user;
    private int names;

    @BeforeAll
    final void start(@TempDir Path folder) throws Exception {
        server = ServerFixture.start(folder.resolve("server"));
        client = server.client();
    }

    @AfterAll
    final void stop() {
        client.close();
        server.close();
    }

    @BeforeEach
    final void registerAnOwner() throws Exception {
        user = UserId.random(client.random());
        name = register(user);
    }

    /** One more, by name. */
    final String register(UserId id) throws Exception {
        String owner = "owner-" + names++;
        client.startRegistration(owner, id, PASSWORD).complete();
        return owner;
    }
}
