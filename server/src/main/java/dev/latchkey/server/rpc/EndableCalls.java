package dev.latchkey.server.rpc;

import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.ServerStreamTracer;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Lets the server end a call that it has answered: gRPC gives up a stream whose context is cancelled for lateness, with
 * whatever of the answer its peer did not take. The call itself can't be closed a second time. Also tells how many bytes of a call
 * have come and gone, long before its message is complete.
 */
public final class EndableCalls extends ServerStreamTracer.Factory {
    static final Context.Key<Stream> OF_CALL = Context.key("latchkey-endable-call");

    /** For one server. */
    public EndableCalls() {}

    @Override
    public ServerStreamTracer newServerStreamTracer(String method, Metadata headers) {
        return new Stream();
    }

    /** What carries one call. Its bytes come one after the other. */
    static final class Stream extends ServerStreamTracer {
        /** What gRPC keeps beside the bytes of each piece, so that a message in tiny ones is not held for a small one. */
        private static final int BYTES_A_PIECE = 512;

        private final AtomicLong received = new AtomicLong();
        private final AtomicLong sent = new AtomicLong();
        private volatile Context.CancellableContext context;
        private volatile Runnable onReceived = () -> {};
        private volatile Runnable onSecondMessage = () -> {};
        private volatile Turns.Turn turn;

        @Override
        public Context filterContext(Context outer) {
            context = outer.withCancellation();
            return context.withValue(OF_CALL, this);
        }

        @Override
        public void inboundWireSize(long bytes) {
            received.addAndGet(BYTES_A_PIECE + bytes);
            onReceived.run();
        }

        /** Of a method there is not, it has no turn. */
        @Override
        public void inboundMessageRead(int number, long wireSize, long size) {
            if (turn != null) {
                turn.hasMessage();
            }
            if (number > 0) {
                onSecondMessage.run();
            }
        }

        @Override
        public void outboundWireSize(long bytes) {
            sent.addAndGet(bytes);
        }

        /** What is held of the message so far; when it is complete, what was. */
        long received() {
            return received.get();
        }

        long sent() {
            return sent.get();
        }

        /** Is run whenever bytes have come, by the thread that moves them. */
        void onReceived(Runnable action) {
            onReceived = action;
        }

        /** Is run when there is more than the one message of a call: of what comes behind two nobody would be told that it is held. */
        void onSecondMessage(Runnable action) {
            onSecondMessage = action;
        }

        void takesTurn(Turns.Turn turn) {
            this.turn = turn;
        }

        Turns.Turn turn() {
            return turn;
        }

        void end(Throwable cause) {
            context.cancel(cause);
        }
    }
}
