package dev.latchkey.server;

import io.grpc.Metadata;
import io.grpc.ServerStreamTracer;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The threads that work on calls. While too much waits for them no call is begun; what belongs to one that was begun is always
 * taken, for what came in has to be given back at its end.
 */
final class Workers extends ServerStreamTracer.Factory {
    /** With at most 8 KiB of metadata each. */
    private static final int MOST_WAITING = 4096;

    private final BlockingQueue<Runnable> waiting = new LinkedBlockingQueue<>();
    private final ThreadPoolExecutor threads;
    private final int mostWaiting;

    Workers(int count, int mostWaiting, ThreadFactory factory) {
        this.threads = new ThreadPoolExecutor(count, count, 0, TimeUnit.SECONDS, waiting, factory);
        this.mostWaiting = mostWaiting;
    }

    /** More than it has processors, for they wait for the database. */
    static Workers ofThisMachine(ThreadFactory factory) {
        return new Workers(Math.max(16, 4 * Runtime.getRuntime().availableProcessors()), MOST_WAITING, factory);
    }

    Executor executor() {
        return threads;
    }

    /** Asked for each call before anything waits for a thread; one that is refused ends there, as its stream does. */
    @Override
    public ServerStreamTracer newServerStreamTracer(String method, Metadata headers) {
        if (waiting.size() >= mostWaiting) {
            throw new RejectedExecutionException("too many calls wait for a thread");
        }
        return new ServerStreamTracer() {};
    }

    void shutdownNow() {
        threads.shutdownNow();
    }
}
