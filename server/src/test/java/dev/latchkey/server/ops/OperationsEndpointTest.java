package dev.latchkey.server.ops;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.server.seal.RootKey;
import dev.latchkey.server.store.Store;
import dev.latchkey.server.store.StoreLocation.SqliteFile;
import dev.latchkey.server.store.StoreOptions;
import dev.latchkey.server.store.jdbc.Stores;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whoever is slow, and a store that is silent, keep nobody from being told that the server is alive. */
final class OperationsEndpointTest {
    private static final Duration LONG = Duration.ofSeconds(30);
    private static final Duration SHORT = Duration.ofMillis(200);
    private static final InetSocketAddress ANY_PORT = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    private static final String MUCH = "x".repeat(1 << 20);

    @TempDir
    private Path folder;

    @Test
    void livez_behindSlowPeersAndASilentStore_answers() throws Exception {
        SecureRandom random = new SecureRandom();
        CountDownLatch holding = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        List<Socket> slow = new ArrayList<>();
        try (RootKey rootKey = RootKey.generate(random);
                Store store = Stores.open(StoreOptions.of(new SqliteFile(folder.resolve("db")), rootKey, random));
                Readiness readiness = new Readiness(store, SHORT, System::nanoTime);
                OperationsEndpoint endpoint = OperationsEndpoint.start(ANY_PORT, readiness, () -> MUCH)) {
            CompletableFuture<Object> holder = CompletableFuture.supplyAsync(() -> hold(store, holding, release));
            assertThat(holding.await(LONG.toSeconds(), TimeUnit.SECONDS)).isTrue();
            try {
                for (int i = 0; i < 2 * PlainHttp.CONNECTIONS; i++) {
                    slow.add(connect(endpoint.port()));
                    send(
                            slow.get(i),
                            List.of("", "GET /metrics", "GET /metrics HTTP/1.1\r\n\r\n")
                                    .get(i % 3));
                    send(slow.get(i), i % 5 == 0 ? "GET /readyz HTTP/1.1\r\n\r\n" : "");
                }
                long begun = System.nanoTime();
                for (int i = 0; i < 20; i++) {
                    assertThat(get(endpoint.port(), "/livez"))
                            .startsWith("HTTP/1.1 200 OK")
                            .endsWith("\r\n\r\nalive\n");
                }
                long taken = System.nanoTime() - begun;
                assertThat(taken).isLessThan(OperationsEndpoint.DEADLINE.toNanos());
                System.out.printf(
                        "fault slow peers of probes: %d, and a store that is silent; 20 times alive within %d ms%n",
                        slow.size(), TimeUnit.NANOSECONDS.toMillis(taken));
                assertThat(get(endpoint.port(), "/readyz"))
                        .startsWith("HTTP/1.1 503 ")
                        .endsWith("not ready: the store does not answer in time\n");
                assertThat(get(endpoint.port(), "/metrics")).endsWith(MUCH);
            } finally {
                release.countDown();
                holder.join();
            }
        } finally {
            for (Socket socket : slow) {
                socket.close();
            }
        }
    }

    @Test
    void peer_thatIsOverItsDeadline_isPutOut() throws Exception {
        try (PlainHttp http =
                PlainHttp.start(ANY_PORT, SHORT, path -> () -> CompletableFuture.completedFuture(answer(path)))) {
            try (Socket silent = connect(http.port());
                    Socket neverReads = connect(http.port())) {
                send(silent, "GET / HT");
                send(neverReads, "GET /much HTTP/1.1\r\n\r\n");

                assertThat(silent.getInputStream().readAllBytes()).isEmpty();
                assertThat(untilItEnds(neverReads)).isLessThan(MUCH.length());
            }
        }
    }

    @Test
    void request_thatIsNone_isRefused() throws Exception {
        try (PlainHttp http =
                PlainHttp.start(ANY_PORT, LONG, path -> () -> CompletableFuture.completedFuture(answer(path)))) {
            for (String bad : List.of(
                    "\r\n\r\n", "GET\r\n\r\n", "GET  / HTTP/1.1\r\n\r\n", "GET / HTTP/2\r\n\r\n", "x".repeat(8192))) {
                assertThat(exchange(http.port(), bad)).as(bad).startsWith("HTTP/1.1 400 ");
            }
            assertThat(exchange(http.port(), "HEAD /a?b HTTP/1.0\r\nA: b\r\n\r\n"))
                    .startsWith("HTTP/1.1 200 ")
                    .contains("Content-Length: 3\r\n")
                    .endsWith("\r\n\r\n");
            assertThat(exchange(http.port(), "POST /a HTTP/1.1\r\nContent-Length: 9\r\n\r\n" + "x".repeat(9)))
                    .startsWith("HTTP/1.1 405 ")
                    .contains("Allow: GET, HEAD\r\n");
        }
    }

    private static PlainHttp.Answer answer(String path) {
        return new PlainHttp.Answer(200, HttpPeer.PLAIN, path.equals("/much") ? MUCH : "abc");
    }

    private static Object hold(Store store, CountDownLatch holding, CountDownLatch release) {
        try {
            return store.<Object, InterruptedException>transact(tx -> {
                holding.countDown();
                return release.await(LONG.toSeconds(), TimeUnit.SECONDS);
            });
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** With little room for what it is sent, so that whoever sends much has to wait for it. */
    private static Socket connect(int port) throws IOException {
        Socket socket = new Socket();
        socket.setReceiveBufferSize(4096);
        open(socket, port);
        return socket;
    }

    private static void open(Socket socket, int port) throws IOException {
        socket.setSoTimeout(Math.toIntExact(LONG.toMillis()));
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    }

    private static void send(Socket socket, String text) throws IOException {
        try {
            socket.getOutputStream().write(text.getBytes(US_ASCII));
        } catch (SocketException e) {
            // It had to give way already.
            return;
        }
    }

    private static String get(int port, String path) throws IOException {
        return exchange(port, "GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
    }

    private static String exchange(int port, String request) throws IOException {
        try (Socket socket = new Socket()) {
            open(socket, port);
            send(socket, request);
            return new String(socket.getInputStream().readAllBytes(), US_ASCII);
        }
    }

    /** What had been sent before, without asking for more: nothing is read until the connection has ended. */
    private static int untilItEnds(Socket socket) throws IOException {
        // Whoever writes to a connection that the other side has given up hears of it.
        long until = System.nanoTime() + LONG.toNanos();
        try {
            while (System.nanoTime() < until) {
                socket.getOutputStream().write('x');
                Thread.onSpinWait();
            }
        } catch (SocketException ended) {
            return 0;
        }
        return Integer.MAX_VALUE;
    }
}
