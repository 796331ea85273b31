package dev.latchkey.server.rpc;

import dev.latchkey.protocol.wire.Refusal;
import io.grpc.Context;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Bounds what the server takes on: so many calls open at once, so many of them worked on at once, none for longer than its
 * deadline, whether or not the client set one. A call is worked on from the moment its message is complete until it is
 * answered; before that it takes no place that a complete one could use, and is given little time. Nor does an answer that
 * nobody takes keep a place, and with the deadline it is dropped.
 */
public final class AdmissionInterceptor implements ServerInterceptor {
    private static final Logger log = LoggerFactory.getLogger(AdmissionInterceptor.class);

    private static final Duration WHEN_BUSY = Duration.ofSeconds(1);

    private final Semaphore open;
    private final Semaphore places;
    private final Bounds bounds;
    private final Set<Admitted<?, ?>> calls = ConcurrentHashMap.newKeySet();

    /**
     * How much at once, and for how long.
     *
     * @param openCalls whose message may still be on its way
     * @param workedOn whose message is complete and who are not answered
     * @param message until the message must be complete; also what is left to take an answer that is late
     * @param call until the call must be answered, and the answer taken
     */
    public record Bounds(int openCalls, int workedOn, Duration message, Duration call) {}

    /** Bounds calls; the caller sees to it that {@link #endOverdue} is called now and then. */
    public AdmissionInterceptor(Bounds bounds) {
        this.open = new Semaphore(bounds.openCalls());
        this.places = new Semaphore(bounds.workedOn());
        this.bounds = bounds;
    }

    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        ClosedOnce<Q, A> guarded = new ClosedOnce<>(call);
        if (!open.tryAcquire()) {
            guarded.refuse();
            return new ServerCall.Listener<>() {};
        }
        try {
            Admitted<Q, A> admitted = new Admitted<>(next.startCall(guarded, headers), guarded);
            calls.add(admitted);
            return admitted;
        } catch (RuntimeException failed) {
            open.release();
            throw failed;
        }
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

    /** The deadline and the handler may both want to end the call; the first one does. */
    private static final class ClosedOnce<Q, A> extends SimpleForwardingServerCall<Q, A> {
        private final Context.CancellableContext context = EndableCalls.OF_CALL.get();
        private boolean closed;

        ClosedOnce(ServerCall<Q, A> call) {
            super(call);
        }

        void expire() {
            close(Status.DEADLINE_EXCEEDED.withDescription("deadline exceeded"), new Metadata());
        }

        void refuse() {
            Tally.OF_CALL.get().bound(Tally.Bound.CALLS);
            close(
                    Status.RESOURCE_EXHAUSTED.withDescription("try again later"),
                    Statuses.refusal(Refusal.Reason.REASON_THROUGHPUT, WHEN_BUSY));
        }

        /** It was answered, and its peer does not take the answer: what is left of it is dropped. */
        void cut() {
            context.cancel(new TimeoutException("the answer was not taken in time"));
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
        private volatile long due = System.nanoTime() + bounds.message().toNanos();
        private boolean hasPlace;
        private boolean over;

        Admitted(ServerCall.Listener<Q> listener, ClosedOnce<Q, A> call) {
            super(listener);
            this.call = call;
        }

        /** The message is complete: from here on the call is worked on. */
        @Override
        public void onHalfClose() {
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
            if (over) {
                return;
            }
            over = true;
            calls.remove(this);
            open.release();
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
