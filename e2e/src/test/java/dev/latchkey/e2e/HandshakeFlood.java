package dev.latchkey.e2e;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.latchkey.protocol.wire.Refusal;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A stranger who begins things as fast as the server answers, a fixed number at a time, and goes on with none of them. */
final class HandshakeFlood {
    private static final Metadata.Key<byte[]> REFUSAL =
            Metadata.Key.of("latchkey-refusal-bin", Metadata.BINARY_BYTE_MARSHALLER);
    private static final int AT_ONCE = 16;
    private static final int DEADLINE_SECONDS = 60;

    /** So often refused, it has met a limit. */
    private static final int REFUSED = 200;

    private final Semaphore room = new Semaphore(AT_ONCE);
    private final AtomicInteger answered = new AtomicInteger();
    private final AtomicInteger refused = new AtomicInteger();
    private final CountDownLatch enough = new CountDownLatch(REFUSED);
    private final AtomicInteger other = new AtomicInteger();
    private final Thread thread;
    private volatile boolean over;

    /** Asks once, for the name with this number. */
    @FunctionalInterface
    interface Call<T> {
        void begin(int number, StreamObserver<T> answer);
    }

    private <T> HandshakeFlood(Call<T> call) {
        this.thread = new Thread(() -> run(call), "flood");
        thread.start();
    }

    static <T> HandshakeFlood of(Call<T> call) {
        return new HandshakeFlood(call);
    }

    private <T> void run(Call<T> call) {
        for (int i = 0; !over; i++) {
            room.acquireUninterruptibly();
            call.begin(i, new Count<>());
        }
    }

    /** How often the server began what it was asked to. */
    int answered() {
        return answered.get();
    }

    /** How often it said that this was too much. */
    int refused() {
        return refused.get();
    }

    boolean hasMetALimit() {
        return enough.getCount() == 0;
    }

    /** Goes on until it has met a limit. */
    void awaitLimit() throws InterruptedException {
        if (!enough.await(DEADLINE_SECONDS, TimeUnit.SECONDS)) {
            throw new AssertionError("the flood is refused only " + refused + " times");
        }
    }

    /** How often it said anything else. */
    int other() {
        return other.get();
    }

    /** Ends it; everything that was asked has its answer then. */
    void end() throws InterruptedException {
        over = true;
        thread.join(TimeUnit.SECONDS.toMillis(DEADLINE_SECONDS));
        if (!room.tryAcquire(AT_ONCE, DEADLINE_SECONDS, TimeUnit.SECONDS)) {
            throw new AssertionError("calls of the flood have no end");
        }
        room.release(AT_ONCE);
    }

    /** One of them. */
    private final class Count<T> implements StreamObserver<T> {
        @Override
        public void onNext(T answer) {
            answered.incrementAndGet();
        }

        @Override
        public void onError(Throwable failure) {
            if (isForThroughput(failure)) {
                refused.incrementAndGet();
                enough.countDown();
            } else {
                other.incrementAndGet();
            }
            room.release();
        }

        @Override
        public void onCompleted() {
            room.release();
        }

        private boolean isForThroughput(Throwable failure) {
            Metadata trailers = Status.trailersFromThrowable(failure);
            byte[] refusal = trailers == null ? null : trailers.get(REFUSAL);
            try {
                return refusal != null && Refusal.parseFrom(refusal).getReason() == Refusal.Reason.REASON_THROUGHPUT;
            } catch (InvalidProtocolBufferException e) {
                return false;
            }
        }
    }
}
