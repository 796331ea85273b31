package dev.latchkey.server.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.protocol.wire.KeyServerGrpc;
import dev.latchkey.protocol.wire.SealedCall;
import dev.latchkey.protocol.wire.SealedMessage;
import dev.latchkey.server.peer.RawHttp2;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class MalformedMessagesTest {
    private static final int DEADLINE_MILLIS = 20_000;
    private static final int BYTES = 4096;

    private final Semaphore parsed = new Semaphore(0);

    @Test
    void message_isParsedWhenItsCallIsComplete_andNotBefore() throws Exception {
        Server server = NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .addService(MalformedMessages.admit(
                        () -> ServerInterceptors.intercept(new Answers(), new SeesMessages(parsed))))
                .directExecutor()
                .build()
                .start();
        try (RawHttp2 peer = RawHttp2.plain(server.getPort())) {
            peer.begin(65_535);
            peer.write(
                    peer.call(KeyServerGrpc.getCallMethod().getFullMethodName()),
                    peer.beginningOf(BYTES, BYTES, BYTES),
                    peer.ping());
            assertThat(peer.readUntilPinged(DEADLINE_MILLIS)).isTrue();
            assertThat(parsed.availablePermits()).isZero();

            peer.write(peer.complete());

            assertThat(peer.readUntil(RawHttp2.DATA, DEADLINE_MILLIS)).isTrue();
            assertThat(parsed.availablePermits()).isEqualTo(1);
        } finally {
            server.shutdownNow().awaitTermination(DEADLINE_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    /** Also not as a fault of the server, which a stranger could count up. */
    @Test
    void call_withoutAMessage_isMalformed() throws Exception {
        Server server = NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .addService(MalformedMessages.admit(new Answers()))
                .directExecutor()
                .build()
                .start();
        ManagedChannel channel = NettyChannelBuilder.forAddress(
                        server.getListenSockets().get(0))
                .usePlaintext()
                .build();
        CompletableFuture<Status> end = new CompletableFuture<>();
        try {
            ClientCall<SealedCall, SealedMessage> call =
                    channel.newCall(KeyServerGrpc.getCallMethod(), CallOptions.DEFAULT);
            call.start(
                    new ClientCall.Listener<>() {
                        @Override
                        public void onClose(Status status, Metadata trailers) {
                            end.complete(status);
                        }
                    },
                    new Metadata());

            call.halfClose();

            assertThat(end.get(DEADLINE_MILLIS, TimeUnit.MILLISECONDS).getCode())
                    .isEqualTo(Status.Code.INVALID_ARGUMENT);
        } finally {
            channel.shutdownNow();
            server.shutdownNow().awaitTermination(DEADLINE_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    private static final class Answers extends KeyServerGrpc.KeyServerImplBase {
        @Override
        public void call(SealedCall request, StreamObserver<SealedMessage> observer) {
            observer.onNext(SealedMessage.getDefaultInstance());
            observer.onCompleted();
        }
    }

    private record SeesMessages(Semaphore seen) implements ServerInterceptor {
        @Override
        public <Q, A> ServerCall.Listener<Q> interceptCall(
                ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
            return new SimpleForwardingServerCallListener<>(next.startCall(call, headers)) {
                @Override
                public void onMessage(Q message) {
                    super.onMessage(message);
                    seen.release();
                }
            };
        }
    }
}
