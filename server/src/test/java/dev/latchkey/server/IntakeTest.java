package dev.latchkey.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.latchkey.protocol.wire.KeyServerGrpc;
import dev.latchkey.protocol.wire.SealedCall;
import dev.latchkey.protocol.wire.SealedMessage;
import dev.latchkey.server.peer.AddressPrefix;
import dev.latchkey.server.peer.PeerTransport;
import dev.latchkey.server.peer.Relay;
import dev.latchkey.server.peer.TrustedProxies;
import dev.latchkey.server.rpc.AdmissionInterceptor;
import dev.latchkey.server.rpc.MalformedMessages;
import dev.latchkey.server.rpc.Tally;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A stranger at one address whose calls are complete, as many as the connections carry, and an owner at another. Work on a stranger's
 * call lasts until the test lets one of them go, so that nothing here depends on how fast the machine is.
 */
final class IntakeTest {
    private static final String PROXY = "127.0.0.2";
    private static final byte[] STRANGER =
            "PROXY TCP4 198.51.100.7 192.0.2.1 56324 443\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final Metadata.Key<byte[]> REFUSAL =
            Metadata.Key.of("latchkey-refusal-bin", Metadata.BINARY_BYTE_MARSHALLER);
    private static final SealedCall STRANGERS = SealedCall.newBuilder()
            .setSessionId(ByteString.copyFrom(new byte[16]))
            .setSealed(ByteString.copyFrom(new byte[64]))
            .build();
    private static final SealedCall OWNERS =
            STRANGERS.toBuilder().setSealed(ByteString.copyFrom(new byte[65])).build();

    /** It tells of each answer whose connection is gone. */
    private static final Logger STREAMS = Logger.getLogger("io.grpc.netty.shaded.io.grpc.netty.NettyServerHandler");

    private static final int WORKERS = 4;
    private static final int CALLS_A_CONNECTION = 64;

    /** Of all that wait. */
    private static final int ROOM = 2048;

    /** Nobody's time is over here, however slow the machine is. */
    private static final AdmissionInterceptor.Bounds UNHURRIED =
            new AdmissionInterceptor.Bounds(ROOM, Duration.ofMinutes(5), Duration.ofMinutes(5));

    /** Of the thousand that were there before the owner. Two are enough, but an answer may take its time to be seen. */
    private static final int FEW = 100;

    private static final int DEADLINE_SECONDS = 60;
    private static final int PAUSE_MILLIS = 50;

    private final Semaphore strangersBegun = new Semaphore(0);
    private final Semaphore strangersEnd = new Semaphore(0);
    private final Semaphore refusals = new Semaphore(0);
    private final List<ManagedChannel> channels = new ArrayList<>();
    private final Intake intake = new Intake(WORKERS, UNHURRIED, Thread::new, Thread::new);
    private Server server;
    private PeerTransport transport;
    private Relay strangersWay;
    private volatile boolean over;

    @BeforeEach
    void start() throws Exception {
        STREAMS.setLevel(Level.OFF);
        NettyServerBuilder builder =
                NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        transport = PeerTransport.of(
                new TrustedProxies(List.of(AddressPrefix.parse(PROXY).orElseThrow())), builder, Thread::new);
        intake.equip(builder);
        server = builder.addService(MalformedMessages.admit(new Works()))
                .addService(MalformedMessages.admit(new Healthy()))
                .intercept(new Watch())
                .build()
                .start();
        strangersWay = Relay.beginning(PROXY, server.getPort(), STRANGER, STRANGER.length);
    }

    @AfterEach
    void stop() throws Exception {
        over = true;
        strangersEnd.release(Integer.MAX_VALUE / 2);
        channels.forEach(ManagedChannel::shutdownNow);
        server.shutdownNow().awaitTermination(DEADLINE_SECONDS, TimeUnit.SECONDS);
        transport.close();
        intake.close();
        strangersWay.close();
    }

    @Test
    void callsOfOneAddress_asManyAsItKeepsUp_leaveAnotherItsTurn() throws Exception {
        int connections = 16;
        for (int i = 0; i < connections; i++) {
            ManagedChannel channel = channel(strangersWay.port());
            // One is left for what asks whether these have come.
            for (int j = 1; j < CALLS_A_CONNECTION; j++) {
                keepUp(channel);
            }
        }
        assertThat(strangersBegun.tryAcquire(WORKERS, DEADLINE_SECONDS, TimeUnit.SECONDS))
                .isTrue();
        // Those that were written before are there when each connection has answered this.
        for (ManagedChannel channel : channels) {
            assertThat(check(channel)).isEqualTo(HealthCheckResponse.ServingStatus.SERVING);
        }

        ManagedChannel home = channel(server.getPort());
        CompletableFuture<Status> owner = call(home, OWNERS);
        assertThat(check(home)).isEqualTo(HealthCheckResponse.ServingStatus.SERVING);
        int strangersServed = 0;
        while (!isAnswered(owner)) {
            strangersEnd.release();
            strangersServed++;
            assertThat(strangersServed).isLessThan(FEW);
        }

        System.out.printf(
                "fault calls kept up: %d from one address, of which at most %d were worked on before an owner's%n",
                connections * (CALLS_A_CONNECTION - 1), WORKERS + strangersServed);
        assertThat(owner.join().getCode()).isEqualTo(Status.Code.OK);
        assertThat(refusals.availablePermits()).isZero();
    }

