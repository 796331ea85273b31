package dev.latchkey.server.ops;

import dev.latchkey.server.ops.WatchedStore.Kind;
import dev.latchkey.server.ops.WatchedStore.Outcome;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import java.util.function.Consumer;

/** A span for each transaction that a call waits for; none for those that the server asks for by itself. */
final class StoreSpans implements WatchedStore.Watcher {
    private final Tracer tracer;

    StoreSpans(Tracer tracer) {
        this.tracer = tracer;
    }

    @Override
    public Consumer<Outcome> begun(Kind kind) {
        if (!Span.current().getSpanContext().isValid()) {
            return outcome -> {};
        }
        Span span = tracer.spanBuilder("store " + CountedTally.label(kind))
                .setSpanKind(SpanKind.CLIENT)
                .startSpan();
        return outcome -> {
            span.setAttribute(CallSpans.OUTCOME, CountedTally.label(outcome));
            if (outcome != Outcome.COMMITTED && outcome != Outcome.ROLLED_BACK) {
                span.setStatus(StatusCode.ERROR);
            }
            span.end();
        };
    }
}
