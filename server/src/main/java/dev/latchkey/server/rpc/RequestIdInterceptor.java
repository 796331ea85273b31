package dev.latchkey.server.rpc;

import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.security.SecureRandom;
import java.util.HexFormat;
import org.slf4j.MDC;

/**
 * Gives each call a random id of 16 hex digits. What is logged while the call is worked on carries it, and so does the answer
 * if the server was at fault, so that a person who is told of it can find the one by the other.
 */
public final class RequestIdInterceptor implements ServerInterceptor {
    /** Under which the log finds the id. */
    public static final String IN_LOG = "request";

    private static final Metadata.Key<String> TRAILER =
            Metadata.Key.of("latchkey-request-id", Metadata.ASCII_STRING_MARSHALLER);
    private static final HexFormat HEX = HexFormat.of();

    private final SecureRandom random;

    public RequestIdInterceptor(SecureRandom random) {
        this.random = random;
    }

    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        String id = HEX.toHexDigits(random.nextLong());
        return new Named<>(next.startCall(new Traced<>(call, id), headers), id);
    }

    /** Says the id where the server was at fault. */
    private static final class Traced<Q, A> extends SimpleForwardingServerCall<Q, A> {
        private final String id;

        Traced(ServerCall<Q, A> call, String id) {
            super(call);
            this.id = id;
        }

        @Override
        public void close(Status status, Metadata trailers) {
            if (status.getCode() == Status.Code.INTERNAL || status.getCode() == Status.Code.UNKNOWN) {
                trailers.put(TRAILER, id);
            }
            super.close(status, trailers);
        }
    }

    /** Works on the call under its id: a unary call is worked on when its message is complete. */
    private static final class Named<Q> extends SimpleForwardingServerCallListener<Q> {
        private final String id;

        Named(ServerCall.Listener<Q> listener, String id) {
            super(listener);
            this.id = id;
        }

        @Override
        public void onHalfClose() {
            MDC.put(IN_LOG, id);
            try {
                super.onHalfClose();
            } finally {
                MDC.remove(IN_LOG);
            }
        }
    }
}
