package dev.latchkey.server;

import dev.latchkey.server.rpc.AdmissionInterceptor;
import dev.latchkey.server.rpc.ClientAddressInterceptor;
import dev.latchkey.server.rpc.EndableCalls;
import dev.latchkey.server.rpc.Turns;
import io.grpc.Codec;
import io.grpc.DecompressorRegistry;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;

/** How calls come in: what peers may make the server hold and for how long, and whose call is worked on next. */
final class Intake implements AutoCloseable {
    private static final int MAX_MESSAGE = (1 << 20) + 4096;
    private static final int MAX_METADATA = 8192;
    private static final int CALLS_PER_CONNECTION = 64;

    /** Of a server: calls that wait, the time that a message may take to come, and that of a whole call. */
    private static final AdmissionInterceptor.Bounds CALLS =
            new AdmissionInterceptor.Bounds(2048, Duration.ofSeconds(5), Duration.ofSeconds(20));

    /** So much later than its deadline a call may end. */
    private static final Duration LOOK_AT_DEADLINES = Duration.ofMillis(250);

    private static final Duration HANDSHAKE_DEADLINE = Duration.ofSeconds(10);
    private static final Duration IDLE_CONNECTION = Duration.ofMinutes(5);

    /** A compressed message would be held as one that is many times as large. */
    private static final DecompressorRegistry PLAIN =
            DecompressorRegistry.emptyInstance().with(Codec.Identity.NONE, false);

    private final AdmissionInterceptor admission;
    private final Turns turns;
    private final ScheduledExecutorService timer;

    /** @param most how many calls may be worked on at once */
    Intake(int most, AdmissionInterceptor.Bounds calls, ThreadFactory workers, ThreadFactory timers) {
        this.admission = new AdmissionInterceptor(calls);
        this.turns = new Turns(most, workers);
        this.timer = Executors.newSingleThreadScheduledExecutor(timers);
    }

    /** More workers than it has processors, for they wait for the database. */
    static Intake ofThisMachine(ThreadFactory workers, ThreadFactory timers) {
        return new Intake(Math.max(16, 4 * Runtime.getRuntime().availableProcessors()), CALLS, workers, timers);
    }

    /** Equips a server that is about to be built and has no interceptors yet. Closed after it. */
    void equip(NettyServerBuilder builder) {
        builder.intercept(new ClientAddressInterceptor())
                .intercept(admission)
                .addStreamTracerFactory(new EndableCalls())
                .directExecutor()
                .callExecutor(turns)
                .decompressorRegistry(PLAIN)
                .maxInboundMessageSize(MAX_MESSAGE)
                .maxInboundMetadataSize(MAX_METADATA)
                .maxConcurrentCallsPerConnection(CALLS_PER_CONNECTION)
                .handshakeTimeout(HANDSHAKE_DEADLINE.toMillis(), TimeUnit.MILLISECONDS)
                .maxConnectionIdle(IDLE_CONNECTION.toMillis(), TimeUnit.MILLISECONDS)
                .permitKeepAliveTime(30, TimeUnit.SECONDS)
                .permitKeepAliveWithoutCalls(true);
        // Ends with its thread.
        ScheduledFuture<?> unused = timer.scheduleWithFixedDelay(
                admission::endOverdue,
                LOOK_AT_DEADLINES.toMillis(),
                LOOK_AT_DEADLINES.toMillis(),
                TimeUnit.MILLISECONDS);
    }

    @Override
    public void close() {
        timer.shutdownNow();
        turns.close();
    }
}
