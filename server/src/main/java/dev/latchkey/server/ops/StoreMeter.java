package dev.latchkey.server.ops;

import dev.latchkey.server.ops.WatchedStore.Kind;
import dev.latchkey.server.ops.WatchedStore.Outcome;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Measures how long transactions take, and how they end. */
final class StoreMeter implements WatchedStore.Watcher {
    private final Map<Kind, Map<Outcome, Timer>> timers = new EnumMap<>(Kind.class);

    StoreMeter(MeterRegistry registry) {
        for (Kind kind : Kind.values()) {
            Map<Outcome, Timer> ofKind = new EnumMap<>(Outcome.class);
            for (Outcome outcome : Outcome.values()) {
                ofKind.put(
                        outcome,
                        Timer.builder("latchkey.store.transaction.duration")
                                .description("How long transactions took, with the wait for their turn")
                                .serviceLevelObjectives(Metrics.BUCKETS)
                                .tag("kind", kind.name().toLowerCase(Locale.ROOT))
                                .tag("outcome", outcome.name().toLowerCase(Locale.ROOT))
                                .register(registry));
            }
            timers.put(kind, ofKind);
        }
    }

    @Override
    public Consumer<Outcome> begun(Kind kind) {
        long began = System.nanoTime();
        return outcome -> timers.get(kind).get(outcome).record(System.nanoTime() - began, TimeUnit.NANOSECONDS);
    }
}
