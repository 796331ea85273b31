package dev.latchkey.server.admin;

import dev.latchkey.server.admin.AdminAnswer.BackupUnderWay;
import dev.latchkey.server.admin.AdminAnswer.Failed;
import dev.latchkey.server.admin.AdminAnswer.Reason;
import dev.latchkey.server.backup.BackupWriter;
import dev.latchkey.server.store.Store;
import java.io.IOException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where the operator of a running server asks for things: a Unix socket that only the user who runs the server can connect to.
 * One request and one answer a connection, few at once, each with a deadline.
 */
public final class AdminSocket implements AutoCloseable {
    public static final Duration DEADLINE = Duration.ofSeconds(10);

    static final int CONNECTIONS = 4;

    private static final Logger log = LoggerFactory.getLogger(AdminSocket.class);

    private static final int WAITING = 16;
    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final Duration DRAIN = Duration.ofSeconds(10);

    private final SocketPlace place;
    private final ServerSocketChannel channel;
    private final AdminOperations operations;
    private final Duration deadline;
    private final Semaphore room = new Semaphore(CONNECTIONS);
    private final Set<Frames> reading = ConcurrentHashMap.newKeySet();
    private final ExecutorService threads;
    private volatile boolean closed;

    private AdminSocket(SocketPlace place, ServerSocketChannel channel, AdminOperations operations, Duration deadline) {
        this.place = place;
        this.channel = channel;
        this.operations = operations;
        this.deadline = deadline;
        AtomicInteger number = new AtomicInteger();
        this.threads = Executors.newFixedThreadPool(CONNECTIONS + 1, task -> {
            Thread thread = new Thread(task, "latchkey-admin-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        });
    }

    /**
     * Listens until it is closed, which must be before the store is.
     *
     * @param deadline for a request to arrive and for an answer to be taken
     * @throws AdminSocketException if the path is too long or can't be used, or a living server has it
     */
    public static AdminSocket open(Path path, Store store, BackupWriter backups, SecureRandom random, Duration deadline)
            throws AdminSocketException {
        SocketPlace place = SocketPlace.claim(path);
        boolean opened = false;
        try {
            AdminSocket socket = new AdminSocket(
                    place, place.listen(random, WAITING), new AdminOperations(store, backups), deadline);
            socket.threads.execute(socket::accept);
            opened = true;
            return socket;
        } finally {
            if (!opened) {
                place.close();
            }
        }
    }

    /** Whether the path is short enough to be a socket's. */
    public static boolean fits(Path path) {
        return SocketPlace.isShort(path.toAbsolutePath().normalize());
    }

    /** Lets nobody in any more, and what has been asked for end. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        try {
            channel.close();
        } catch (IOException e) {
            log.debug("the admin socket was not closed in order", e);
        }
        reading.forEach(Frames::close);
        threads.shutdown();
        try {
            if (!threads.awaitTermination(DRAIN.toMillis(), TimeUnit.MILLISECONDS)) {
                log.warn("what was asked for at the admin socket did not end in {}", DRAIN);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        place.close();
    }

    private void accept() {
        while (!closed) {
            room.acquireUninterruptibly();
            SocketChannel connection = null;
            try {
                connection = channel.accept();
                threads.execute(serving(connection));
            } catch (IOException | RejectedExecutionException e) {
                room.release();
                giveUp(connection);
                if (!closed) {
                    log.warn("the admin socket could not take a connection; trying again in {}", PAUSE, e);
                    LockSupport.parkNanos(PAUSE.toNanos());
                }
            }
        }
    }

    private Runnable serving(SocketChannel connection) {
        return () -> serve(connection);
    }

    private static void giveUp(SocketChannel connection) {
        try {
            if (connection != null) {
                connection.close();
            }
        } catch (IOException e) {
            log.debug("a connection at the admin socket was not closed in order", e);
        }
    }

    private void serve(SocketChannel connection) {
        try (Frames frames = Frames.of(connection, deadline)) {
            answer(frames);
        } catch (IOException e) {
            log.debug("a connection at the admin socket ended early", e);
        } finally {
            room.release();
        }
    }

    private void answer(Frames frames) throws IOException {
        AdminAnswer answer;
        try {
            answer = operations.answer(AdminMessages.request(read(frames)), bytes -> report(bytes, frames));
        } catch (MalformedMessageException e) {
            answer = new Failed(Reason.MALFORMED);
        }
        frames.write(AdminMessages.encode(answer));
    }

    private void report(long bytes, Frames frames) throws IOException {
        if (closed) {
            throw new IOException("the server stops");
        }
        frames.write(AdminMessages.encode(new BackupUnderWay(bytes)));
    }

    /** Whoever has asked for nothing yet need not be waited for when the server stops. */
    private byte[] read(Frames frames) throws IOException, MalformedMessageException {
        reading.add(frames);
        try {
            if (closed) {
                throw new IOException("the server stops");
            }
            return frames.read();
        } finally {
            reading.remove(frames);
        }
    }
}
