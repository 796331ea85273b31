package dev.latchkey.server.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.latchkey.protocol.wire.KeyServerGrpc;
import dev.latchkey.protocol.wire.SealedCall;
import dev.latchkey.protocol.wire.SealedMessage;
import dev.latchkey.server.peer.RawHttp2;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Calls whose peer takes no answer, for HTTP/2 lets it say that the server may send none; or completes no message. */
final class AdmissionInterceptorTest {
    private static final String CALL = KeyServerGrpc.getCallMethod().getFullMethodName();
    private static final SealedCall SLOW =
            SealedCall.newBuilder().setSealed(ByteString.copyFromUtf8("slow")).build();
    private static final int OPEN = 2;
    private static final int DEADLINE_MILLIS = 20_000;
    private static final int ATTEMPTS = 200;
    private static final int PAUSE_MILLIS = 100;

    private static final Duration SHORT = Duration.ofMillis(1);
    private static final int ROUNDS = 20;
    private static final int CALLS = 16;

    private final Semaphore answered = new Semaphore(0);
    private final Semaphore started = new Semaphore(0);
    private final Semaphore begun = new Semaphore(0);
    private final Semaphore goOn = new Semaphore(0);
    private final Semaphore refused = new Semaphore(0);
    private final BlockingQueue<Status.Code> ended = new LinkedBlockingQueue<>();
    private AdmissionInterceptor admission;
    private Turns turns;
    private Server server;

    @BeforeEach
    void start() throws Exception {
        start(new AdmissionInterceptor.Bounds(OPEN, SHORT, SHORT));
    }

    private void start(AdmissionInterceptor.Bounds bounds) throws Exception {
        admission = new AdmissionInterceptor(bounds);
        turns = new Turns(1, Thread::new);
        server = NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .addService(new Answers())
                .addService(new Healthy())
                .intercept(admission)
                .intercept(new Started())
                .addStreamTracerFactory(new EndableCalls())
                .directExecutor()
                .callExecutor(turns)
                .build()
                .start();
    }

