package dev.latchkey.client;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;

/** A TCP balancer before a server, whose connections a test may cut, or leave open with nobody behind them. */
final class Balancer implements AutoCloseable {

    private final ServerSocket listening;
    private final int server;
    private final List<Connection> connections = new ArrayList<>();
    private int accepted;

    private Balancer(ServerSocket listening, int server) {
        this.listening = listening;
        this.server = server;
    }

    static Balancer before(ServerAddress server) {
        try {
            Balancer balancer = new Balancer(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()), server.port());
            balancer.start(balancer::accept);
            return balancer;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    ServerAddress address() {
        return new ServerAddress("localhost", listening.getLocalPort());
    }

    /** How many connections were made so far. */
    synchronized int accepted() {
        return accepted;
    }

    /** Resets all connections, as when the node behind them is killed; the next one reaches another node. */
    synchronized void cut() {
        connections.forEach(Connection::reset);
        connections.clear();
    }

    /** From now on nothing comes back on the connections there are: the node behind them hangs. */
    synchronized void hang() {
        connections.forEach(connection -> connection.silent = true);
    }

    @Override
    public void close() {
        try {
            listening.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        cut();
    }

    private void accept() throws IOException {
        while (true) {
            Socket client = listening.accept();
            Connection connection = new Connection(client, new Socket(InetAddress.getLoopbackAddress(), server));
            synchronized (this) {
                accepted++;
                connections.add(connection);
            }
            start(() -> connection.pass(connection.client.getInputStream(), connection.node.getOutputStream(), false));
            start(() -> connection.pass(connection.node.getInputStream(), connection.client.getOutputStream(), true));
        }
    }

    @FunctionalInterface
    private interface Passing {
        void run() throws IOException;
    }

    private void start(Passing passing) {
        Thread thread = new Thread(
                () -> {
                    try {
                        passing.run();
                    } catch (IOException e) {
                        // A connection that is over; there is nobody to tell.
                    }
                },
                "balancer");
        thread.setDaemon(true);
        thread.start();
    }

    private static final class Connection {

        private final Socket client;
        private final Socket node;
        private volatile boolean silent;

        Connection(Socket client, Socket node) {
            this.client = client;
            this.node = node;
        }

        void pass(InputStream from, OutputStream to, boolean back) throws IOException {
            byte[] buffer = new byte[8192];
            try (from;
                    to) {
                for (int n = from.read(buffer); n >= 0; n = from.read(buffer)) {
                    if (!silent || !back) {
                        to.write(buffer, 0, n);
                    }
                }
            }
        }

        void reset() {
            try (client;
                    node) {
                client.setSoLinger(true, 0);
            } catch (IOException e) {
                // It is over already.
            }
        }
    }
}
