package dev.latchkey.client;

import dev.latchkey.client.KeyClientException.Reason;
import dev.latchkey.protocol.wire.KeyServerGrpc;
import dev.latchkey.protocol.wire.KeyServerGrpc.KeyServerBlockingStub;
import io.grpc.Codec;
import io.grpc.Deadline;
import io.grpc.DecompressorRegistry;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * One channel to one server: TLS 1.3, a deadline on every call, bounded messages, bounded retries.
 *
 * <p>Safe for use by several threads. The channel connects when it is first needed and again whenever it has to.
 */
final class Transport implements AutoCloseable {

    /** The largest answer that may be: 1 MiB sealed, its seal, and the field around it. */
    static final int MAX_MESSAGE_BYTES = (1 << 20) + 40 + 64;

    static final int MAX_METADATA_BYTES = 8 << 10;

    private static final Duration KEEP_ALIVE = Duration.ofSeconds(45);
    private static final Duration KEEP_ALIVE_TIMEOUT = Duration.ofSeconds(10);
    private static final Duration GRACE = Duration.ofSeconds(2);

    /** One attempt of a call; whatever must be fresh in every attempt is made inside. */
    @FunctionalInterface
    interface Attempt<T> {
        T on(CheckedCalls calls) throws KeyClientException;
    }

    /** When a call may be sent again. */
    enum Repeat {
        /** Whatever comes back, the server may have acted, and would act again. */
        NEVER,
        /** When the server was too busy for it, and so did nothing. */
        IF_BUSY,
        /** Also when the server was not available: acting twice is the same as acting once, or is not done. */
        IF_UNAVAILABLE
    }

    private final ServerAddress address;
    private final ManagedChannel channel;
    private final KeyServerBlockingStub stub;
    private final Duration deadline;
    private final Retry retry;
    private final PinnedAuthority authority = new PinnedAuthority();

    /** How to wait and how often to try. */
    record Retry(Backoff backoff, Pause pause) {}

    Transport(ServerAddress address, Trust trust, Duration deadline, Retry retry) {
        this.address = address;
        this.deadline = deadline;
        this.retry = Objects.requireNonNull(retry, "retry");
        this.channel = NettyChannelBuilder.forAddress(address.host(), address.port())
                .sslContext(trust.sslContext(authority))
                .maxInboundMessageSize(MAX_MESSAGE_BYTES)
                .maxInboundMetadataSize(MAX_METADATA_BYTES)
                // Sealed bytes do not compress, and what is never unpacked can't be a bomb.
                .decompressorRegistry(DecompressorRegistry.emptyInstance().with(Codec.Identity.NONE, false))
                .keepAliveTime(KEEP_ALIVE.toSeconds(), TimeUnit.SECONDS)
                .keepAliveTimeout(KEEP_ALIVE_TIMEOUT.toSeconds(), TimeUnit.SECONDS)
                // Neither the name service nor anything else but this class says how calls are made.
                .disableServiceConfigLookUp()
                .build();
        this.stub = KeyServerGrpc.newBlockingStub(channel);
    }

    /** A moment one deadline from now. */
    Deadline newDeadline() {
        return Deadline.after(deadline.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** Makes a call with a deadline of its own, once. */
    <T> T once(Attempt<T> call) throws KeyClientException {
        return ask(call, Repeat.NEVER, newDeadline());
    }

    /** Makes a call, with one deadline over all its attempts. */
    <T> T ask(Attempt<T> call, Repeat repeat, Deadline until) throws KeyClientException {
        KeyServerBlockingStub next = stub.withDeadline(until);
        for (int failed = 1; ; failed++) {
            try {
                return call.on(new CheckedCalls(next));
            } catch (StatusRuntimeException e) {
                KeyClientException failure = StatusReader.read(e, address);
                Optional<Duration> pause = retry.backoff().after(failed);
                if (!allows(repeat, e, failure) || pause.isEmpty()) {
                    throw failure;
                }
                // On top of what the server asks for, so that those it sent away do not all come back at once.
                Duration wait = pause.get().plus(failure.retryAfter().orElse(Duration.ZERO));
                if (wait.toNanos() >= until.timeRemaining(TimeUnit.NANOSECONDS)) {
                    throw failure;
                }
                pause(wait, failure);
                // The channel would wait longer before it connects again, and would fail every call until it has.
                channel.resetConnectBackoff();
                next = stub.withDeadline(until).withWaitForReady();
            }
        }
    }

    /** Lets time pass; {@code failure} is thrown if that is interrupted. */
    void pause(Duration duration, KeyClientException failure) throws KeyClientException {
        try {
            retry.pause().during(duration);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw failure;
        }
    }

    /** Who vouches for the server, over all connections. */
    PinnedAuthority authority() {
        return authority;
    }

    Backoff backoff() {
        return retry.backoff();
    }

    private static boolean allows(Repeat repeat, StatusRuntimeException e, KeyClientException failure) {
        return switch (repeat) {
            case NEVER -> false;
            case IF_BUSY -> isBusy(failure);
            case IF_UNAVAILABLE -> isBusy(failure) || isOutage(e, failure);
        };
    }

    private static boolean isBusy(KeyClientException failure) {
        return failure.reason() == Reason.THROTTLED;
    }

    private static boolean isOutage(StatusRuntimeException e, KeyClientException failure) {
        return e.getStatus().getCode() == Status.Code.UNAVAILABLE && failure.reason() == Reason.UNREACHABLE;
    }

    /** Lets calls under way come to their end for a moment, then drops the connection. */
    @Override
    public void close() {
        channel.shutdown();
        try {
            if (!channel.awaitTermination(GRACE.toMillis(), TimeUnit.MILLISECONDS)) {
                channel.shutdownNow();
            }
        } catch (InterruptedException e) {
            channel.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }
}
