package dev.latchkey.server.ops;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** Spans for a collector that takes connections and never answers. */
final class LostSpansTest {
    private static final int ROOM = 4;
    private static final int DEADLINE_SECONDS = 30;

    private final AtomicLong nanos = new AtomicLong();
    private final ListAppender<ILoggingEvent> logged = new ListAppender<>();
    private final Logger log = (Logger) LoggerFactory.getLogger(LostSpans.class);
    private ServerSocket collector;
    private SdkTracerProvider provider;

    @BeforeEach
    void start() throws Exception {
        logged.start();
        log.addAppender(logged);
        collector = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        LostSpans lost = new LostSpans(
                OtlpHttpSpanExporter.builder()
                        .setEndpoint("http://127.0.0.1:" + collector.getLocalPort() + "/v1/traces")
                        .setTimeout(Duration.ofMillis(200))
                        .setRetryPolicy(null)
                        .build(),
                ROOM,
                nanos::get);
        provider = SdkTracerProvider.builder()
                .addSpanProcessor(lost.counting())
                .addSpanProcessor(BatchSpanProcessor.builder(lost)
                        .setMaxQueueSize(ROOM)
                        .setMaxExportBatchSize(ROOM)
                        .setScheduleDelay(Duration.ofHours(1))
                        .build())
                .build();
    }

    @AfterEach
    void stop() throws Exception {
        log.detachAppender(logged);
        provider.shutdown().join(DEADLINE_SECONDS, TimeUnit.SECONDS);
        collector.close();
    }

    private void end(int spans) {
        for (int i = 0; i < spans; i++) {
            provider.get("test").spanBuilder("span").startSpan().end();
        }
        provider.forceFlush().join(DEADLINE_SECONDS, TimeUnit.SECONDS);
    }

    /** A flush may be told that it is done when the one before it was, and what it waits for is to come. */
    private void awaitSaid(int times) {
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(DEADLINE_SECONDS);
        while (said().size() < times) {
            assertThat(System.nanoTime()).as("something is said").isLessThan(until);
            provider.forceFlush().join(DEADLINE_SECONDS, TimeUnit.SECONDS);
        }
        assertThat(said()).hasSize(times);
    }

    private List<Integer> said() {
        // Whoever exports appends meanwhile.
        synchronized (logged) {
            return logged.list.stream()
                    .map(event -> ((Number) event.getArgumentArray()[0]).intValue())
                    .toList();
        }
    }

    @Test
    void spans_thatAreNotTakenOrFindNoRoom_areSaidOnceAMinuteWithTheirNumber() {
        end(3);
        awaitSaid(1);
        assertThat(said()).containsExactly(3);

        end(100);
        assertThat(said()).hasSize(1);

        nanos.addAndGet(Duration.ofMinutes(1).toNanos());
        end(1);
        awaitSaid(2);
        // Some may wait still, and as many be under way.
        assertThat(said().get(1)).isBetween(101 - 2 * ROOM, 101);
    }
}
