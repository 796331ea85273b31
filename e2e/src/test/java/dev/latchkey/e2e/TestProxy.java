package dev.latchkey.e2e;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A TCP proxy that begins each connection to the server with a header, and then moves bytes. */
final class TestProxy implements AutoCloseable {
    /** Where proxies come from in tests; others are at 127.0.0.1. */
    static final String TRUSTED = "127.0.0.2";

    static final String UNTRUSTED = "127.0.0.1";

    private final ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final List<Closeable> open = new CopyOnWriteArrayList<>(List.of(listener));
    private final String from;
    private final int server;
    private final byte[] header;
    private final int atOnce;

    private TestProxy(String from, int server, byte[] header, int atOnce) throws IOException {
        this.from = from;
        this.server = server;
        this.header = header;
        this.atOnce = atOnce;
        start(this::accept);
    }

    static TestProxy start(String from, int server, byte[] header) throws IOException {
        return new TestProxy(from, server, header, header.length);
    }

    /** One that sends its header byte by byte. */
    static TestProxy dripping(String from, int server, byte[] header) throws IOException {
        return new TestProxy(from, server, header, 1);
    }

    /** A header of version 1. */
    static byte[] line(String client) {
        String family = client.indexOf(':') < 0 ? "TCP4" : "TCP6";
        String proxy = client.indexOf(':') < 0 ? "192.0.2.1" : "2001:db8:ffff::1";
        return ("PROXY " + family + " " + client + " " + proxy + " 56324 443\r\n").getBytes(StandardCharsets.US_ASCII);
    }

    /** A header of version 2, its addresses first and then what else follows them. */
    static byte[] binary(int command, int family, byte[] rest) {
        return ByteBuffer.allocate(16 + rest.length)
                .put(new byte[] {0x0d, 0x0a, 0x0d, 0x0a, 0, 0x0d, 0x0a, 0x51, 0x55, 0x49, 0x54, 0x0a})
                .put((byte) command)
                .put((byte) family)
                .putShort((short) rest.length)
                .put(rest)
                .array();
    }

    /** A connection that does what a test wants with it. */
    static Socket connect(String from, int server) throws IOException {
        Socket socket = new Socket();
        socket.bind(new InetSocketAddress(from, 0));
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), server));
        socket.setTcpNoDelay(true);
        return socket;
    }

    int port() {
        return listener.getLocalPort();
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
            Socket behind = connect(from, server);
            open.add(behind);
            for (int at = 0; at < header.length; at += atOnce) {
                behind.getOutputStream().write(header, at, atOnce);
            }
            start(() -> move(client, behind));
            start(() -> move(behind, client));
        }
    }

    private static void move(Socket from, Socket to) throws IOException {
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            in.transferTo(out);
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
                "test-proxy");
        thread.setDaemon(true);
        thread.start();
    }

    @FunctionalInterface
    private interface Moving {
        void run() throws IOException;
    }
}
