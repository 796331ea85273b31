package dev.latchkey.server.ops;

import dev.latchkey.server.ops.PlainHttp.Answer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;

/**
 * Plain HTTP for probes and for Prometheus, apart from the clients' port: {@code /livez}, {@code /readyz}, {@code /metrics}. It
 * knows no secrets and no names, but is for the operator's network alone. Only metrics are made in a thread that others wait for.
 */
final class OperationsEndpoint implements AutoCloseable {
    /** For a request, and then for whoever asked to take the answer. */
    static final Duration DEADLINE = Duration.ofSeconds(5);

    private static final int OK = 200;
    private static final int UNAVAILABLE = 503;

    private static final String PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8";

    private final Readiness readiness;
    private final Supplier<String> metrics;
    private final ExecutorService scraper;
    private PlainHttp http;
    private CompletableFuture<Answer> scrape;

    private OperationsEndpoint(Readiness readiness, Supplier<String> metrics) {
        this.readiness = readiness;
        this.metrics = metrics;
        this.scraper = Executors.newSingleThreadExecutor(task -> {
            Thread thread = new Thread(task, "latchkey-metrics");
            thread.setDaemon(true);
            return thread;
        });
    }

    /** Listens until it is closed. */
    static OperationsEndpoint start(InetSocketAddress address, Readiness readiness, Supplier<String> metrics)
            throws IOException {
        OperationsEndpoint endpoint = new OperationsEndpoint(readiness, metrics);
        endpoint.http = PlainHttp.start(address, DEADLINE, endpoint::page);
        return endpoint;
    }

    int port() {
        return http.port();
    }

    @Override
    public void close() {
        http.close();
        scraper.shutdownNow();
    }

    private Supplier<CompletableFuture<Answer>> page(String path) {
        return switch (path) {
            case "/livez" -> () -> CompletableFuture.completedFuture(new Answer(OK, HttpPeer.PLAIN, "alive\n"));
            case "/readyz" -> () -> readiness.ask().thenApply(OperationsEndpoint::ready);
            case "/metrics" -> this::scrape;
            default -> null;
        };
    }

    /** One at a time, for all who ask meanwhile. */
    private synchronized CompletableFuture<Answer> scrape() {
        if (scrape == null || scrape.isDone()) {
            scrape = CompletableFuture.supplyAsync(() -> new Answer(OK, PROMETHEUS, metrics.get()), scraper);
        }
        return scrape;
    }

    private static Answer ready(Optional<String> refusal) {
        return refusal.isEmpty()
                ? new Answer(OK, HttpPeer.PLAIN, "ready\n")
                : new Answer(UNAVAILABLE, HttpPeer.PLAIN, "not ready: " + refusal.get() + "\n");
    }
}
