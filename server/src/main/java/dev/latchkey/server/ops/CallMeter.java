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
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Measures every call of the key service from its headers to its end, and hands each its tally. */
final class CallMeter implements ServerInterceptor {
    private static final Metadata.Key<byte[]> REFUSAL =
            Metadata.Key.of("latchkey-refusal-bin", Metadata.BINARY_BYTE_MARSHALLER);

    private final Map<String, Map<Outcome, Timer>> timers = new HashMap<>();
    private final AtomicInteger open = new AtomicInteger();
    private final Tally tally;

    private enum Outcome {
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

    CallMeter(MeterRegistry registry, Tally tally) {
        this.tally = tally;
        for (MethodDescriptor<?, ?> method :
                KeyServerGrpc.getServiceDescriptor().getMethods()) {
            Map<Outcome, Timer> ofMethod = new EnumMap<>(Outcome.class);
            for (Outcome outcome : Outcome.values()) {
                ofMethod.put(outcome, timer(registry, method.getBareMethodName(), outcome));
            }
            timers.put(method.getFullMethodName(), ofMethod);
        }
        Gauge.builder("latchkey.calls.open", open, AtomicInteger::get)
                .description("Calls that are open now")
                .register(registry);
    }

    private static Timer timer(MeterRegistry registry, String method, Outcome outcome) {
        return Timer.builder("latchkey.call.duration")
                .description("How long calls took, from their headers to their end")
                .serviceLevelObjectives(Metrics.BUCKETS)
                .tag("method", method)
                .tag("outcome", outcome.name().toLowerCase(Locale.ROOT))
                .register(registry);
    }

    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        Map<Outcome, Timer> ofMethod = timers.get(call.getMethodDescriptor().getFullMethodName());
        if (ofMethod == null) {
            return next.startCall(call, headers);
        }
        Measured<Q, A> measured = new Measured<>(call, ofMethod);
        Context context = Context.current().withValue(Tally.OF_CALL, tally);
        open.incrementAndGet();
        boolean started = false;
        try {
            ServerCall.Listener<Q> listener = Contexts.interceptCall(context, measured, headers, next);
            started = true;
            return new Ended<>(listener, measured);
        } finally {
            if (!started) {
                open.decrementAndGet();
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
    private static final class Measured<Q, A> extends SimpleForwardingServerCall<Q, A> {
        private final Map<Outcome, Timer> timers;
        private final long began = System.nanoTime();
        private volatile Outcome outcome = Outcome.CANCELLED;

        Measured(ServerCall<Q, A> call, Map<Outcome, Timer> timers) {
            super(call);
            this.timers = timers;
        }

        @Override
        public void close(Status status, Metadata trailers) {
            outcome = of(status, trailers);
            super.close(status, trailers);
        }

        void record() {
            timers.get(outcome).record(System.nanoTime() - began, TimeUnit.NANOSECONDS);
        }
    }

    /** A call ends once, one way or the other. */
    private final class Ended<Q> extends SimpleForwardingServerCallListener<Q> {
        private final Measured<Q, ?> call;

        Ended(ServerCall.Listener<Q> listener, Measured<Q, ?> call) {
            super(listener);
            this.call = call;
        }

        @Override
        public void onComplete() {
            end();
            super.onComplete();
        }

        @Override
        public void onCancel() {
            end();
            super.onCancel();
        }

        private void end() {
            open.decrementAndGet();
            call.record();
        }
    }
}
