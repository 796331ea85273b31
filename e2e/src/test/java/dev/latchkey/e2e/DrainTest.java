package dev.latchkey.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.protocol.wire.KeyServerGrpc;
import dev.latchkey.server.KeyServer;
import dev.latchkey.server.ServerOptions;
import dev.latchkey.server.store.Rate;
import dev.latchkey.server.store.ThroughputLimits;
import io.grpc.ManagedChannel;
import io.grpc.NameResolverRegistry;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A server that is stopped in the middle of its work. The clients are plain gRPC ones, which try nothing a second time by
 * themselves; each call begins a login, under a name of its own.
 */
final class DrainTest {
    private static final int CALLERS = 6;
    private static final int BEFORE = 60;
    private static final int AFTER = 60;
    private static final long DEADLINE_SECONDS = 60;
    private static final Duration DRAIN = Duration.ofSeconds(20);
    private static final Duration GRACE = Duration.ofSeconds(4);
    private static final Rate ANY = new Rate(Rate.MOST_PER_SECOND, Rate.MOST_PER_SECOND);

    private final TwoAddresses resolver = new TwoAddresses();
    private final Semaphore answered = new Semaphore(0);
    private final Queue<String> failures = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean over = new AtomicBoolean();
    private final ExecutorService threads = Executors.newFixedThreadPool(CALLERS + 1);
    private final List<KeyServer> servers = new ArrayList<>();
    private final List<ManagedChannel> channels = new ArrayList<>();

    @TempDir
    private Path folder;

    @BeforeEach
    void register() {
        NameResolverRegistry.getDefaultRegistry().register(resolver);
    }

    @AfterEach
    void stop() {
        NameResolverRegistry.getDefaultRegistry().deregister(resolver);
        over.set(true);
        threads.shutdownNow();
        channels.forEach(ManagedChannel::shutdownNow);
        servers.forEach(KeyServer::close);
    }

    @Test
    void server_stoppedUnderLoad_failsNoCall_andTheOtherGoesOn() throws Exception {
        KeyServer first = start("one", Duration.ZERO);
        KeyServer second = start("two", GRACE);
        List<Future<?>> ends = new ArrayList<>();
        for (int i = 0; i < CALLERS; i++) {
            String name = "caller-" + i;
            ManagedChannel channel = channel(first.port(), second.port());
            ends.add(threads.submit(() -> call(channel, name)));
        }
        await(BEFORE);
        assertThat(calls(first)).as("the first one does the work").isPositive();
        assertThat(calls(second)).isZero();

        first.shutdown(DRAIN);

        await(AFTER);
        assertThat(calls(second)).as("the second one does it now").isPositive();
        over.set(true);
        for (Future<?> end : ends) {
            end.get(DEADLINE_SECONDS, TimeUnit.SECONDS);
        }
        assertThat(failures).isEmpty();

        stillServes_whileItSaysThatItIsNotReady(second);
    }

    private void stillServes_whileItSaysThatItIsNotReady(KeyServer server) throws Exception {
        OperationsPage page = new OperationsPage(server.operationsPort().orElseThrow());
        KeyServerGrpc.KeyServerBlockingStub stub = KeyServerGrpc.newBlockingStub(channel(server.port()));
        assertThat(page.get("/readyz").statusCode()).isEqualTo(200);
        assertThat(OperationsTest.services(stub.getChannel()))
                .contains(KeyServerGrpc.SERVICE_NAME, HealthGrpc.SERVICE_NAME);
        CompletableFuture<Void> stopping = CompletableFuture.runAsync(() -> server.shutdown(DRAIN), threads);
        while (page.get("/readyz").statusCode() == 200) {
            assertThat(stopping).isNotDone();
        }

        assertThat(page.get("/readyz").body()).isEqualTo("not ready: the server is stopping\n");
        assertThat(page.get("/livez").statusCode()).isEqualTo(200);
        assertThat(stub.startLogin(RawClient.loginRequest("during", Elements.ke1()))
                        .getKe2()
                        .size())
                .isEqualTo(320);
        stopping.get(DEADLINE_SECONDS, TimeUnit.SECONDS);
    }

    /** Each name has guesses for ten. */
    private void call(ManagedChannel channel, String name) {
        for (int i = 0; !over.get(); i++) {
            try {
                KeyServerGrpc.newBlockingStub(channel)
                        .withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS)
                        .startLogin(RawClient.loginRequest(name + "-" + i, Elements.ke1()));
                answered.release();
            } catch (StatusRuntimeException failed) {
                failures.add(failed.getStatus().toString());
            }
        }
    }

    private void await(int calls) throws InterruptedException {
        answered.drainPermits();
        assertThat(answered.tryAcquire(calls, DEADLINE_SECONDS, TimeUnit.SECONDS))
                .as("calls are answered; failures: %s", failures)
                .isTrue();
    }

    private static double calls(KeyServer server) throws Exception {
        return new OperationsPage(server.operationsPort().orElseThrow())
                .metric("latchkey_call_duration_seconds_count{method=\"StartLogin\",outcome=\"ok\"}");
    }

    private KeyServer start(String name, Duration grace) throws Exception {
        ServerOptions.Builder options =
                TestDeployment.init(folder.resolve(name)).options();
        KeyServer server = KeyServer.start(options.throughput(new ThroughputLimits(ANY, ANY, ANY))
                .operations(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .grace(grace)
                .reflection(true)
                .build());
        servers.add(server);
        return server;
    }

    private ManagedChannel channel(int... ports) throws Exception {
        ManagedChannel channel = NettyChannelBuilder.forTarget(TwoAddresses.target(ports))
                .sslContext(GrpcSslContexts.forClient()
                        .trustManager(folder.resolve("one").resolve("ca.pem").toFile())
                        .build())
                .build();
        channels.add(channel);
        return channel;
    }
}
