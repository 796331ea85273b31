package dev.latchkey.server.ops;

import dev.latchkey.server.rpc.Tally;
import dev.latchkey.server.store.Store;
import dev.latchkey.server.store.Store.ConnectionsInUse;
import io.grpc.ServerInterceptor;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/**
 * What a server counts and measures. All labels are names of constants of this program: never an account's, an owner's, an
 * address or a session's. Everything is registered at the start, so that a call only adds to numbers.
 */
final class Metrics implements AutoCloseable {
    static final Duration[] BUCKETS = {
        Duration.ofMillis(1),
        Duration.ofMillis(5),
        Duration.ofMillis(25),
        Duration.ofMillis(100),
        Duration.ofMillis(500),
        Duration.ofSeconds(2),
        Duration.ofSeconds(10)
    };

    private static final double SECONDS_A_DAY = 86_400;

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final JvmGcMetrics collections = new JvmGcMetrics();
    private final CallMeter calls;

    Metrics() {
        Tally tally = new CountedTally(registry);
        this.calls = new CallMeter(registry, tally);
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        new UptimeMetrics().bindTo(registry);
        collections.bindTo(registry);
    }

    ServerInterceptor calls() {
        return new CallWatch(calls);
    }

    /** The same store, measured. It stays the caller's, who closes it. */
    Store measured(Store store) {
        if (store.connections().isPresent()) {
            connections(store, "active", ConnectionsInUse::active);
            connections(store, "idle", ConnectionsInUse::idle);
            Gauge.builder("latchkey.store.connections.max", store, of(ConnectionsInUse::most))
                    .description("Connections to the database that this server may have")
                    .register(registry);
            Gauge.builder("latchkey.store.connections.waiting", store, of(ConnectionsInUse::waiting))
                    .description("Transactions that wait for a connection")
                    .register(registry);
        }
        return new WatchedStore(store, new StoreMeter(registry));
    }

    void certificate(Supplier<Instant> notAfter, Clock clock) {
        Gauge.builder(
                        "latchkey.certificate.remaining.days",
                        () -> Duration.between(clock.instant(), notAfter.get()).toSeconds() / SECONDS_A_DAY)
                .description("Days until the first certificate of the chain in use is over")
                .register(registry);
    }

    /** Without any backup its age has no end, so that an alarm on it rings. */
    void backup(Supplier<OptionalLong> lastMillis, Clock clock) {
        Gauge.builder("latchkey.backup.age", () -> age(lastMillis.get(), clock))
                .description("Seconds since the moment that the newest backup shows")
                .baseUnit("seconds")
                .register(registry);
    }

    private static double age(OptionalLong millis, Clock clock) {
        return millis.isEmpty() ? Double.POSITIVE_INFINITY : (clock.millis() - millis.getAsLong()) / 1e3;
    }

    /** Prometheus' text format. */
    String text() {
        return registry.scrape();
    }

    @Override
    public void close() {
        collections.close();
        registry.close();
    }

    private void connections(Store store, String state, ToDoubleFunction<ConnectionsInUse> number) {
        Gauge.builder("latchkey.store.connections", store, of(number))
                .description("Connections to the database")
                .tag("state", state)
                .register(registry);
    }

    private static ToDoubleFunction<Store> of(ToDoubleFunction<ConnectionsInUse> number) {
        return store -> {
            Optional<ConnectionsInUse> now = store.connections();
            return now.isPresent() ? number.applyAsDouble(now.get()) : 0;
        };
    }
}
