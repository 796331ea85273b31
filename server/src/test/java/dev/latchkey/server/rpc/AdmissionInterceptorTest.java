package dev.latchkey.server.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.latchkey.protocol.wire.KeyServerGrpc;
import dev.latchkey.protocol.wire.SealedCall;
import dev.latchkey.protocol.wire.SealedMessage;
import dev.latchkey.server.peer.RawHttp2;
import io.grpc.Server;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Calls whose peer takes no answer: HTTP/2 lets it say that the server may send none. */
final class AdmissionInterceptorTest {
    private static final String CALL = KeyServerGrpc.getCallMethod().getFullMethodName();
    private static final int OPEN = 2;
    private static final int DEADLINE_MILLIS = 20_000;
    private static final int ATTEMPTS = 200;
    private static final int PAUSE_MILLIS = 100;

    private final AdmissionInterceptor admission = new AdmissionInterceptor(
            new AdmissionInterceptor.Bounds(OPEN, 1, Duration.ofMillis(1), Duration.ofMillis(1)));
    private final Semaphore answered = new Semaphore(0);
    private Server server;

    @BeforeEach
    void start() throws Exception {
        server = NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .addService(new Answers())
                .intercept(admission)
                .addStreamTracerFactory(new EndableCalls())
                .build()
                .start();
    }

    @AfterEach
    void stop() throws Exception {
        server.shutdownNow();
        server.awaitTermination(DEADLINE_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** Again where it is refused: who was answered has given its place back a moment later. */
    private void callUntilAnswered(RawHttp2 peer) throws Exception {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            peer.write(peer.call(CALL), peer.message(new byte[0]));
            if (answered.tryAcquire(PAUSE_MILLIS, TimeUnit.MILLISECONDS)) {
                return;
            }
        }
        throw new AssertionError("was not answered");
    }

    @Test
    void answer_thatIsNotTaken_leavesItsPlaceToOthers() throws Exception {
        try (RawHttp2 never = RawHttp2.plain(server.getPort());
                RawHttp2 other = RawHttp2.plain(server.getPort())) {
            never.begin(0);
            callUntilAnswered(never);
            other.begin(65_535);

            callUntilAnswered(other);
        }
    }

    @Test
    void answer_thatIsNotTakenInTime_isDropped() throws Exception {
        ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
        try (RawHttp2 never = RawHttp2.plain(server.getPort());
                RawHttp2 other = RawHttp2.plain(server.getPort())) {
            never.begin(0);
            for (int i = 0; i < OPEN; i++) {
                callUntilAnswered(never);
            }

            ScheduledFuture<?> looking =
                    timer.scheduleWithFixedDelay(admission::endOverdue, 0, 10, TimeUnit.MILLISECONDS);

            for (int i = 0; i < OPEN; i++) {
                assertThat(never.readUntil(RawHttp2.RST_STREAM, DEADLINE_MILLIS))
                        .isTrue();
            }
            looking.cancel(false);
            other.begin(65_535);
            callUntilAnswered(other);
        } finally {
            timer.shutdownNow();
        }
    }

    private final class Answers extends KeyServerGrpc.KeyServerImplBase {
        @Override
        public void call(SealedCall request, StreamObserver<SealedMessage> observer) {
            observer.onNext(SealedMessage.newBuilder()
                    .setSealed(request.getSealed().concat(ByteString.copyFrom(new byte[100])))
                    .build());
            observer.onCompleted();
            answered.release();
        }
    }
}
