package dev.latchkey.server.ops;

import dev.latchkey.protocol.wire.FailureCode;
import dev.latchkey.protocol.wire.Request.OperationCase;
import dev.latchkey.server.rpc.RequestIdInterceptor;
import dev.latchkey.server.rpc.Tally;
import io.grpc.MethodDescriptor;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import java.util.Optional;
import org.slf4j.MDC;

/**
 * A span for each call. It begins a trace of its own, whatever its client says: that is a stranger's text, who could join what does not
 * belong together. All it holds are names of constants, and the call's id.
 */
final class CallSpans implements CallWatch.Watcher {
    static final AttributeKey<String> SERVICE = AttributeKey.stringKey("service.name");
    static final AttributeKey<String> OUTCOME = AttributeKey.stringKey("latchkey.outcome");

    private static final AttributeKey<String> SYSTEM = AttributeKey.stringKey("rpc.system");
    private static final AttributeKey<String> RPC_SERVICE = AttributeKey.stringKey("rpc.service");
    private static final AttributeKey<String> METHOD = AttributeKey.stringKey("rpc.method");
    private static final AttributeKey<String> REQUEST = AttributeKey.stringKey("latchkey.request");
    private static final AttributeKey<String> GUESS = AttributeKey.stringKey("latchkey.guess");
    private static final AttributeKey<String> HANDSHAKE = AttributeKey.stringKey("latchkey.handshake");
    private static final AttributeKey<String> BOUND = AttributeKey.stringKey("latchkey.bound");
    private static final AttributeKey<String> OPERATION = AttributeKey.stringKey("latchkey.operation");
    private static final AttributeKey<String> ANSWER = AttributeKey.stringKey("latchkey.answer");

    private final Tracer tracer;

    CallSpans(Tracer tracer) {
        this.tracer = tracer;
    }

    @Override
    public CallWatch.Watched begun(MethodDescriptor<?, ?> method) {
        return new Spanned(tracer.spanBuilder(method.getFullMethodName())
                .setNoParent()
                .setSpanKind(SpanKind.SERVER)
                .setAttribute(SYSTEM, "grpc")
                .setAttribute(RPC_SERVICE, method.getServiceName())
                .setAttribute(METHOD, method.getBareMethodName())
                .startSpan());
    }

    private static final class Spanned implements CallWatch.Watched {
        private final Span span;

        Spanned(Span span) {
            this.span = span;
        }

        @Override
        public Tally tally(Tally outer) {
            return new Told(span, outer);
        }

        @Override
        public void work(Runnable work) {
            span.setAttribute(REQUEST, MDC.get(RequestIdInterceptor.IN_LOG));
            Context.current().with(span).wrap(work).run();
        }

        @Override
        public void ended(CallWatch.Outcome outcome) {
            span.setAttribute(OUTCOME, CountedTally.label(outcome));
            switch (outcome) {
                case UNAVAILABLE, DEADLINE, FAILED -> span.setStatus(StatusCode.ERROR);
                default -> {
                    // Whatever the client was told, the server has done what it should.
                }
            }
            span.end();
        }
    }

    /** What became of what the call asks for stands in its span as well. */
    private static final class Told implements Tally {
        private final Span span;
        private final Tally outer;

        Told(Span span, Tally outer) {
            this.span = span;
            this.outer = outer;
        }

        @Override
        public void guess(Guess what) {
            span.setAttribute(GUESS, CountedTally.label(what));
            outer.guess(what);
        }

        @Override
        public void handshake(Handshake what) {
            span.setAttribute(HANDSHAKE, CountedTally.label(what));
            outer.handshake(what);
        }

        @Override
        public void bound(Bound what) {
            span.setAttribute(BOUND, CountedTally.label(what));
            outer.bound(what);
        }

        @Override
        public void operation(OperationCase operation, Optional<FailureCode> failure) {
            span.setAttribute(OPERATION, CountedTally.operationLabel(operation));
            span.setAttribute(ANSWER, failure.map(CountedTally::codeLabel).orElse(CountedTally.DONE));
            outer.operation(operation, failure);
        }
    }
}
