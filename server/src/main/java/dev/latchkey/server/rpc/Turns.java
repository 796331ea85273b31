package dev.latchkey.server.rpc;

import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallExecutorSupplier;
import io.grpc.health.v1.HealthGrpc;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;

/**
 * Whose call is worked on next. Each address has a queue of its own, and a fixed number of threads takes one call from each in turn:
 * whoever asks for much waits behind themselves. Only work waits. What has to be done before, and after, is done at once by the
 * thread that moves the call's bytes, which is gRPC's own if its executor is the direct one.
 *
 * <p>How much may wait is not bounded here: whoever lets a call wait knows what it holds, and lets it go.
 */
public final class Turns implements ServerCallExecutorSupplier, AutoCloseable {
    /** In the order of their next turn. None of the queues is empty. */
    private final Map<ClientAddress, Set<Turn>> queues = new LinkedHashMap<>();

    private final ExecutorService threads;
    private final int most;
    private int working;

    /** @param most how many calls may be worked on at once */
    public Turns(int most, ThreadFactory factory) {
        this.threads = Executors.newFixedThreadPool(most, factory);
        this.most = most;
    }

    /** Events of a call come one after the other, here or elsewhere, so that there is one task of it at most. */
    final class Turn implements Executor {
        private final ClientAddress address;
        private final boolean isNeeded;
        private boolean hasMessage;
        private boolean isWork;
        private boolean isAwaited;
        private Runnable task;

        private Turn(ClientAddress address, boolean isNeeded) {
            this.address = address;
            this.isNeeded = isNeeded;
        }

        @Override
        public void execute(Runnable event) {
            if (!enter(this, event)) {
                event.run();
            }
        }

        ClientAddress address() {
            return address;
        }

        /** False of a health check, which is answered without one. */
        boolean isNeeded() {
            return isNeeded;
        }

        /** The call's message is there. The event that brings it is no work: gRPC keeps it until the call is complete. */
        void hasMessage() {
            synchronized (Turns.this) {
                hasMessage = isNeeded;
            }
        }

        /** Whether there is work that is not begun. */
        boolean isAwaited() {
            synchronized (Turns.this) {
                return isAwaited;
            }
        }

        /** The work is begun, and there will be no more of it. */
        void begins() {
            synchronized (Turns.this) {
                hasMessage = false;
                isWork = false;
                isAwaited = false;
            }
        }

        /** There is nothing to be worked on any more. What waits is done now, for it has to be told of its call's end. */
        void passes() {
            Runnable left;
            synchronized (Turns.this) {
                begins();
                left = leave(this);
            }
            if (left != null) {
                left.run();
            }
        }
    }

    /** Called by the thread that has taken the call's headers in. */
    @Override
    public <Q, A> Executor getExecutor(ServerCall<Q, A> call, Metadata headers) {
        ClientAddress address = ClientAddress.of(call.getAttributes().get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR));
        String service = call.getMethodDescriptor().getServiceName();
        Turn turn = new Turn(address.site(), !HealthGrpc.SERVICE_NAME.equals(service));
        EndableCalls.OF_CALL.get().takesTurn(turn);
        return turn;
    }

    private boolean enter(Turn turn, Runnable task) {
        synchronized (this) {
            if (!turn.isWork) {
                // What comes after the message is.
                turn.isWork = turn.hasMessage;
                return false;
            }
            turn.task = task;
            turn.isAwaited = true;
            queues.computeIfAbsent(turn.address, first -> new LinkedHashSet<>()).add(turn);
            if (working == most) {
                return true;
            }
            working++;
        }
        threads.execute(this::work);
        return true;
    }

    /** Takes it out, wherever it stands. */
    private Runnable leave(Turn turn) {
        Runnable task = turn.task;
        if (task != null) {
            turn.task = null;
            Set<Turn> queue = queues.get(turn.address);
            queue.remove(turn);
            if (queue.isEmpty()) {
                queues.remove(turn.address);
            }
        }
        return task;
    }

    private void work() {
        boolean isOver = false;
        try {
            for (Runnable task = next(); task != null; task = next()) {
                task.run();
            }
            isOver = true;
        } finally {
            if (!isOver) {
                died();
            }
        }
    }

    /** The next address's oldest; null if there is nothing to do for this thread. */
    private synchronized Runnable next() {
        if (queues.isEmpty()) {
            working--;
            return null;
        }
        Map.Entry<ClientAddress, Set<Turn>> first = queues.entrySet().iterator().next();
        ClientAddress address = first.getKey();
        Set<Turn> queue = first.getValue();
        Runnable task = leave(queue.iterator().next());
        if (!queue.isEmpty()) {
            queues.remove(address);
            queues.put(address, queue);
        }
        return task;
    }

    private synchronized void died() {
        working--;
    }

    /** Ends its threads, whatever they do. */
    @Override
    public void close() {
        threads.shutdownNow();
    }
}
