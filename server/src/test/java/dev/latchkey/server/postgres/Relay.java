package dev.latchkey.server.postgres;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Moves bytes to a port of this machine and back, until it is told to swallow: then connections stand and are taken, and
 * nothing comes out of them, as where a network loses every packet.
 */
public final class Relay implements AutoCloseable {
    private static final int CHUNK = 8192;

    private final ServerSocket listener;
    private final int port;
    private final List<Closeable> open = new CopyOnWriteArrayList<>();
    private volatile boolean swallows;

    private Relay(int port) throws IOException {
        this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        this.port = port;
        open.add(listener);
        start(this::accept);
    }

    public static Relay to(int port) {
        try {
            return new Relay(port);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public int port() {
        return listener.getLocalPort();
    }

    /** What was swallowed does not come back: its connections are of no use any more. */
    public void swallow(boolean everything) {
        swallows = everything;
    }

    @Override
    public void close() throws IOException {
        for (Closeable each : open) {
            each.close();
        }
    }

    private void accept() throws IOException {
        while (true) {
            Socket client = listener.accept();
            open.add(client);
            start(() -> connect(client));
        }
    }

    private void connect(Socket client) throws IOException {
        try {
            Socket behind = new Socket(InetAddress.getLoopbackAddress(), port);
            open.add(behind);
            start(() -> move(behind, client));
            move(client, behind);
        } finally {
            client.close();
        }
    }

    private void move(Socket from, Socket to) throws IOException {
        try (from;
                to) {
            byte[] chunk = new byte[CHUNK];
            boolean lost = false;
            for (int read = from.getInputStream().read(chunk);
                    read >= 0;
                    read = from.getInputStream().read(chunk)) {
                lost |= swallows;
                if (!lost) {
                    to.getOutputStream().write(chunk, 0, read);
                }
            }
        }
    }

    private static void start(Moving task) {
        Thread thread = new Thread(
                () -> {
                    try {
                        task.run();
                    } catch (IOException closed) {
                        // One side is gone, and the other is closed with it.
                        return;
                    }
                },
                "relay");
        thread.setDaemon(true);
        thread.start();
    }

    @FunctionalInterface
    private interface Moving {
        void run() throws IOException;
    }
}
