package dev.latchkey.server.ops;

import dev.latchkey.server.rpc.RequestIdInterceptor;
import dev.latchkey.server.store.Store;
import io.grpc.BindableService;
import io.grpc.ServerInterceptor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Supplier;

/** What an operator sees of a server. Nothing is measured unless there is an endpoint to show it. */
public final class Operations implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final Optional<Metrics> metrics;
    private final Store store;
    private final Readiness readiness;
    private final RequestIdInterceptor requestIds;
    private OperationsEndpoint endpoint;

    private Operations(Optional<Metrics> metrics, Store store, SecureRandom random) {
        this.metrics = metrics;
        this.store = store;
        this.readiness = new Readiness(store, PATIENCE, System::nanoTime);
        this.requestIds = new RequestIdInterceptor(random);
    }

    /**
     * Looks after a server over {@code store}, which stays the caller's and is closed after this.
     *
     * @param measured whether there will be an endpoint
     */
    public static Operations of(Store store, boolean measured, SecureRandom random) {
        Optional<Metrics> metrics = measured ? Optional.of(new Metrics()) : Optional.empty();
        Store named = new CallersStore(store);
        return new Operations(metrics, metrics.isPresent() ? metrics.get().measured(named) : named, random);
    }

    /** The store as calls are to use it. */
    public Store store() {
        return store;
    }

    /** In the order in which a call meets them. */
    public List<ServerInterceptor> interceptors() {
        return metrics.isPresent() ? List.of(requestIds, metrics.get().calls()) : List.of(requestIds);
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
        metrics.ifPresent(Metrics::close);
    }
}
