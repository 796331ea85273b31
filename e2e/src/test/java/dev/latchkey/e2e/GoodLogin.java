package dev.latchkey.e2e;

import com.google.protobuf.ByteString;
import dev.latchkey.protocol.wire.OpenSessionRequest;
import dev.latchkey.protocol.wire.SealedMessage;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** The owner's own login among the guesses: its KE3 is sent more than once and in more than one place. */
final class GoodLogin {
    private static final long DEADLINE_SECONDS = 60;

    private final RawHandshake handshake;
    private final AtomicInteger opened = new AtomicInteger();
    private final Semaphore ends = new Semaphore(0);
    private int sent;

    GoodLogin(RawHandshake handshake) {
        this.handshake = handshake;
    }

    ByteString session() {
        return RawClient.bytes(handshake.sessionId().toByteArray());
    }

    /** Sends KE3 through each of these at once. */
    void send(List<RawClient> through) {
        OpenSessionRequest request = OpenSessionRequest.newBuilder()
                .setSessionId(session())
                .setKe3(RawClient.bytes(handshake.ke3()))
                .build();
        for (RawClient client : through) {
            sent++;
            client.asyncStub().openSession(request, new Answer());
        }
    }

    /** Waits for all that were sent. */
    void awaitAll() throws InterruptedException {
        if (!ends.tryAcquire(sent, DEADLINE_SECONDS, TimeUnit.SECONDS)) {
            throw new AssertionError("a KE3 without an end");
        }
        sent = 0;
    }

    /** How often it was answered with a session. */
    int opened() {
        return opened.get();
    }

    private final class Answer implements StreamObserver<SealedMessage> {
        @Override
        public void onNext(SealedMessage message) {
            opened.incrementAndGet();
        }

        @Override
        public void onError(Throwable failure) {
            ends.release();
        }

        @Override
        public void onCompleted() {
            ends.release();
        }
    }
}
