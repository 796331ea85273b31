package dev.latchkey.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.protocol.UserId;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The clock is set a day back in the middle of what an owner does. */
final class ClockTest {
    private static final Duration A_DAY_BACK = Duration.ofDays(-1);
    private static final String NAME = "owner";
    private static final String PASSWORD = "seven quiet otters at dusk";

    @TempDir
    private Path folder;

    private ServerFixture server;
    private RawClient client;

    @BeforeEach
    void start() throws Exception {
        server = ServerFixture.start(folder.resolve("server"));
        client = server.client();
    }

    @AfterEach
    void stop() {
        client.close();
        server.close();
    }

    @Test
    void registration_begunBefore_isCompletedAfterwards() throws Exception {
        RawHandshake begun = client.submitRecord(NAME, UserId.random(client.random()), PASSWORD);
        server.advance(A_DAY_BACK);

        assertThat(client.open(begun).complete().hasRegistrationCompleted()).isTrue();
    }

    @Test
    void login_begunBefore_isFinishedAfterwardsAndItsSessionServes() throws Exception {
        client.startRegistration(NAME, UserId.random(client.random()), PASSWORD).complete();
        RawHandshake begun = client.startLogin(NAME, PASSWORD);
        server.advance(A_DAY_BACK);
        RawSecrets secrets = new RawSecrets(client.open(begun));
        secrets.stored();
        server.advance(A_DAY_BACK);

        assertThat(secrets.list().getSecretsListed().getSecretsCount()).isEqualTo(1);
    }
}
