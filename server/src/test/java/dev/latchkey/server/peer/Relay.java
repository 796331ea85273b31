package dev.latchkey.server.peer;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Moves bytes to a port of this machine and back, after a beginning of its own if it has one, until it is told to swallow:
 * then connections stand and are taken, and nothing comes out of them, as where a network loses every packet.
 */
public final class Relay implements AutoCloseable {
    private static final int CHUNK = 8192;

    private final ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final String from;
    private final int port;
    private final byte[] beginning;
    private final int atOnce;
    private final List<Closeable> open = new CopyOnWriteArrayList<>(List.of(listener));
    private volatile boolean swallows;

    private Relay(String from, int port, byte[] beginning, int atOnce) throws IOException {
        this.from = from;
        this.port = port;
        this.beginning = beginning;
        this.atOnce = atOnce;
        start(this::accept);
    }

    public static Relay to(int port) throws IOException {
        return beginning("127.0.0.1", port, new byte[0], 1);
    }

    /**
     * One that is not silent.
     *
     * @param from from which of this machine's addresses it connects
     * @param beginning what it sends before anything else on each connection, {@code atOnce} bytes in one piece
     */
    public static Relay beginning(String from, int port, byte[] beginning, int atOnce) throws IOException {
        return new Relay(from, port, beginning, atOnce);
    }

    /** A connection that does what a test wants with it, from an address of this machine to a port of it. */
    public static Socket connect(String from, int port) throws IOException {
        Socket socket = new Socket();
        socket.bind(new InetSocketAddress(from, 0));
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        socket.setTcpNoDelay(true);
        return socket;
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
            Socket behind = connect(from, port);
            open.add(behind);
            for (int at = 0; at < beginning.length; at += atOnce) {
                behind.getOutputStream().write(beginning, at, atOnce);
            }
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
