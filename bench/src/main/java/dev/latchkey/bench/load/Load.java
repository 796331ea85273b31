package dev.latchkey.bench.load;

import dev.latchkey.opaque.OpaqueException;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Many owners at a server at once, each on a thread and a connection of its own.
 *
 * <p>In a closed loop everybody begins the next operation when the last one has ended. In an open loop operations fall due at
 * a fixed rate whether or not the server keeps up, and an operation's time counts from when it was due: one that had to wait
 * for a place in the queue is as late as its owner sees it (no coordinated omission).
 */
public final class Load implements AutoCloseable {

    /** So that the owners of one run are not those of another at the same server. */
    private static final AtomicLong NAMES = new AtomicLong();

    private final ServedProcess server;
    private final Workload workload;
    private final List<WorkingOwner> owners = new ArrayList<>();
    private final ExecutorService threads;

    /**
     * Owners for one server; they prepare themselves at once.
     *
     * @param reuse whether each keeps its connection, or makes one for every operation
     */
    public Load(ServedProcess server, Workload workload, int owners, boolean reuse)
            throws IOException, InterruptedException, ExecutionException {
        this.server = server;
        this.workload = workload;
        this.threads = Executors.newFixedThreadPool(owners);
        WorkingOwner.Target target =
                new WorkingOwner.Target(server.port(), Connection.trust(server.authority()), reuse);
        long run = NAMES.incrementAndGet();
        List<Future<?>> ready = new ArrayList<>();
        for (int i = 0; i < owners; i++) {
            WorkingOwner owner = new WorkingOwner("owner-" + run + "-" + i, target);
            this.owners.add(owner);
            ready.add(threads.submit(() -> {
                owner.prepare(workload);
                return null;
            }));
        }
        for (Future<?> one : ready) {
            one.get();
        }
    }

    /** Everybody as fast as it goes. */
    public LoadResult closed(Duration duration) throws InterruptedException, ExecutionException {
        return run(duration, 0);
    }

    /** So many operations a second fall due. */
    public LoadResult open(Duration duration, double perSecond) throws InterruptedException, ExecutionException {
        return run(duration, perSecond);
    }

    private LoadResult run(Duration duration, double perSecond) throws InterruptedException, ExecutionException {
        LoadResult.Recorder recorder = new LoadResult.Recorder(duration);
        Duration cpuBefore = server.cpu();
        long begun = System.nanoTime();
        long end = begun + duration.toNanos();
        AtomicLong due = new AtomicLong();
        List<Future<?>> done = new ArrayList<>();
        for (WorkingOwner owner : owners) {
            done.add(threads.submit(() -> {
                if (perSecond > 0) {
                    openLoop(owner, recorder, due, new Schedule(begun, end, perSecond));
                } else {
                    closedLoop(owner, recorder, begun, end);
                }
            }));
        }
        for (Future<?> one : done) {
            one.get();
        }
        long taken = System.nanoTime() - begun;
        return recorder.result(
                new LoadResult.Asked(workload, owners.size(), perSecond),
                Duration.ofNanos(taken),
                server.cpu().minus(cpuBefore));
    }

    private void closedLoop(WorkingOwner owner, LoadResult.Recorder recorder, long begun, long end) {
        for (long now = System.nanoTime(); now - end < 0; now = System.nanoTime()) {
            one(owner, recorder, begun, now);
        }
    }

    /** When operations fall due. */
    private record Schedule(long begun, long end, double perSecond) {
        long at(long number) {
            return begun + (long) (number * 1e9 / perSecond);
        }
    }

    private void openLoop(WorkingOwner owner, LoadResult.Recorder recorder, AtomicLong due, Schedule schedule) {
        for (long at = schedule.at(due.getAndIncrement());
                at - schedule.end() < 0;
                at = schedule.at(due.getAndIncrement())) {
            for (long left = at - System.nanoTime(); left > 0; left = at - System.nanoTime()) {
                LockSupport.parkNanos(left);
            }
            one(owner, recorder, schedule.begun(), at);
        }
    }

    private void one(WorkingOwner owner, LoadResult.Recorder recorder, long begun, long from) {
        try {
            Workload done = owner.run(workload);
            long now = System.nanoTime();
            recorder.done(done, now - begun, now - from);
        } catch (StatusRuntimeException | OpaqueException | IllegalStateException failed) {
            recorder.failed(failed);
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
        owners.forEach(WorkingOwner::close);
    }
}
