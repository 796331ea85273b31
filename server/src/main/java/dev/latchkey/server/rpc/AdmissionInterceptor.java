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
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Bounds what the server takes on: so much that waits, for peers or for a thread, and none of it for longer than its deadline,
 * whether or not the client set one. A call waits for its message, which is given little time, and then for its {@linkplain Turns
 * turn}; it is worked on until it is answered, and its answer waits until it is taken, or dropped with the deadline. What waits can't
 * keep others out: it gives way to them, beginning with that address's which holds most. A health check waits for no turn, so that it is
 * answered also by a server that has enough to do.
 */
public final class AdmissionInterceptor implements ServerInterceptor {
    private static final Logger log = LoggerFactory.getLogger(AdmissionInterceptor.class);

    private static final Duration WHEN_BUSY = Duration.ofSeconds(1);

    /** What gRPC keeps of a call beside its message, its headers of at most 8 KiB included. */
    static final int BYTES_A_CALL = 32 * 1024;

    private final WaitingCalls<Admitted<?, ?>> waiting;
    private final Bounds bounds;
    private final Set<Admitted<?, ?>> calls = ConcurrentHashMap.newKeySet();

    /**
     * How much at once, and for how long.
     *
     * @param waitingCalls that are not worked on, if they hold nothing; fewer if they hold much
     * @param message until the message must be complete; also what is left to take an answer that is late
     * @param call until a call's turn must have come; and from there until it must be answered, and the answer taken
     */
    public record Bounds(int waitingCalls, Duration message, Duration call) {}

    /** Bounds calls; the caller sees to it that {@link #endOverdue} is called now and then. */
    public AdmissionInterceptor(Bounds bounds) {
        this.waiting = new WaitingCalls<>((long) bounds.waitingCalls() * BYTES_A_CALL);
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
            if (!overdue.call.isClosed() && overdue.turn.isAwaited()) {
                overdue.missTurn(now);
            } else {
                overdue.expire(now);
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

        void malformed() {
            close(Statuses.of(Rejection.malformed()).getStatus(), new Metadata());
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
        private final Turns.Turn turn;
        private final ClientAddress address;
        private final long begun = System.nanoTime();
        private volatile long due = begun + bounds.message().toNanos();

        Admitted(ServerCall.Listener<Q> listener, ClosedOnce<Q, A> call) {
            super(listener);
            this.call = call;
            this.turn = call.stream.turn();
            this.address = turn.address();
        }

        void begin() {
            endAll(waiting.enter(address, this, BYTES_A_CALL));
            call.stream.onReceived(this::hasReceived);
            if (call.getMethodDescriptor().getType().clientSendsOneMessage()) {
                call.stream.onSecondMessage(() -> drop(call::malformed));
            }
            hasReceived();
        }

        private void hasReceived() {
            endAll(waiting.holds(address, this, BYTES_A_CALL + call.stream.received()));
        }

        /** Also what it holds goes at once, and not when its peer has read that it was refused. */
        void giveWay() {
            drop(call::refuse);
        }

        private void drop(Runnable closing) {
            if (!call.isClosed()) {
                closing.run();
            }
            call.cut();
            turn.passes();
        }

        /** Nothing was done for it, so it may be asked for again. */
        void missTurn(long now) {
            if (now - begun >= bounds.call().toNanos() && waiting.leave(address, this)) {
                giveWay();
            }
        }

        /** Unless its turn came since it was looked at: then it has another deadline. */
        synchronized void expire(long now) {
            if (due - now > 0) {
                return;
            }
            if (call.isClosed()) {
                call.cut();
            } else {
                due = now + bounds.message().toNanos();
                call.expire();
            }
        }

        /** False if it was over before; then nothing is to be done for it. */
        private synchronized boolean isInTime() {
            if (call.isClosed()) {
                return false;
            }
            due = System.nanoTime() + bounds.call().toNanos();
            return true;
        }

        /** The message is complete, and this is the call's turn. */
        @Override
        public void onHalfClose() {
            if (!isInTime()) {
                return;
            }
            if (!turn.isNeeded()) {
                super.onHalfClose();
            } else if (waiting.leave(address, this)) {
                work();
            }
        }

        private void work() {
            turn.begins();
            try {
                super.onHalfClose();
            } finally {
                // The handler is done, unless it answers later; what is left is to move bytes.
                if (call.isClosed()) {
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
        }
    }
}
