package dev.latchkey.client.testserver;

import dev.latchkey.client.ServerAddress;
import io.grpc.Server;
import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContextBuilder;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslProvider;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/** A server on a free loopback port, real from TLS to OPAQUE, whose memory is all it has. */
public final class TestServer implements AutoCloseable {

    private final Server server;

    private TestServer(Server server) {
        this.server = server;
    }

    /** Starts {@code service} behind TLS 1.3. */
    public static TestServer start(InMemoryService service, TestAuthority.Issued certificate) {
        return start(service, certificate, "TLSv1.3", 0);
    }

    /** Starts {@code service} behind one version of TLS, on {@code port}, or on a free one if that is 0. */
    public static TestServer start(
            InMemoryService service, TestAuthority.Issued certificate, String tlsVersion, int port) {
        try {
            SslContext context = GrpcSslContexts.configure(
                            SslContextBuilder.forServer(
                                    new ByteArrayInputStream(certificate.certificatePem()),
                                    new ByteArrayInputStream(certificate.keyPem())),
                            SslProvider.JDK)
                    .protocols(tlsVersion)
                    .build();
            return new TestServer(
                    builder(service, port).sslContext(context).build().start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Starts {@code service} without any TLS. */
    public static TestServer startPlaintext(InMemoryService service) {
        try {
            return new TestServer(builder(service, 0).build().start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The address under which the certificates of {@link TestAuthority#forLoopback()} hold. */
    public ServerAddress address() {
        return new ServerAddress("localhost", server.getPort());
    }

    /** Drops all connections and stops listening. */
    @Override
    public void close() {
        server.shutdownNow();
        try {
            server.awaitTermination();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static NettyServerBuilder builder(InMemoryService service, int port) {
        return NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
                .maxInboundMessageSize(2 << 20)
                .addService(service);
    }
}
