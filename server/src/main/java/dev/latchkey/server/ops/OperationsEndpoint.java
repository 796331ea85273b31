package dev.latchkey.server.ops;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * Plain HTTP for probes and for Prometheus, apart from the clients' port: {@code /livez}, {@code /readyz}, {@code /metrics}. It
 * knows no secrets and no names, but is for the operator's network alone.
 */
final class OperationsEndpoint implements AutoCloseable {
    private static final int BACKLOG = 16;
    private static final int THREADS = 2;
    private static final int WAITING = 16;

    private static final int OK = 200;
    private static final int NOT_FOUND = 404;
    private static final int NOT_ALLOWED = 405;
    private static final int UNAVAILABLE = 503;

    private static final String PLAIN = "text/plain; charset=utf-8";
    private static final String PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8";

    static {
        // Java has no other way to tell its server that nobody may take longer for a request; seconds.
        limit("sun.net.httpserver.maxReqTime", 5);
        limit("sun.net.httpserver.maxRspTime", 30);
        limit("jdk.httpserver.maxConnections", 64);
    }

    private final HttpServer server;
    private final ThreadPoolExecutor workers;
    private final Readiness readiness;
    private final Supplier<String> metrics;

    private OperationsEndpoint(HttpServer server, Readiness readiness, Supplier<String> metrics) {
        this.server = server;
        this.readiness = readiness;
        this.metrics = metrics;
        AtomicInteger number = new AtomicInteger();
        this.workers = new ThreadPoolExecutor(
                THREADS, THREADS, 0, TimeUnit.SECONDS, new ArrayBlockingQueue<>(WAITING), task -> {
                    Thread thread = new Thread(task, "latchkey-operations-" + number.incrementAndGet());
                    thread.setDaemon(true);
                    return thread;
                });
    }

    /** Listens until it is closed. */
    static OperationsEndpoint start(InetSocketAddress address, Readiness readiness, Supplier<String> metrics)
            throws IOException {
        HttpServer server = HttpServer.create(address, BACKLOG);
        OperationsEndpoint endpoint = new OperationsEndpoint(server, readiness, metrics);
        server.setExecutor(endpoint.workers);
        server.createContext("/", endpoint::serve);
        server.start();
        return endpoint;
    }

    int port() {
        return server.getAddress().getPort();
    }

    @Override
    public void close() {
        server.stop(0);
        workers.shutdownNow();
    }

    private void serve(HttpExchange exchange) throws IOException {
        try (exchange) {
            String method = exchange.getRequestMethod();
            Supplier<Answer> page = page(exchange.getRequestURI().getPath());
            if (page == null) {
                send(exchange, new Answer(NOT_FOUND, PLAIN, "not found\n"));
            } else if (!method.equals("GET") && !method.equals("HEAD")) {
                exchange.getResponseHeaders().set("Allow", "GET, HEAD");
                send(exchange, new Answer(NOT_ALLOWED, PLAIN, "method not allowed\n"));
            } else {
                send(exchange, page.get());
            }
        }
    }

    private Supplier<Answer> page(String path) {
        return switch (path == null ? "" : path) {
            case "/livez" -> () -> new Answer(OK, PLAIN, "alive\n");
            case "/readyz" -> this::ready;
            case "/metrics" -> () -> new Answer(OK, PROMETHEUS, metrics.get());
            default -> null;
        };
    }

    private Answer ready() {
        Optional<String> refusal = readiness.ask().join();
        return refusal.isEmpty()
                ? new Answer(OK, PLAIN, "ready\n")
                : new Answer(UNAVAILABLE, PLAIN, "not ready: " + refusal.get() + "\n");
    }

    private static void send(HttpExchange exchange, Answer answer) throws IOException {
        byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", answer.type());
        exchange.getResponseHeaders().set("Cache-Control", "no-store");
        if (exchange.getRequestMethod().equals("HEAD")) {
            exchange.sendResponseHeaders(answer.status(), -1);
        } else {
            exchange.sendResponseHeaders(answer.status(), body.length);
            exchange.getResponseBody().write(body);
        }
    }

    private static void limit(String property, int most) {
        if (System.getProperty(property) == null) {
            System.setProperty(property, Integer.toString(most));
        }
    }

    private record Answer(int status, String type, String body) {}
}