    @Test
    void callsThatAreTooMany_areRefusedAsSuch_andCounted_andOthersServed() throws Exception {
        int connections = ROOM / CALLS_A_CONNECTION + 2;
        List<CompletableFuture<Status>> strangers = new ArrayList<>();
        for (int i = 0; i < connections; i++) {
            ManagedChannel channel = channel(strangersWay.port());
            for (int j = 0; j < CALLS_A_CONNECTION; j++) {
                strangers.add(call(channel, STRANGERS));
            }
        }

        int atLeast = strangers.size() - ROOM - WORKERS;
        assertThat(refusals.tryAcquire(atLeast, DEADLINE_SECONDS, TimeUnit.SECONDS))
                .isTrue();
        assertThat(check(channel(server.getPort()))).isEqualTo(HealthCheckResponse.ServingStatus.SERVING);
        strangersEnd.release(strangers.size());

        int refused = 0;
        for (CompletableFuture<Status> stranger : strangers) {
            Status status = stranger.get(DEADLINE_SECONDS, TimeUnit.SECONDS);
            if (!status.isOk()) {
                assertThat(status.getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
                refused++;
            }
        }
        // A call is counted with its bytes, so that there is room for somewhat less than so many of them.
        assertThat(refused).isBetween(atLeast, strangers.size() / 4);
        assertThat(refusals.availablePermits()).isEqualTo(refused - atLeast);
        assertThat(call(channel(server.getPort()), OWNERS)
                        .get(DEADLINE_SECONDS, TimeUnit.SECONDS)
                        .getCode())
                .isEqualTo(Status.Code.OK);
    }

    private ManagedChannel channel(int port) {
        ManagedChannel channel =
                NettyChannelBuilder.forAddress("127.0.0.1", port).usePlaintext().build();
        channels.add(channel);
        return channel;
    }

    /** Another one whenever one was answered. */
    private void keepUp(ManagedChannel channel) {
        CompletableFuture<Void> unused = call(channel, STRANGERS).thenAccept(status -> {
            if (status.isOk() && !over) {
                keepUp(channel);
            }
        });
    }

    private static HealthCheckResponse.ServingStatus check(ManagedChannel channel) {
        return HealthGrpc.newBlockingStub(channel)
                .withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS)
                .check(HealthCheckRequest.getDefaultInstance())
                .getStatus();
    }

    private static boolean isAnswered(CompletableFuture<Status> call) throws Exception {
        try {
            call.get(PAUSE_MILLIS, TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException notYet) {
            return false;
        }
    }

    /** A refusal without the trailer that says so is none. */
    private static CompletableFuture<Status> call(ManagedChannel channel, SealedCall request) {
        CompletableFuture<Status> end = new CompletableFuture<>();
        KeyServerGrpc.newStub(channel).call(request, new StreamObserver<>() {
            @Override
            public void onNext(SealedMessage answer) {}

            @Override
            public void onError(Throwable failure) {
                Status status = Status.fromThrowable(failure);
                Metadata trailers = Status.trailersFromThrowable(failure);
                boolean isRefusal = trailers != null && trailers.containsKey(REFUSAL);
                end.complete(
                        status.getCode() == Status.Code.RESOURCE_EXHAUSTED && !isRefusal ? Status.UNKNOWN : status);
            }

            @Override
            public void onCompleted() {
                end.complete(Status.OK);
            }
        });
        return end;
    }

    /** Is told of refusals. */
    private final class Watch implements ServerInterceptor {
        private final Tally tally = new Tally() {
            @Override
            public void bound(Bound what) {
                assertThat(what).isEqualTo(Bound.CALLS);
                refusals.release();
            }
        };

        @Override
        public <Q, A> ServerCall.Listener<Q> interceptCall(
                ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
            return Contexts.interceptCall(Context.current().withValue(Tally.OF_CALL, tally), call, headers, next);
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

    private final class Works extends KeyServerGrpc.KeyServerImplBase {
        @Override
        public void call(SealedCall request, StreamObserver<SealedMessage> observer) {
            if (request.equals(STRANGERS)) {
                strangersBegun.release();
                strangersEnd.acquireUninterruptibly();
            }
            observer.onNext(SealedMessage.getDefaultInstance());
            observer.onCompleted();
        }
    }
}
