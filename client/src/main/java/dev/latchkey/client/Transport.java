package dev.latchkey.client;

import dev.latchkey.client.KeyClientException.Reason;
import dev.latchkey.protocol.wire.KeyServerGrpc;
import dev.latchkey.protocol.wire.KeyServerGrpc.KeyServerBlockingStub;
import io.grpc.Codec;
import io.grpc.ConnectivityState;
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

    /** How often a busy server is asked in all: more would only keep it busy. */
    private static final int MAX_REFUSED = 3;

    private static final Duration KEEP_ALIVE = Duration.ofSeconds(45);
    private static final Duration KEEP_ALIVE_TIMEOUT = Duration.ofSeconds(10);
    private static final Duration GRACE = Duration.ofSeconds(2);

    /** One attempt of a call; whatever must be fresh in every attempt is made inside. */
    @FunctionalInterface
    interface Attempt<T> {
        T on(KeyServerBlockingStub calls) throws KeyClientException;
    }

    /** When a call may be sent again. */
    enum Repeat {
        /** Whatever comes back, the server may have acted, and would act again. */
        NEVER,
        /** When the server was too busy for it, and so did nothing. */
        IF_BUSY,
        /** Also when the server was not available or silent: acting twice is the same as acting once, or is not done. */
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
        this.stub = KeyServerGrpc.newBlockingStub(channel).withInterceptors(new CheckedAnswers());
    }

    /** A moment one deadline from now. */
    Deadline newDeadline() {
        return newDeadline(1);
    }

    /** A moment so many deadlines from now. */
    Deadline newDeadline(int deadlines) {
        return Deadline.after(deadlines * deadline.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** Makes a call with a deadline of its own, once. */
    <T> T once(Attempt<T> call) throws KeyClientException {
        return ask(call, Repeat.NEVER, newDeadline());
    }

    /**
     * Makes a call, with one deadline over all its attempts.
     *
     * @throws KeyClientException {@link KeyClientException#isOutage} if the last attempt ended in an outage; {@link
     *     KeyClientException#mayHaveBeenDone} if an attempt reached the server perhaps, and its answer was lost
     */
    <T> T ask(Attempt<T> call, Repeat repeat, Deadline until) throws KeyClientException {
        Attempts attempts = new Attempts(repeat, until);
        while (true) {
            Deadline limit = attempts.limit();
            leave(ConnectivityState.TRANSIENT_FAILURE);
            try {
                return call.on(stub.withDeadline(limit));
            } catch (StatusRuntimeException e) {
                attempts.pauseAfter(e, limit);
            } catch (KeyClientException e) {
                throw attempts.isLost() ? e.uncertain() : e;
            }
        }
    }

    /** The attempts of one call, and when there shall be another. */
    private final class Attempts {

        private final Repeat repeat;
        private final Deadline until;
        private int failed;
        private int refused;
        private boolean hung;
        private boolean lost;

        Attempts(Repeat repeat, Deadline until) {
            this.repeat = repeat;
            this.until = until;
        }

        /** Whether the answer to one of them was lost, so that the server may have acted. */
        boolean isLost() {
            return lost;
        }

        /**
         * When the next attempt is given up. A node that hangs takes only half of the time that is left, once; what can't
         * be repeated has all of it.
         */
        Deadline limit() {
            boolean last = retry.backoff().after(failed + 1).isEmpty();
            return repeat != Repeat.IF_UNAVAILABLE || hung || last
                    ? until
                    : Deadline.after(until.timeRemaining(TimeUnit.NANOSECONDS) / 2, TimeUnit.NANOSECONDS);
        }

        /** Returns when it is time for another attempt; throws what has happened if there shall be none. */
        void pauseAfter(StatusRuntimeException e, Deadline limit) throws KeyClientException {
            failed++;
            KeyClientException failure = StatusReader.read(e, address);
            boolean silence = e.getStatus().getCode() == Status.Code.DEADLINE_EXCEEDED && limit.isExpired();
            if (silence || isUnavailable(e, failure)) {
                failure = failure.inOutage();
            }
            if (silence) {
                hung = true;
                // Whoever does not answer on this connection will not do so to the next call either.
                leave(ConnectivityState.READY);
            }
            lost |= failure.reason() == Reason.UNREACHABLE;
            if (lost) {
                failure = unanswered(failure);
            }
            if (isBusy(failure) && ++refused == MAX_REFUSED) {
                throw failure;
            }
            Optional<Duration> pause = retry.backoff().after(failed);
            if (!allows(repeat, failure) || pause.isEmpty()) {
                throw failure;
            }
            // On top of what the server asks for, so that those it sent away do not all come back at once.
            Duration wait = pause.get().plus(failure.retryAfter().orElse(Duration.ZERO));
            if (wait.toNanos() >= until.timeRemaining(TimeUnit.NANOSECONDS)) {
                throw failure;
            }
            pause(wait, failure);
        }
    }

    /**
     * Drops the connection if it is in this state or can't be made: the next call makes another at once, perhaps to another
     * node. Otherwise the channel would wait before it connects again, and fail every call until it has. Calls under way
     * on the old one go on.
     */
    private void leave(ConnectivityState state) {
        ConnectivityState now = channel.getState(false);
        if (now == state || now == ConnectivityState.TRANSIENT_FAILURE) {
            channel.enterIdle();
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

    private static boolean allows(Repeat repeat, KeyClientException failure) {
        return switch (repeat) {
            case NEVER -> false;
            case IF_BUSY -> isBusy(failure);
            case IF_UNAVAILABLE -> isBusy(failure) || failure.isOutage();
        };
    }

    /** What is to be said when the answer to an attempt was lost: also of a session that has ended since. */
    private static KeyClientException unanswered(KeyClientException failure) {
        return failure.reason() == Reason.SESSION_ENDED
                ? Outage.retold(
                                failure,
                                "The session has ended, and an answer was lost before that: whether this request was carried "
                                        + "out is not known. What the server acknowledged is kept. Log in again and look.")
                        .uncertain()
                : failure.uncertain();
    }

    private static boolean isBusy(KeyClientException failure) {
        return failure.reason() == Reason.THROTTLED;
    }

    private static boolean isUnavailable(StatusRuntimeException e, KeyClientException failure) {
        return StatusReader.isUnavailable(e) && failure.reason() == Reason.UNREACHABLE;
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
