package dev.latchkey.server.ops;

import dev.latchkey.protocol.wire.KeyServerGrpc;
import dev.latchkey.server.ops.CallWatch.Outcome;
import dev.latchkey.server.rpc.Tally;
import io.grpc.MethodDescriptor;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Measures every call, and hands each its tally. */
final class CallMeter implements CallWatch.Watcher {
    private final Map<String, Map<Outcome, Timer>> timers = new HashMap<>();
    private final AtomicInteger open = new AtomicInteger();
    private final Tally tally;

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
    public CallWatch.Watched begun(MethodDescriptor<?, ?> method) {
        Map<Outcome, Timer> ofMethod = timers.get(method.getFullMethodName());
        long began = System.nanoTime();
        open.incrementAndGet();
        return new CallWatch.Watched() {
            @Override
            public Tally tally(Tally outer) {
                return tally;
            }

            @Override
            public void ended(Outcome outcome) {
                open.decrementAndGet();
                ofMethod.get(outcome).record(System.nanoTime() - began, TimeUnit.NANOSECONDS);
            }
        };
    }
}
