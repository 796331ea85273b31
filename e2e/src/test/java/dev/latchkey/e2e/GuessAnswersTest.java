package dev.latchkey.e2e;

import static dev.latchkey.e2e.ServerFixture.refusalOf;
import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.protocol.UserId;
import dev.latchkey.protocol.wire.Refusal;
import dev.latchkey.protocol.wire.StartLoginResponse;
import dev.latchkey.server.KeyServer;
import dev.latchkey.server.store.GuessLimits;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A name that somebody has and one that nobody has, before and after their budgets are spent, on either store. */
final class GuessAnswersTest {
    private static final String OWNED = "owner-1";
    private static final String NOBODYS = "nobody1";

    @TempDir
    private Path folder;

    private TestDeployment deployment;
    private TestStore store;
    private KeyServer server;

    @AfterEach
    void stop() {
        server.shutdown(Duration.ofSeconds(5));
        store.close();
    }

    @Test
    void sqlite_knownAndUnknownName_getTheSameAnswersAndTheSameWait() throws Exception {
        deployment = TestDeployment.init(folder);
        store = TestStore.sqlite(deployment);
        compareAnswers();
    }

    @Test
    void postgresql_knownAndUnknownName_getTheSameAnswersAndTheSameWait() throws Exception {
        deployment = TestDeployment.init(folder);
        store = TestStore.postgresql(TestDeployment.CHEAP);
        compareAnswers();
    }

    private void compareAnswers() throws Exception {
        server = KeyServer.start(deployment.options().storage(store.location()).build());
        try (RawClient client = new RawClient(server.port(), deployment.ca())) {
            client.startRegistration(OWNED, UserId.random(client.random()), "seven quiet otters")
                    .complete();
            long begun = System.nanoTime();
            for (int i = 0; i < GuessLimits.DEFAULT.capacity(); i++) {
                StartLoginResponse known = answer(client, OWNED);
                StartLoginResponse unknown = answer(client, NOBODYS);
                assertThat(unknown.getSerializedSize()).isEqualTo(known.getSerializedSize());
                assertThat(unknown.getKsf()).isEqualTo(known.getKsf());
            }
            Refusal known = refusalOf(() -> answer(client, OWNED));
            Refusal unknown = refusalOf(() -> answer(client, NOBODYS));
            long elapsed = Duration.ofNanos(System.nanoTime() - begun).toMillis();

            assertThat(known.getReason()).isEqualTo(Refusal.Reason.REASON_GUESS_BUDGET);
            assertThat(unknown.getReason()).isEqualTo(known.getReason());
            assertThat(Math.abs(unknown.getRetryAfterMs() - known.getRetryAfterMs()))
                    .as("the waits differ by no more than the times at which the two were asked for")
                    .isLessThanOrEqualTo(elapsed);
            assertThat(unknown.getSerializedSize()).isEqualTo(known.getSerializedSize());
            assertAlike(refused(client, OWNED), refused(client, NOBODYS));
        }
    }

    private static StartLoginResponse answer(RawClient client, String name) {
        return client.stub().startLogin(RawClient.loginRequest(name, Elements.ke1()));
    }

    private static StatusRuntimeException refused(RawClient client, String name) {
        try {
            throw new AssertionError("a KE2 beyond the budget: " + answer(client, name));
        } catch (StatusRuntimeException refused) {
            return refused;
        }
    }

    private static void assertAlike(StatusRuntimeException known, StatusRuntimeException unknown) {
        Status status = unknown.getStatus();
        assertThat(status.getCode()).isEqualTo(known.getStatus().getCode());
        assertThat(status.getDescription()).isEqualTo(known.getStatus().getDescription());
        Metadata trailers = unknown.getTrailers();
        assertThat(trailers.keys()).isEqualTo(known.getTrailers().keys());
    }
}
