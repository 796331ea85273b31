package dev.latchkey.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.latchkey.protocol.wire.Refusal;
import dev.latchkey.server.KeyServer;
import dev.latchkey.server.ServerOptions;
import dev.latchkey.server.ServerStartException;
import dev.latchkey.server.store.ClockOffset;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.UnaryOperator;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** A real server on a real database in a folder of its own, its clock in the test's hands. */
final class ServerFixture implements AutoCloseable {
    private static final Metadata.Key<byte[]> REFUSAL =
            Metadata.Key.of("latchkey-refusal-bin", Metadata.BINARY_BYTE_MARSHALLER);

    private final TestDeployment deployment;
    private final ClockOffset clock = new ClockOffset();
    private final UnaryOperator<ServerOptions.Builder> settings;
    private KeyServer server;

    private ServerFixture(TestDeployment deployment, UnaryOperator<ServerOptions.Builder> settings) {
        this.deployment = deployment;
        this.settings = settings;
    }

    static ServerFixture start(Path folder) throws IOException, InterruptedException, ServerStartException {
        return start(folder, UnaryOperator.identity());
    }

    static ServerFixture start(Path folder, UnaryOperator<ServerOptions.Builder> settings)
            throws IOException, InterruptedException, ServerStartException {
        ServerFixture fixture = new ServerFixture(TestDeployment.init(folder), settings);
        fixture.server = KeyServer.start(fixture.options().build());
        return fixture;
    }

    ServerOptions.Builder options() {
        return settings.apply(deployment.options().clockOffset(clock));
    }

    TestDeployment deployment() {
        return deployment;
    }

    int port() {
        return server.port();
    }

    /** Of probes and metrics, if the settings ask for them. */
    int operationsPort() {
        return server.operationsPort().orElseThrow();
    }

    RawClient client() throws IOException {
        return new RawClient(port(), deployment.ca());
    }

    void advance(Duration step) {
        clock.advance(step);
    }

    /** Stops it and starts it again on the same files. */
    void restart() throws ServerStartException {
        server.shutdown(Duration.ofSeconds(5));
        server = KeyServer.start(options().build());
    }

    @Override
    public void close() {
        server.shutdown(Duration.ofSeconds(5));
    }

    static void assertRefused(ThrowingCallable call, Status.Code code) {
        assertThat(statusOf(call)).isEqualTo(code);
    }

    static Status.Code statusOf(ThrowingCallable call) {
        StatusRuntimeException refused = catchThrowableOfType(StatusRuntimeException.class, call);
        assertThat(refused).as("the call should have been refused").isNotNull();
        return refused.getStatus().getCode();
    }

    static Refusal refusalOf(ThrowingCallable call) throws IOException {
        StatusRuntimeException refused = catchThrowableOfType(StatusRuntimeException.class, call);
        assertThat(refused.getStatus().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
        return Refusal.parseFrom(refused.getTrailers().get(REFUSAL));
    }
}
