package dev.latchkey.bench.load;

import com.google.protobuf.ByteString;
import dev.latchkey.protocol.wire.KeyServerGrpc;
import dev.latchkey.protocol.wire.SealedCall;
import dev.latchkey.protocol.wire.SealedMessage;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.concurrent.Executors;

/**
 * The bare stack: gRPC over the same TLS with as many threads as the key server has, and a call that answers with as many
 * bytes as it was told to.
 *
 * <p>The session id of the request says how many; nothing is checked or sealed. With a second argument, a folder, each
 * call is answered after a {@link BareRetrieve} in a database there; without, nothing is stored.
 */
final class EchoMain {

    private EchoMain() {}

    public static void main(String[] arguments) throws Exception {
        Path folder = Path.of(arguments[0]);
        Server server = NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .sslContext(GrpcSslContexts.forServer(
                                folder.resolve("server.pem").toFile(),
                                folder.resolve("server-key.pem").toFile())
                        .protocols("TLSv1.3")
                        .build())
                .executor(Executors.newFixedThreadPool(
                        Math.max(16, 4 * Runtime.getRuntime().availableProcessors())))
                .addService(arguments.length > 1 ? new Storing(new BareRetrieve(Path.of(arguments[1]))) : new Echo())
                .build()
                .start();
        System.out.println("port " + server.getPort());
        server.awaitTermination();
    }

    private static class Echo extends KeyServerGrpc.KeyServerImplBase {
        @Override
        public void call(SealedCall request, StreamObserver<SealedMessage> observer) {
            int bytes = request.getSessionId().asReadOnlyByteBuffer().getInt();
            observer.onNext(SealedMessage.newBuilder()
                    .setSealed(ByteString.copyFrom(new byte[bytes]))
                    .build());
            observer.onCompleted();
        }
    }

    /** Ends with the process, and its database with it. */
    private static final class Storing extends Echo {
        private final BareRetrieve retrieve;

        Storing(BareRetrieve retrieve) {
            this.retrieve = retrieve;
        }

        @Override
        public void call(SealedCall request, StreamObserver<SealedMessage> observer) {
            try {
                retrieve.run();
            } catch (SQLException e) {
                observer.onError(Status.INTERNAL
                        .withDescription(e.getMessage())
                        .withCause(e)
                        .asException());
                return;
            }
            super.call(request, observer);
        }
    }
}
