package dev.latchkey.e2e;

import com.google.protobuf.InvalidProtocolBufferException;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;

/** A collector of traces: takes what OTLP sends over HTTP, or takes it and never answers. */
final class Collector implements AutoCloseable {
    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Semaphore sent = new Semaphore(0);
    private final CountDownLatch answers;
    private final List<byte[]> bodies = new ArrayList<>();

    private Collector(boolean answering) throws IOException {
        answers = new CountDownLatch(answering ? 0 : 1);
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/v1/traces", this::take);
        server.start();
    }

    static Collector start() throws IOException {
        return new Collector(true);
    }

    static Collector thatNeverAnswers() throws IOException {
        return new Collector(false);
    }

    URI address() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    /** Has as many permits as messages were sent. */
    Semaphore sent() {
        return sent;
    }

    private void take(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] body = exchange.getRequestBody().readAllBytes();
            boolean isProtobuf =
                    "application/x-protobuf".equals(exchange.getRequestHeaders().getFirst("Content-Type"));
            synchronized (bodies) {
                bodies.add(body);
            }
            sent.release();
            answers.await();
            exchange.sendResponseHeaders(isProtobuf ? 200 : 415, -1);
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        }
    }

    /** Everything that came, one after the other. */
    byte[] bytes() {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        synchronized (bodies) {
            bodies.forEach(all::writeBytes);
        }
        return all.toByteArray();
    }

    List<Span> spans() throws InvalidProtocolBufferException {
        List<Span> spans = new ArrayList<>();
        synchronized (bodies) {
            for (byte[] body : bodies) {
                ExportTraceServiceRequest.parseFrom(body).getResourceSpansList().stream()
                        .flatMap(ofResource -> ofResource.getScopeSpansList().stream())
                        .forEach(ofScope -> spans.addAll(ofScope.getSpansList()));
            }
        }
        return spans;
    }

    @Override
    public void close() {
        threads.shutdownNow();
        server.stop(0);
    }
}
