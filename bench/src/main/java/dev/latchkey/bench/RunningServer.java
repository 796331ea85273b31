package dev.latchkey.bench;

import dev.latchkey.bench.load.StartedServer;
import dev.latchkey.client.KeyClient;
import dev.latchkey.client.KeyClientException;
import dev.latchkey.client.ServerAddress;
import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Pattern;

/** {@code latchkey server run} in a process of its own, as an operator starts it. */
final class RunningServer implements AutoCloseable {

    private static final Pattern LISTENS = Pattern.compile("The server listens at (\\S+:\\d+)\\..*");
    private static final Duration START = Duration.ofMinutes(5);

    private final StartedServer server;
    private final Path authority;

    private RunningServer(StartedServer server, Path authority) {
        this.server = server;
        this.authority = authority;
    }

    /** Starts it and waits until it listens; what it logs goes to {@code log}. */
    static RunningServer start(Deployment deployment, Path log) throws IOException {
        ProcessBuilder builder = deployment.server().redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()));
        return new RunningServer(StartedServer.start(builder, LISTENS, START), deployment.authority());
    }

    /** From the start of the process until it listened. */
    double startSeconds() {
        return server.startTime().toNanos() / 1e9;
    }

    /** A client of it, which the caller closes. */
    KeyClient client() throws KeyClientException {
        return KeyClient.builder(ServerAddress.parse(server.listensAt()))
                .trust(authority)
                .ksfFloor(Deployment.KSF)
                .build();
    }

    /** A connection to it, which the caller shuts down. */
    ManagedChannel channel() throws IOException {
        return NettyChannelBuilder.forTarget(server.listensAt())
                .sslContext(GrpcSslContexts.forClient()
                        .trustManager(authority.toFile())
                        .build())
                .build();
    }

    @Override
    public void close() {
        server.close();
    }
}
