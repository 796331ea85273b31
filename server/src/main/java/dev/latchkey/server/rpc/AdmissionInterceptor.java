package dev.latchkey.server.rpc;

import dev.latchkey.protocol.wire.Refusal;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Bounds what the server takes on: so many calls at once, none for longer than its deadline, whether or not the client
 * set one. A call beyond the bound is refused before its message is read.
 */
public final class AdmissionInterceptor implements ServerInterceptor {
    private static final Duration WHEN_BUSY = Duration.ofSeconds(1);

    private final Semaphore places;
    private final Duration deadline;
    private final ScheduledExecutorService timer;

    /**
     * Bounds calls.
     *
     * @param timer ends calls that are over their deadline; stays the caller's
     */
    public AdmissionInterceptor(int callsAtOnce, Duration deadline, ScheduledExecutorService timer) {
        this.places = new Semaphore(callsAtOnce);
        this.deadline = deadline;
        this.timer = timer;
    }

    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        if (!places.tryAcquire()) {
            call.close(
                    Status.RESOURCE_EXHAUSTED.withDescription("try again later"),
                    Statuses.refusal(Refusal.Reason.REASON_THROUGHPUT, WHEN_BUSY));
            return new ServerCall.Listener<>() {};
        }
        ClosedOnce<Q, A> guarded = new ClosedOnce<>(call);
        ScheduledFuture<?> end = timer.schedule(guarded::expire, deadline.toMillis(), TimeUnit.MILLISECONDS);
        AtomicBoolean released = new AtomicBoolean();
        Runnable release = () -> {
            end.cancel(false);
            if (released.compareAndSet(false, true)) {
                places.release();
            }
        };
        try {
            return new Releasing<>(next.startCall(guarded, headers), release);
        } catch (RuntimeException failed) {
            release.run();
            throw failed;
        }
    }

    /** The deadline and the handler may both want to end the call; the first one does. */
    private static final class ClosedOnce<Q, A> extends SimpleForwardingServerCall<Q, A> {
        private boolean closed;

        ClosedOnce(ServerCall<Q, A> call) {
            super(call);
        }

        void expire() {
            close(Status.DEADLINE_EXCEEDED.withDescription("deadline exceeded"), new Metadata());
        }

        @Override
        public synchronized void sendHeaders(Metadata headers) {
            if (!closed) {
                super.sendHeaders(headers);
            }
        }

        @Override
        public synchronized void sendMessage(A message) {
            if (!closed) {
                super.sendMessage(message);
            }
        }

        @Override
        public synchronized void close(Status status, Metadata trailers) {
            if (!closed) {
                closed = true;
                super.close(status, trailers);
            }
        }
    }

    /** Gives the place back when the call has ended, however it ended. */
    private static final class Releasing<Q> extends SimpleForwardingServerCallListener<Q> {
        private final Runnable release;

        Releasing(ServerCall.Listener<Q> listener, Runnable release) {
            super(listener);
            this.release = release;
        }

        @Override
        public void onComplete() {
            try {
                super.onComplete();
            } finally {
                release.run();
            }
        }

        @Override
        public void onCancel() {
            try {
                super.onCancel();
            } finally {
                release.run();
            }
        }
    }
}
