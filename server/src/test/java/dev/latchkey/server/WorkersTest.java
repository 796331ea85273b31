package dev.latchkey.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;

/** One thread, and room for a few who wait for it. */
final class WorkersTest {
    private static final int ROOM = 4;

    /** It tells of each that is turned away. */
    private static final Logger STREAMS = Logger.getLogger("io.grpc.netty.shaded.io.grpc.netty.NettyServerHandler");

    private final CountDownLatch entered = new CountDownLatch(1);
    private final CountDownLatch release = new CountDownLatch(1);

    /** The only thread stays in it until it is told to go on. */
    private final class Busy extends HealthGrpc.HealthImplBase {
        @Override
        public void check(HealthCheckRequest request, StreamObserver<HealthCheckResponse> observer) {
            entered.countDown();
            try {
                observer.onNext(HealthCheckResponse.getDefaultInstance());
                if (release.await(30, TimeUnit.SECONDS)) {
                    observer.onCompleted();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Test
    void calls_whileTooManyWait_areTurnedAway_andThoseThatWaitedAreServed() throws Exception {
        STREAMS.setLevel(Level.OFF);
        Workers workers = new Workers(1, ROOM, Thread::new);
        Server server = NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .addStreamTracerFactory(workers)
                .executor(workers.executor())
                .addService(new Busy())
                .build()
                .start();
        ManagedChannel channel = NettyChannelBuilder.forAddress("localhost", server.getPort())
                .usePlaintext()
                .build();
        try {
            List<CompletableFuture<Status.Code>> calls = new ArrayList<>(List.of(call(channel)));
            assertThat(entered.await(30, TimeUnit.SECONDS)).isTrue();
            for (int i = 0; i < 3 * ROOM; i++) {
                calls.add(call(channel));
            }
            // All came over one connection, so those who are too many are known by now or soon.
            CompletableFuture.anyOf(calls.toArray(CompletableFuture[]::new)).get(30, TimeUnit.SECONDS);
            assertThat(call(channel).get(30, TimeUnit.SECONDS)).isNotEqualTo(Status.Code.OK);

            release.countDown();

            List<Status.Code> ends = new ArrayList<>();
            for (CompletableFuture<Status.Code> call : calls) {
                ends.add(call.get(30, TimeUnit.SECONDS));
            }
            assertThat(ends.get(0)).isEqualTo(Status.Code.OK);
            assertThat(ends).filteredOn(code -> code == Status.Code.OK).hasSizeBetween(2, 1 + ROOM);
            assertThat(call(channel).get(30, TimeUnit.SECONDS)).isEqualTo(Status.Code.OK);
        } finally {
            release.countDown();
            channel.shutdownNow();
            server.shutdownNow().awaitTermination(30, TimeUnit.SECONDS);
            workers.shutdownNow();
        }
    }

    private static CompletableFuture<Status.Code> call(ManagedChannel channel) {
        CompletableFuture<Status.Code> end = new CompletableFuture<>();
        HealthGrpc.newStub(channel).check(HealthCheckRequest.getDefaultInstance(), new StreamObserver<>() {
            @Override
            public void onNext(HealthCheckResponse response) {}

            @Override
            public void onError(Throwable failure) {
                end.complete(Status.fromThrowable(failure).getCode());
            }

            @Override
            public void onCompleted() {
                end.complete(Status.Code.OK);
            }
        });
        return end;
    }
}
