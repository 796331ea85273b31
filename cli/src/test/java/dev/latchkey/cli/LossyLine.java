package dev.latchkey.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;

/** The way to a server, on which the answer to a large message is lost, and the connection with it. */
final class LossyLine implements AutoCloseable {

    private final ServerSocket listening;
    private final int server;
    private long limit = Long.MAX_VALUE;
    private Runnable whenLost;
    private long sent;

    private LossyLine(ServerSocket listening, int server) {
        this.listening = listening;
        this.server = server;
    }

    static LossyLine to(int server) throws IOException {
        LossyLine line = new LossyLine(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()), server);
        start(line::accept);
        return line;
    }

    int port() {
        return listening.getLocalPort();
    }

    /**
     * Once as many bytes went to the server, nothing comes back on that connection, and it is reset after {@code work}.
     *
     * @param work starts when the last byte has been passed on
     */
    synchronized void loseAfter(long bytes, Runnable work) {
        limit = bytes;
        whenLost = work;
        sent = 0;
    }

    @Override
    public void close() throws IOException {
        listening.close();
    }

    private void accept() throws IOException {
        while (true) {
            Socket client = listening.accept();
            start(() -> {
                try (client;
                        Socket node = new Socket(InetAddress.getLoopbackAddress(), server)) {
                    Connection connection = new Connection(client, node);
                    start(connection::down);
                    connection.up();
                }
            });
        }
    }

    /** Counts, and takes the work if it is its time. */
    private synchronized Runnable count(int bytes) {
        sent += bytes;
        Runnable work = sent > limit ? whenLost : null;
        if (work != null) {
            limit = Long.MAX_VALUE;
        }
        return work;
    }

    private final class Connection {

        private final Socket client;
        private final Socket node;
        private volatile boolean lost;

        Connection(Socket client, Socket node) {
            this.client = client;
            this.node = node;
        }

        void up() throws IOException {
            byte[] buffer = new byte[8192];
            InputStream from = client.getInputStream();
            for (int n = from.read(buffer); n >= 0; n = from.read(buffer)) {
                Runnable work = count(n);
                lost |= work != null;
                node.getOutputStream().write(buffer, 0, n);
                if (work != null) {
                    start(() -> {
                        work.run();
                        client.setSoLinger(true, 0);
                        client.close();
                        node.close();
                    });
                }
            }
        }

        void down() throws IOException {
            byte[] buffer = new byte[8192];
            OutputStream to = client.getOutputStream();
            InputStream from = node.getInputStream();
            for (int n = from.read(buffer); n >= 0; n = from.read(buffer)) {
                if (!lost) {
                    to.write(buffer, 0, n);
                }
            }
            if (!lost) {
                client.close();
            }
        }
    }

    @FunctionalInterface
    private interface Passing {
        void run() throws IOException;
    }

    private static void start(Passing passing) {
        Thread thread = new Thread(
                () -> {
                    try {
                        passing.run();
                    } catch (IOException e) {
                        // A connection that is over; there is nobody to tell.
                    }
                },
                "line");
        thread.setDaemon(true);
        thread.start();
    }
}
