package dev.latchkey.server.ops;

import dev.latchkey.server.store.Store;
import io.grpc.ServerInterceptor;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Sends a span for each call, and one for each transaction that it waits for, to a collector that speaks OTLP. Calls never wait
 * for it: what does not find room in a queue is dropped, and so is what the collector does not take in time. OpenTelemetry is loaded
 * with this class, and this class only where there is a collector.
 */
final class Traces implements AutoCloseable {
    private static final int WAITING = 2048;
    private static final int AT_ONCE = 512;
    private static final Duration EVERY = Duration.ofSeconds(1);
    private static final Duration DEADLINE = Duration.ofSeconds(5);
    private static final Duration LAST = Duration.ofMillis(1500);

    /** What is lost is said by {@link LostSpans}, in this server's own log. Held, as its level goes with it. */
    private static final Logger LIBRARY = Logger.getLogger("io.opentelemetry");

    private final SdkTracerProvider provider;
    private final Tracer tracer;

    /** @param collector its base address, to which {@code /v1/traces} is added */
    Traces(URI collector) {
        LIBRARY.setLevel(Level.OFF);
        LostSpans lost = new LostSpans(
                OtlpHttpSpanExporter.builder()
                        .setEndpoint(collector + "/v1/traces")
                        .setConnectTimeout(DEADLINE)
                        .setTimeout(DEADLINE)
                        .setRetryPolicy(null)
                        .build(),
                WAITING,
                System::nanoTime);
        this.provider = SdkTracerProvider.builder()
                .setResource(Resource.create(Attributes.of(CallSpans.SERVICE, "latchkey-server")))
                .addSpanProcessor(lost.counting())
                .addSpanProcessor(BatchSpanProcessor.builder(lost)
                        .setMaxQueueSize(WAITING)
                        .setMaxExportBatchSize(AT_ONCE)
                        .setScheduleDelay(EVERY)
                        .setExporterTimeout(DEADLINE)
                        .build())
                .build();
        this.tracer = provider.get("dev.latchkey.server");
    }

    ServerInterceptor calls() {
        return new CallWatch(new CallSpans(tracer));
    }

    /** The same store, with a span for each transaction. It stays the caller's, who closes it. */
    Store watched(Store store) {
        return new WatchedStore(store, new StoreSpans(tracer));
    }

    /** Sends what is left, if the collector takes it at once. */
    @Override
    public void close() {
        provider.shutdown().join(LAST.toMillis(), TimeUnit.MILLISECONDS);
    }
}