    @AfterEach
    void stop() throws Exception {
        server.shutdownNow();
        server.awaitTermination(DEADLINE_MILLIS, TimeUnit.MILLISECONDS);
        turns.close();
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

    @Test
    void calls_thatAreOnlyBegun_giveWayToOneThatIsComplete() throws Exception {
        try (RawHttp2 never = RawHttp2.plain(server.getPort());
                RawHttp2 other = RawHttp2.plain(server.getPort())) {
            never.begin(65_535);
            for (int i = 0; i < OPEN; i++) {
                never.write(never.call(CALL));
            }
            await(started, OPEN);
            other.begin(65_535);

            other.write(other.call(CALL), other.message(new byte[0]));

            await(answered, 1);
            assertThat(never.readUntil(RawHttp2.HEADERS, DEADLINE_MILLIS)).isTrue();
        }
    }

    @ParameterizedTest
    @CsvSource({"60000,16384", "200,1"})
    void message_thatHoldsMoreThanThereIsRoomFor_isGivenUpBeforeItIsComplete(int bytes, int frame) throws Exception {
        try (RawHttp2 never = RawHttp2.plain(server.getPort())) {
            never.begin(65_535);
            never.write(never.call(CALL));
            await(started, 1);

            never.write(never.beginningOf(1 << 20, bytes, frame));

            assertThat(never.readUntil(RawHttp2.HEADERS, DEADLINE_MILLIS)).isTrue();
            assertThat(never.readUntil(RawHttp2.RST_STREAM, DEADLINE_MILLIS)).isTrue();
        }
    }

    @Test
    void healthCheck_whileThereIsNoPlace_isAnswered() throws Exception {
        try (RawHttp2 slow = RawHttp2.plain(server.getPort());
                RawHttp2 balancer = RawHttp2.plain(server.getPort())) {
            slow.begin(65_535);
            slow.write(slow.call(CALL), slow.message(SLOW.toByteArray()));
            await(begun, 1);
            balancer.begin(65_535);

            balancer.write(
                    balancer.call(HealthGrpc.getCheckMethod().getFullMethodName()), balancer.message(new byte[0]));

            assertThat(balancer.readUntil(RawHttp2.DATA, DEADLINE_MILLIS)).isTrue();
        } finally {
            goOn.release();
        }
    }

    @Test
    void call_whoseTurnDoesNotComeInTime_isAskedToComeBack() throws Exception {
        ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
        try (RawHttp2 slow = RawHttp2.plain(server.getPort());
                RawHttp2 other = RawHttp2.plain(server.getPort())) {
            slow.begin(65_535);
            slow.write(slow.call(CALL), slow.message(SLOW.toByteArray()));
            await(begun, 1);
            other.begin(65_535);
            other.write(other.call(CALL), other.message(new byte[0]));
            // What is behind it is answered when it has been taken in.
            other.write(other.call(HealthGrpc.getCheckMethod().getFullMethodName()), other.message(new byte[0]));
            assertThat(other.readUntil(RawHttp2.DATA, DEADLINE_MILLIS)).isTrue();
            assertThat(other.readUntil(RawHttp2.HEADERS, DEADLINE_MILLIS)).isTrue();

            ScheduledFuture<?> looking =
                    timer.scheduleWithFixedDelay(admission::endOverdue, 0, 10, TimeUnit.MILLISECONDS);

            assertThat(other.readUntil(RawHttp2.HEADERS, DEADLINE_MILLIS)).isTrue();
            looking.cancel(false);
            assertThat(refused.availablePermits()).isEqualTo(1);
            assertThat(answered.availablePermits()).isZero();
        } finally {
            goOn.release();
            timer.shutdownNow();
        }
    }

    @Test
    void call_thatBringsASecondMessage_isEndedAtOnceAsMalformed() throws Exception {
        try (RawHttp2 slow = RawHttp2.plain(server.getPort());
                RawHttp2 other = RawHttp2.plain(server.getPort())) {
            slow.begin(65_535);
            slow.write(slow.call(CALL), slow.message(SLOW.toByteArray()));
            await(begun, 1);
            other.begin(65_535);

            other.write(other.call(CALL), other.beginningOf(0, 0, 1), other.beginningOf(0, 0, 1));

            assertThat(other.readUntil(RawHttp2.HEADERS, DEADLINE_MILLIS)).isTrue();
            assertThat(other.readUntil(RawHttp2.RST_STREAM, DEADLINE_MILLIS)).isTrue();
            assertThat(ended.poll()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        } finally {
            goOn.release();
        }
    }

    /** So often that one's turn comes while its old deadline is looked at. */
    @Test
    void call_whoseTurnComesWhileDeadlinesAreLookedAt_isAnswered() throws Exception {
        stop();
        start(new AdmissionInterceptor.Bounds(2 * CALLS, Duration.ofNanos(1), Duration.ofMinutes(1)));
        AtomicBoolean over = new AtomicBoolean();
        for (int round = 0; round < ROUNDS; round++) {
            over.set(false);
            Thread looking = new Thread(() -> {
                while (!over.get()) {
                    admission.endOverdue();
                }
            });
            try (RawHttp2 peer = RawHttp2.plain(server.getPort())) {
                peer.begin(65_535);
                peer.write(peer.call(CALL), peer.message(SLOW.toByteArray()));
                await(begun, 1);
                for (int i = 0; i < CALLS; i++) {
                    peer.write(peer.call(CALL), peer.message(new byte[0]));
                }
                peer.write(peer.ping());
                assertThat(peer.readUntilPinged(DEADLINE_MILLIS)).isTrue();
                looking.start();

                goOn.release();

                for (int i = 0; i <= CALLS; i++) {
                    assertThat(ended.poll(DEADLINE_MILLIS, TimeUnit.MILLISECONDS))
                            .isEqualTo(Status.Code.OK);
                }
            } finally {
                over.set(true);
                looking.join();
            }
        }
    }

    private static void await(Semaphore events, int number) throws InterruptedException {
        assertThat(events.tryAcquire(number, DEADLINE_MILLIS, TimeUnit.MILLISECONDS))
                .isTrue();
    }

    /** Says when the server has taken a call's headers in, and is told when it has too much to do. */
    private final class Started implements ServerInterceptor {
        private final Tally tally = new Tally() {
            @Override
            public void bound(Bound what) {
                refused.release();
            }
        };

        @Override
        public <Q, A> ServerCall.Listener<Q> interceptCall(
                ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
            try {
                return Contexts.interceptCall(
                        Context.current().withValue(Tally.OF_CALL, tally), new Ended<>(call), headers, next);
            } finally {
                started.release();
            }
        }
    }

    private final class Ended<Q, A> extends SimpleForwardingServerCall<Q, A> {
        Ended(ServerCall<Q, A> call) {
            super(call);
        }

        @Override
        public void close(Status status, Metadata trailers) {
            ended.add(status.getCode());
            super.close(status, trailers);
        }
    }

    private static final class Healthy extends HealthGrpc.HealthImplBase {
        @Override
        public void check(HealthCheckRequest request, StreamObserver<HealthCheckResponse> observer) {
            observer.onNext(HealthCheckResponse.newBuilder()
                    .setStatus(HealthCheckResponse.ServingStatus.SERVING)
                    .build());
            observer.onCompleted();
        }
    }

    private final class Answers extends KeyServerGrpc.KeyServerImplBase {
        @Override
        public void call(SealedCall request, StreamObserver<SealedMessage> observer) {
            if (request.equals(SLOW)) {
                begun.release();
                goOn.acquireUninterruptibly();
            }
            observer.onNext(SealedMessage.newBuilder()
                    .setSealed(request.getSealed().concat(ByteString.copyFrom(new byte[100])))
                    .build());
            observer.onCompleted();
            answered.release();
        }
    }
}
