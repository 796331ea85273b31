package dev.latchkey.e2e;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.latchkey.protocol.wire.Refusal;
import dev.latchkey.protocol.wire.StartLoginRequest;
import dev.latchkey.protocol.wire.StartLoginResponse;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Guesses of one account name, all under way at once, and what they came to. */
final class GuessStorm {
    private static final Metadata.Key<byte[]> REFUSAL =
            Metadata.Key.of("latchkey-refusal-bin", Metadata.BINARY_BYTE_MARSHALLER);
    private static final long DEADLINE_SECONDS = 120;
    private static final int MOST_IN_A_ROW = 200;

    private final String name;
    private final long begunAt = System.currentTimeMillis();
    private final long begun = System.nanoTime();
    private final Set<ByteString> ke2s = ConcurrentHashMap.newKeySet();
    private final AtomicInteger unanswered = new AtomicInteger();
    private final AtomicInteger notTakenOn = new AtomicInteger();
    private volatile long lastKe2 = begun;
    private int sent;
    private int ended;

    /** Its time begins now. */
    GuessStorm(String name) {
        this.name = name;
    }

    /** Sends so many at once, each through the next of these. */
    void send(int guesses, List<RawClient> through) {
        synchronized (this) {
            sent += guesses;
        }
        for (int i = 0; i < guesses; i++) {
            StartLoginRequest guess = RawClient.loginRequest(name, Elements.ke1());
            through.get(i % through.size()).asyncStub().startLogin(guess, new Guess());
        }
    }

    /** Waits until so many of all that were sent have ended, one way or the other. */
    synchronized void await(int some) throws InterruptedException {
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(DEADLINE_SECONDS);
        while (ended < some) {
            long left = TimeUnit.NANOSECONDS.toMillis(until - System.nanoTime());
            if (left <= 0) {
                throw new AssertionError("only " + ended + " of " + sent + " guesses have an end");
            }
            wait(left);
        }
    }

    /** Waits for all that were sent. */
    synchronized void awaitAll() throws InterruptedException {
        await(sent);
    }

    synchronized boolean isOver() {
        return ended == sent;
    }

    private synchronized void ends() {
        ended++;
        notifyAll();
    }

    /**
     * Guesses one by one until the budget is spent.
     *
     * @return when that was: not earlier, by the system's clock
     */
    long drain(List<RawClient> through) throws InvalidProtocolBufferException {
        for (int i = 0; i < MOST_IN_A_ROW; i++) {
            long now = System.currentTimeMillis();
            try {
                note(through.get(i % through.size())
                        .stub()
                        .startLogin(RawClient.loginRequest(name, Elements.ke1()))
                        .getSessionId());
            } catch (StatusRuntimeException refused) {
                if (isBudgetSpent(refused)) {
                    return now;
                }
                throw refused;
            }
        }
        throw new AssertionError("the budget is never spent");
    }

    /** A KE2 that somebody has got. */
    void note(ByteString session) {
        lastKe2 = System.nanoTime();
        ke2s.add(session);
    }

    /** The sessions they were for. */
    Set<ByteString> ke2s() {
        return Set.copyOf(ke2s);
    }

    /** By the system's clock. */
    long begunAt() {
        return begunAt;
    }

    /** From the beginning to the last KE2. */
    long nanos() {
        return lastKe2 - begun;
    }

    /** Guesses of which nobody knows what they came to. */
    int unanswered() {
        return unanswered.get();
    }

    /** Guesses that the server had no time for. */
    int notTakenOn() {
        return notTakenOn.get();
    }

    private static boolean isBudgetSpent(StatusRuntimeException refused) throws InvalidProtocolBufferException {
        return refused.getStatus().getCode() == Status.Code.RESOURCE_EXHAUSTED
                && Refusal.parseFrom(refused.getTrailers().get(REFUSAL)).getReason()
                        == Refusal.Reason.REASON_GUESS_BUDGET;
    }

    /** One of them. */
    private final class Guess implements StreamObserver<StartLoginResponse> {
        private boolean answered;

        @Override
        public void onNext(StartLoginResponse response) {
            answered = true;
            note(response.getSessionId());
        }

        @Override
        public void onError(Throwable failure) {
            if (!answered) {
                Status.Code code = Status.fromThrowable(failure).getCode();
                if (code != Status.Code.RESOURCE_EXHAUSTED) {
                    unanswered.incrementAndGet();
                } else if (!isRefusal(failure)) {
                    notTakenOn.incrementAndGet();
                }
            }
            onCompleted();
        }

        private boolean isRefusal(Throwable failure) {
            try {
                return failure instanceof StatusRuntimeException refused && isBudgetSpent(refused);
            } catch (InvalidProtocolBufferException e) {
                throw new AssertionError(e);
            }
        }

        @Override
        public void onCompleted() {
            ends();
        }
    }
}
