package dev.latchkey.server.rpc;

import dev.latchkey.protocol.wire.Refusal;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.health.v1.HealthGrpc;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Bounds what the server takes on: so many calls worked on at once, so much that waits for peers, none of it for longer than its
 * deadline, whether or not the client set one. A call is worked on from the moment its message is complete until it is
 * answered; before that it takes no place that a complete one could use, and is given little time. Nor does an answer that
 * nobody takes keep a place, and with the deadline it is dropped. What waits for its peer can't keep others out: it gives way to
 * them. A health check is never worked on in this sense, so that it is answered also by a server that has enough to do.
 */
public final class AdmissionInterceptor implements ServerInterceptor {
    private static final Logger log = LoggerFactory.getLogger(AdmissionInterceptor.class);

    private static final Duration WHEN_BUSY = Duration.ofSeconds(1);

    /** What gRPC keeps of a call beside its message, its headers of at most 8 KiB included. */
    static final int BYTES_A_CALL = 32 * 1024;

    private final WaitingCalls<Admitted<?, ?>> waiting;
    private final Semaphore places;
    private final Bounds bounds;
    private final Set<Admitted<?, ?>> calls = ConcurrentHashMap.newKeySet();

    /**
     * How much at once, and for how long.
     *
     * @param waitingCalls whose message is on its way or whose answer is not taken, if they hold nothing; fewer if they hold much
     * @param workedOn whose message is complete and who are not answered
     * @param message until the message must be complete; also what is left to take an answer that is late
     * @param call until the call must be answered, and the answer taken
     */
    public record Bounds(int waitingCalls, int workedOn, Duration message, Duration call) {}

    /** Bounds calls; the caller sees to it that {@link #endOverdue} is called now and then. */
    public AdmissionInterceptor(Bounds bounds) {
        this.waiting = new WaitingCalls<>((long) bounds.waitingCalls() * BYTES_A_CALL);
        this.places = new Semaphore(bounds.workedOn());
        this.bounds = bounds;
    }

    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        ClosedOnce<Q, A> guarded = new ClosedOnce<>(call);
        Admitted<Q, A> admitted = new Admitted<>(next.startCall(guarded, headers), guarded);
        calls.add(admitted);
        admitted.begin();
        return admitted;
    }

    /** Ends the calls that are over their deadline. One look at all of them costs less than a timer for each. */
    public void endOverdue() {
        long now = System.nanoTime();
        for (Admitted<?, ?> admitted : calls) {
            if (admitted.due - now <= 0) {
                end(admitted, now);
            }
        }
    }

    /** Whatever goes wrong with one of them, the others have their deadlines. */
    private void end(Admitted<?, ?> overdue, long now) {
        try {
            if (overdue.call.isClosed()) {
                overdue.call.cut();
            } else {
                overdue.due = now + bounds.message().toNanos();
                overdue.call.expire();
            }
        } catch (RuntimeException e) {
            log.warn("a call that is over its deadline could not be ended", e);
        }
    }

    /** Whatever goes wrong with one of them, the others end. */
    private static void endAll(List<Admitted<?, ?>> givingWay) {
        for (Admitted<?, ?> admitted : givingWay) {
            try {
                admitted.giveWay();
            } catch (RuntimeException e) {
                log.warn("a call that has waited longest could not be ended", e);
            }
        }
    }

    /** The deadline and the handler may both want to end the call; the first one does. */
    private static final class ClosedOnce<Q, A> extends SimpleForwardingServerCall<Q, A> {
        private final EndableCalls.Stream stream = EndableCalls.OF_CALL.get();
        private final Tally tally = Tally.OF_CALL.get();
        private boolean closed;

        ClosedOnce(ServerCall<Q, A> call) {
            super(call);
        }

        void expire() {
            close(Status.DEADLINE_EXCEEDED.withDescription("deadline exceeded"), new Metadata());
        }

        void refuse() {
            tally.bound(Tally.Bound.CALLS);
            close(
                    Status.RESOURCE_EXHAUSTED.withDescription("try again later"),
                    Statuses.refusal(Refusal.Reason.REASON_THROUGHPUT, WHEN_BUSY));
        }

        /** It was answered, and its peer is not waited for: what is left of message and answer is dropped. */
        void cut() {
            stream.end(new TimeoutException("its peer is not waited for any longer"));
        }

        synchronized boolean isClosed() {
            return closed;
        }

        /** Also when the server itself ended it: nothing should be begun for it any more. */
        @Override
        public synchronized boolean isCancelled() {
            return closed || super.isCancelled();
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

    /** Follows one call; gives back what it took when the call has ended, however it ended. */
    private final class Admitted<Q, A> extends SimpleForwardingServerCallListener<Q> {
        private final ClosedOnce<Q, A> call;
        private final ClientAddress address;
        private final boolean isHealth;
        private volatile long due = System.nanoTime() + bounds.message().toNanos();
        private boolean hasPlace;

        Admitted(ServerCall.Listener<Q> listener, ClosedOnce<Q, A> call) {
            super(listener);
            this.call = call;
            this.address = ClientAddress.of(call.getAttributes().get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR));
            this.isHealth =
                    HealthGrpc.SERVICE_NAME.equals(call.getMethodDescriptor().getServiceName());
        }

        void begin() {
            endAll(waiting.enter(address, this, BYTES_A_CALL));
            call.stream.onReceived(this::hasReceived);
            hasReceived();
        }

        private void hasReceived() {
            endAll(waiting.holds(address, this, BYTES_A_CALL + call.stream.received()));
        }

        /** Also what it holds goes at once, and not when its peer has read that it was refused. */
        void giveWay() {
            if (!call.isClosed()) {
                call.refuse();
            }
            call.cut();
        }

        /** The message is complete: from here on the call is worked on. */
        @Override
        public void onHalfClose() {
            if (call.isClosed()) {
                return;
            }
            if (isHealth) {
                due = System.nanoTime() + bounds.call().toNanos();
                super.onHalfClose();
            } else if (waiting.leave(address, this)) {
                work();
            }
        }

        private void work() {
            if (!places.tryAcquire()) {
                call.refuse();
                return;
            }
            hasPlace = true;
            due = System.nanoTime() + bounds.call().toNanos();
            try {
                super.onHalfClose();
            } finally {
                // The handler is done, unless it answers later; what is left is to move bytes.
                if (call.isClosed()) {
                    giveBackPlace();
                    endAll(waiting.enter(address, this, BYTES_A_CALL + call.stream.sent()));
                }
            }
        }

        @Override
        public void onComplete() {
            try {
                super.onComplete();
            } finally {
                release();
            }
        }

        @Override
        public void onCancel() {
            try {
                super.onCancel();
            } finally {
                release();
            }
        }

        /** Events of one call come one after the other, so nothing here is shared. */
        private void release() {
            calls.remove(this);
            waiting.leave(address, this);
            giveBackPlace();
        }

        private void giveBackPlace() {
            if (hasPlace) {
                hasPlace = false;
                places.release();
            }
        }
    }
}
