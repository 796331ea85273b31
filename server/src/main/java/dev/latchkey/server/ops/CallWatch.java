package dev.latchkey.server.ops;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.latchkey.protocol.wire.KeyServerGrpc;
import dev.latchkey.protocol.wire.Refusal;
import dev.latchkey.server.rpc.Tally;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;

/** Follows every call of the key service from its headers to its end, and tells who watches. */
final class CallWatch implements ServerInterceptor {
    private static final Metadata.Key<byte[]> REFUSAL =
            Metadata.Key.of("latchkey-refusal-bin", Metadata.BINARY_BYTE_MARSHALLER);

    private final Watcher watcher;

    enum Outcome {
        OK,
        MALFORMED,
        UNAUTHENTICATED,
        GUESS_BUDGET,
        THROUGHPUT,
        UNAVAILABLE,
        DEADLINE,
        CANCELLED,
        FAILED
    }

    /** Is told of each call, and learns of it what no name or address is part of. */
    interface Watcher {
        Watched begun(MethodDescriptor<?, ?> method);
    }

    /** One call. */
    interface Watched {
        /** What the call tells; {@code outer} is that of who else watches. */
        Tally tally(Tally outer);

        /** Runs what the call is for, in the call's thread. */
        default void work(Runnable work) {
            work.run();
        }

        /** Comes once. */
        void ended(Outcome outcome);
    }

    CallWatch(Watcher watcher) {
        this.watcher = watcher;
    }

    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        MethodDescriptor<Q, A> method = call.getMethodDescriptor();
        if (!KeyServerGrpc.SERVICE_NAME.equals(method.getServiceName())) {
            return next.startCall(call, headers);
        }
        Watched watched = watcher.begun(method);
        Ending<Q, A> ending = new Ending<>(call);
        Context context = Context.current().withValue(Tally.OF_CALL, watched.tally(Tally.OF_CALL.get()));
        boolean started = false;
        try {
            ServerCall.Listener<Q> listener = Contexts.interceptCall(context, ending, headers, next);
            started = true;
            return new Listened<>(listener, watched, ending);
        } finally {
            if (!started) {
                watched.ended(Outcome.FAILED);
            }
        }
    }

    private static Outcome of(Status status, Metadata trailers) {
        return switch (status.getCode()) {
            case OK -> Outcome.OK;
            case INVALID_ARGUMENT -> Outcome.MALFORMED;
            case UNAUTHENTICATED -> Outcome.UNAUTHENTICATED;
            case RESOURCE_EXHAUSTED -> refused(trailers.get(REFUSAL));
            case UNAVAILABLE -> Outcome.UNAVAILABLE;
            case DEADLINE_EXCEEDED -> Outcome.DEADLINE;
            case CANCELLED -> Outcome.CANCELLED;
            default -> Outcome.FAILED;
        };
    }

    private static Outcome refused(byte[] refusal) {
        try {
            return refusal != null && Refusal.parseFrom(refusal).getReason() == Refusal.Reason.REASON_GUESS_BUDGET
                    ? Outcome.GUESS_BUDGET
                    : Outcome.THROUGHPUT;
        } catch (InvalidProtocolBufferException notOurs) {
            return Outcome.FAILED;
        }
    }

    /** Remembers how the server ended the call. */
    private static final class Ending<Q, A> extends SimpleForwardingServerCall<Q, A> {
        private volatile Outcome outcome = Outcome.CANCELLED;

        Ending(ServerCall<Q, A> call) {
            super(call);
        }

        @Override
        public void close(Status status, Metadata trailers) {
            outcome = of(status, trailers);
            super.close(status, trailers);
        }
    }

    /** A call ends once, one way or the other. */
    private static final class Listened<Q> extends SimpleForwardingServerCallListener<Q> {
        private final Watched watched;
        private final Ending<Q, ?> call;

        Listened(ServerCall.Listener<Q> listener, Watched watched, Ending<Q, ?> call) {
            super(listener);
            this.watched = watched;
            this.call = call;
        }

        @Override
        public void onHalfClose() {
            watched.work(super::onHalfClose);
        }

        @Override
        public void onComplete() {
            watched.ended(call.outcome);
            super.onComplete();
        }

        @Override
        public void onCancel() {
            watched.ended(call.outcome);
            super.onCancel();
        }
    }
}
