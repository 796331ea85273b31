package dev.latchkey.bench.load;

import dev.latchkey.protocol.wire.KeyServerGrpc;
import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** A connection of its own to a server, with TLS, made at the first call. */
public final class Connection implements AutoCloseable {

    private static final long DEADLINE_SECONDS = 20;

    private final ManagedChannel channel;

    private Connection(ManagedChannel channel) {
        this.channel = channel;
    }

    /** What the server must prove itself by; made once for many connections. */
    public static SslContext trust(Path authority) throws IOException {
        return GrpcSslContexts.forClient().trustManager(authority.toFile()).build();
    }

    public static Connection to(int port, SslContext trust) {
        return new Connection(NettyChannelBuilder.forAddress("localhost", port)
                .sslContext(trust)
                .directExecutor()
                .build());
    }

    KeyServerGrpc.KeyServerBlockingStub stub() {
        return KeyServerGrpc.newBlockingStub(channel).withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS);
    }

    @Override
    public void close() {
        channel.shutdownNow();
    }
}
