package dev.latchkey.server.rpc;

import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.ServerStreamTracer;

/**
 * Lets the server end a call that it has answered: gRPC gives up a stream whose context is cancelled for lateness, with
 * whatever of the answer its peer did not take. The call itself can't be closed a second time.
 */
public final class EndableCalls extends ServerStreamTracer.Factory {
    static final Context.Key<Context.CancellableContext> OF_CALL = Context.key("latchkey-endable-call");

    /** For one server. */
    public EndableCalls() {}

    @Override
    public ServerStreamTracer newServerStreamTracer(String method, Metadata headers) {
        return new ServerStreamTracer() {
            @Override
            public Context filterContext(Context context) {
                Context.CancellableContext endable = context.withCancellation();
                return endable.withValue(OF_CALL, endable);
            }
        };
    }
}
