package dev.latchkey.server.ops;

import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.ReadWriteSpan;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.SpanProcessor;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Counts the spans that the collector did not take and those that found no room before it, and says so once a minute at most. */
final class LostSpans implements SpanExporter {
    private static final Logger log = LoggerFactory.getLogger(LostSpans.class);

    private static final long SAY_EVERY = Duration.ofMinutes(1).toNanos();

    private final SpanExporter exporter;
    private final int room;
    private final LongSupplier nanos;
    private final AtomicLong ended = new AtomicLong();
    private final AtomicLong handed = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();
    private long said;
    private long saidAt;

    /**
     * Counts what comes to an exporter, which is closed with this.
     *
     * @param room how many may wait for it
     * @param nanos a clock that never goes back
     */
    LostSpans(SpanExporter exporter, int room, LongSupplier nanos) {
        this.exporter = exporter;
        this.room = room;
        this.nanos = nanos;
        this.saidAt = nanos.getAsLong() - SAY_EVERY;
    }

    /** Counts all there are, before those that find no room are dropped. */
    SpanProcessor counting() {
        return new SpanProcessor() {
            @Override
            public void onStart(Context parent, ReadWriteSpan span) {}

            @Override
            public boolean isStartRequired() {
                return false;
            }

            @Override
            public void onEnd(ReadableSpan span) {
                ended.incrementAndGet();
            }

            @Override
            public boolean isEndRequired() {
                return true;
            }
        };
    }

    @Override
    public CompletableResultCode export(Collection<SpanData> spans) {
        handed.addAndGet(spans.size());
        CompletableResultCode result = exporter.export(spans);
        result.whenComplete(() -> {
            if (!result.isSuccess()) {
                refused.addAndGet(spans.size());
            }
            say();
        });
        return result;
    }

    /** So many of those that ended may still wait; what is beyond that was dropped. */
    private synchronized void say() {
        long lost = refused.get() + Math.max(0, ended.get() - handed.get() - room);
        long now = nanos.getAsLong();
        if (lost > said && now - saidAt >= SAY_EVERY) {
            log.warn(
                    "the collector of traces does not take what it is sent: at least {} spans were dropped since this was last"
                            + " said",
                    lost - said);
            said = lost;
            saidAt = now;
        }
    }

    @Override
    public CompletableResultCode flush() {
        return exporter.flush();
    }

    @Override
    public CompletableResultCode shutdown() {
        return exporter.shutdown();
    }
}
