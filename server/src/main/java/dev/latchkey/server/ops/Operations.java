package dev.latchkey.server.ops;

import dev.latchkey.server.rpc.RequestIdInterceptor;
import dev.latchkey.server.store.Store;
import io.grpc.BindableService;
import io.grpc.ServerInterceptor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Supplier;

/** What an operator sees of a server. Nothing is measured unless there is an endpoint to show it, or a collector of traces. */
public final class Operations implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final Optional<Metrics> metrics;
    private final Optional<Traces> traces;
    private final Store store;
    private final Readiness readiness;
    private final RequestIdInterceptor requestIds;
    private OperationsEndpoint endpoint;

    private Operations(Store store, Optional<Metrics> metrics, Optional<Traces> traces, SecureRandom random) {
        Store named = new CallersStore(store);
        Store measured = metrics.isPresent() ? metrics.get().measured(named) : named;
        this.metrics = metrics;
        this.traces = traces;
        this.store = traces.isPresent() ? traces.get().watched(measured) : measured;
        this.readiness = new Readiness(this.store, PATIENCE, System::nanoTime);
        this.requestIds = new RequestIdInterceptor(random);
    }

    /**
     * Looks after a server over {@code store}, which stays the caller's and is closed after this.
     *
     * @param measured whether there will be an endpoint
     * @param collector where traces go, if anywhere
     */
    public static Operations of(Store store, boolean measured, Optional<URI> collector, SecureRandom random) {
        return new Operations(
                store,
                measured ? Optional.of(new Metrics()) : Optional.empty(),
                collector.isPresent() ? Optional.of(new Traces(collector.get())) : Optional.empty(),
                random);
    }

    /** The store as calls are to use it. */
    public Store store() {
        return store;
    }

    /** In the order in which a call meets them. */
    public List<ServerInterceptor> interceptors() {
        List<ServerInterceptor> interceptors = new ArrayList<>(List.of(requestIds));
        metrics.ifPresent(present -> interceptors.add(present.calls()));
        // Asked for like this, as a lambda of a class loads the class also where it is not run.
        if (traces.isPresent()) {
            interceptors.add(traces.get().calls());
        }
        return interceptors;
    }

    public BindableService health() {
        return new HealthService(readiness);
    }

    /** Opens the endpoint. */
    public void listen(InetSocketAddress address, Supplier<Instant> certificateNotAfter, Clock clock)
            throws IOException {
        Metrics shown = metrics.orElseThrow();
        shown.certificate(certificateNotAfter, clock);
        // The first who asks is to hear of the store as it is.
        readiness.ask().join();
        shown.backup(readiness::lastBackupMillis, clock);
        endpoint = OperationsEndpoint.start(address, readiness, () -> {
            // Whoever scrapes is told of the store as it was a moment ago, and never waits for it.
            readiness.refresh();
            return shown.text();
        });
    }

    /** The endpoint's port; empty if there is none. */
    public OptionalInt port() {
        return endpoint == null ? OptionalInt.empty() : OptionalInt.of(endpoint.port());
    }

    /** Says from now on that the server is not ready. */
    public void drain() {
        readiness.drain();
    }

    @Override
    public void close() {
        if (endpoint != null) {
            endpoint.close();
        }
        readiness.close();
        if (traces.isPresent()) {
            traces.get().close();
        }
        metrics.ifPresent(Metrics::close);
    }
}
