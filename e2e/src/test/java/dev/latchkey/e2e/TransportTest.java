package dev.latchkey.e2e;

import static dev.latchkey.e2e.ServerFixture.statusOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchkey.protocol.wire.KeyServerGrpc;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContextBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the listener lets through: TLS 1.3 with bounded messages, nothing else. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class TransportTest {
    private static final int READ_DEADLINE_MS = 20_000;

    private ServerFixture server;

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        server = ServerFixture.start(folder.resolve("server"));
    }

    @AfterAll
    void stop() {
        server.close();
    }

    @Test
    void tls13_fromAnyClient_isAccepted() throws Exception {
        try (SSLSocket socket = tls("TLSv1.3")) {
            socket.startHandshake();

            assertThat(socket.getSession().getProtocol()).isEqualTo("TLSv1.3");
        }
    }

    @Test
    void tls12_isRefused() throws Exception {
        try (SSLSocket socket = tls("TLSv1.2")) {
            assertThatThrownBy(socket::startHandshake).isInstanceOf(SSLException.class);
        }
    }

    @Test
    void plaintext_getsNoAnswer() throws Exception {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            socket.setSoTimeout(READ_DEADLINE_MS);
            OutputStream out = socket.getOutputStream();
            out.write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            out.flush();
            byte[] answer = socket.getInputStream().readAllBytes();

            assertThat(new String(answer, StandardCharsets.ISO_8859_1)).doesNotContain("HTTP");
            assertThat(answer.length).as("at most a TLS alert").isLessThanOrEqualTo(7);
        }
    }

    @Test
    void metadata_largerThanTheServerTakes_isRefused() throws Exception {
        Metadata large = new Metadata();
        large.put(Metadata.Key.of("padding", Metadata.ASCII_STRING_MARSHALLER), "x".repeat(20_000));
        ManagedChannel channel = channel();
        try {
            KeyServerGrpc.KeyServerBlockingStub stub = KeyServerGrpc.newBlockingStub(channel)
                    .withDeadlineAfter(20, TimeUnit.SECONDS)
                    .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(large));

            assertThat(statusOf(() -> stub.startLogin(RawClient.loginRequest("alice", Elements.ke1()))))
                    .isIn(Status.Code.INTERNAL, Status.Code.RESOURCE_EXHAUSTED, Status.Code.UNKNOWN);
        } finally {
            channel.shutdownNow();
        }
    }

    @Test
    void message_thatIsCompressed_isNotMadeLargerThanItCame() throws Exception {
        ManagedChannel channel = channel();
        try {
            KeyServerGrpc.KeyServerBlockingStub stub = KeyServerGrpc.newBlockingStub(channel)
                    .withDeadlineAfter(20, TimeUnit.SECONDS)
                    .withCompression("gzip");

            assertThat(statusOf(() -> stub.startLogin(RawClient.loginRequest("alice", Elements.ke1()))))
                    .isEqualTo(Status.Code.UNIMPLEMENTED);
        } finally {
            channel.shutdownNow();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"ff", "0a05", "0a02c328", "0a", "0affffffff0f"})
    void bytes_thatAreNoMessage_areMalformed(String hex) throws Exception {
        MethodDescriptor<byte[], byte[]> startLogin = KeyServerGrpc.getStartLoginMethod().toBuilder(
                        new BytesMarshaller(), new BytesMarshaller())
                .build();
        ManagedChannel channel = channel();
        try {
            assertThat(statusOf(() -> ClientCalls.blockingUnaryCall(
                            channel,
                            startLogin,
                            CallOptions.DEFAULT.withDeadlineAfter(20, TimeUnit.SECONDS),
                            HexFormat.of().parseHex(hex))))
                    .isEqualTo(Status.Code.INVALID_ARGUMENT);
        } finally {
            channel.shutdownNow();
        }
    }

    @Test
    void calls_whoseMessageNeverComes_keepNobodyOut() throws Exception {
        List<ManagedChannel> strangers = new ArrayList<>();
        try {
            for (int connection = 0; connection < 6; connection++) {
                ManagedChannel channel = channel();
                strangers.add(channel);
                for (int call = 0; call < 60; call++) {
                    channel.newCall(KeyServerGrpc.getStartLoginMethod(), CallOptions.DEFAULT)
                            .start(new ClientCall.Listener<>() {}, new Metadata());
                }
                // Answered after the headers before it on the same connection were taken in.
                KeyServerGrpc.KeyServerBlockingStub owner =
                        KeyServerGrpc.newBlockingStub(channel).withDeadlineAfter(20, TimeUnit.SECONDS);
                assertThat(owner.startLogin(RawClient.loginRequest("alice-" + connection, Elements.ke1()))
                                .getKe2()
                                .size())
                        .isEqualTo(320);
            }
        } finally {
            strangers.forEach(ManagedChannel::shutdownNow);
        }
    }

    private ManagedChannel channel() throws Exception {
        return NettyChannelBuilder.forAddress("localhost", server.port())
                .sslContext(GrpcSslContexts.configure(SslContextBuilder.forClient())
                        .trustManager(server.deployment().ca().toFile())
                        .build())
                .build();
    }

    private SSLSocket tls(String version) throws Exception {
        KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
        trusted.load(null, null);
        try (InputStream ca = Files.newInputStream(server.deployment().ca())) {
            trusted.setCertificateEntry(
                    "ca", CertificateFactory.getInstance("X.509").generateCertificate(ca));
        }
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket("localhost", server.port());
        socket.setSoTimeout(READ_DEADLINE_MS);
        socket.setEnabledProtocols(new String[] {version});
        return socket;
    }

    private static final class BytesMarshaller implements MethodDescriptor.Marshaller<byte[]> {
        @Override
        public InputStream stream(byte[] bytes) {
            return new ByteArrayInputStream(bytes);
        }

        @Override
        public byte[] parse(InputStream in) {
            try {
                return in.readAllBytes();
            } catch (IOException broken) {
                throw new UncheckedIOException(broken);
            }
        }
    }
}
