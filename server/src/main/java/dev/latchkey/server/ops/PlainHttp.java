package dev.latchkey.server.ops;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * As much of HTTP as probes need: one request a connection, and no bodies but in answers. One thread moves everybody's bytes and
 * waits for nobody, so whoever is silent or never reads holds up no one else; where there are too many, the oldest gives way.
 */
final class PlainHttp implements AutoCloseable {
    static final int CONNECTIONS = 64;

    private static final Logger log = LoggerFactory.getLogger(PlainHttp.class);

    private static final int BACKLOG = 64;
    private static final int ACCEPTED_AT_ONCE = 16;
    private static final Duration LOOK_AT_DEADLINES = Duration.ofMillis(250);
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final ServerSocketChannel channel;
    private final Selector selector;
    private final Duration deadline;
    private final Pages pages;
    private final Set<HttpPeer> peers = new LinkedHashSet<>();
    private final Queue<Runnable> answered = new ConcurrentLinkedQueue<>();
    private final Thread thread = new Thread(this::run, "latchkey-operations");
    private volatile boolean closed;

    /** What there is to see. */
    @FunctionalInterface
    interface Pages {
        /** Null if there is nothing under this path. Nothing here may wait or throw; the answer itself may come later. */
        Supplier<CompletableFuture<Answer>> page(String path);
    }

    /**
     * What is sent.
     *
     * @param status of HTTP
     * @param type of the body
     * @param body in text
     */
    record Answer(int status, String type, String body) {}

    private PlainHttp(ServerSocketChannel channel, Selector selector, Duration deadline, Pages pages) {
        this.channel = channel;
        this.selector = selector;
        this.deadline = deadline;
        this.pages = pages;
    }

    /**
     * Listens until it is closed.
     *
     * @param deadline for a request to arrive, for its answer to be made, and for it to be taken
     */
    static PlainHttp start(InetSocketAddress address, Duration deadline, Pages pages) throws IOException {
        ServerSocketChannel channel = ServerSocketChannel.open();
        try {
            channel.bind(address, BACKLOG);
            channel.configureBlocking(false);
            Selector selector = Selector.open();
            channel.register(selector, SelectionKey.OP_ACCEPT);
            PlainHttp http = new PlainHttp(channel, selector, deadline, pages);
            http.thread.setDaemon(true);
            http.thread.start();
            return http;
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    int port() {
        return channel.socket().getLocalPort();
    }

    @Override
    public void close() {
        closed = true;
        selector.wakeup();
        try {
            thread.join(PAUSE.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        while (!closed) {
            try {
                selector.select(LOOK_AT_DEADLINES.toMillis());
                look();
            } catch (IOException | RuntimeException e) {
                log.warn("probes could not be answered; trying again in {}", PAUSE, e);
                LockSupport.parkNanos(PAUSE.toNanos());
            }
        }
        peers.forEach(HttpPeer::close);
        try (channel) {
            selector.close();
        } catch (IOException e) {
            log.debug("the port of probes was not closed in order", e);
        }
    }

    private void look() throws IOException {
        for (Iterator<SelectionKey> ready = selector.selectedKeys().iterator(); ready.hasNext(); ) {
            SelectionKey key = ready.next();
            ready.remove();
            if (key.attachment() instanceof HttpPeer peer) {
                peer.move();
            }
        }
        for (Runnable next = answered.poll(); next != null; next = answered.poll()) {
            next.run();
        }
        dropEnded();
        // Last: those who come now find the places of those who went.
        accept();
    }

    private void dropEnded() {
        long now = System.nanoTime();
        for (Iterator<HttpPeer> each = peers.iterator(); each.hasNext(); ) {
            HttpPeer peer = each.next();
            if (peer.isOver(now)) {
                each.remove();
                peer.close();
            }
        }
    }

    /** A few at a time: whoever is let in is also heard before as many others have come as would take the place. */
    private void accept() throws IOException {
        for (int i = 0; i < ACCEPTED_AT_ONCE; i++) {
            SocketChannel next = channel.accept();
            if (next == null) {
                return;
            }
            if (peers.size() == CONNECTIONS) {
                HttpPeer oldest = peers.iterator().next();
                peers.remove(oldest);
                oldest.close();
            }
            try {
                next.configureBlocking(false);
                peers.add(new HttpPeer(next, next.register(selector, SelectionKey.OP_READ), deadline, this::asked));
            } catch (IOException e) {
                log.debug("whoever asked was gone already", e);
                next.close();
            }
        }
    }

    private static Answer failed(Throwable why) {
        log.warn("a page for the operator could not be made", why);
        return new Answer(HttpPeer.FAILED, HttpPeer.PLAIN, "failed\n");
    }

    /** Finds the page that a peer asks for; it is given the answer in this thread, whoever made it. */
    private void asked(HttpPeer peer, HttpPeer.Asked request) {
        Supplier<CompletableFuture<Answer>> page = pages.page(request.path());
        if (page == null) {
            peer.answer(new Answer(HttpPeer.NOT_FOUND, HttpPeer.PLAIN, "not found\n"));
        } else if (!request.isRead()) {
            peer.answer(new Answer(HttpPeer.NOT_ALLOWED, HttpPeer.PLAIN, "method not allowed\n"));
        } else {
            CompletableFuture<Void> unused = page.get()
                    .exceptionally(PlainHttp::failed)
                    .thenAccept(answer -> {
                        answered.add(() -> peer.answer(answer));
                        selector.wakeup();
                    });
        }
    }
}
