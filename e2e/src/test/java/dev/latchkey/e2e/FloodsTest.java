package dev.latchkey.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.protocol.UserId;
import dev.latchkey.protocol.wire.KeyServerGrpc;
import dev.latchkey.server.peer.RawHttp2;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * Peers that connect and say nothing, begin and take back, or ask and never read, by the thousand; beside them an owner who is
 * served, by a server whose memory and threads do not grow with them beyond what is stated here.
 *
 * <p>{@code -Dlatchkey.fault.tls=N} lets N of the silent ones finish TLS first, which takes the test its time.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class FloodsTest {
    private static final int CONNECTIONS = 10_000;
    private static final int TLS = Integer.getInteger("latchkey.fault.tls", 300);

    /** Left of the open files a process may have for everything that is not a connection. */
    private static final int OTHER_FILES = 500;

    /** What an idle connection may cost: on the heap, and of all memory. */
    private static final long HEAP_A_CONNECTION = 24 * 1024;

    private static final long MEMORY_A_CONNECTION = 96 * 1024;

    /** Threads do not depend on connections: these are the event loops and workers that come with the first ones. */
    private static final int MORE_THREADS = 16 + 4 * Runtime.getRuntime().availableProcessors();

    /** The server's deadline of a TLS handshake, and what a slow machine needs. */
    private static final int HANDSHAKE_MILLIS = 30_000;

    /** More at once than the server works on. */
    private static final int NEVER_READING = 6;

    private static final int CALLS = 60;

    /** More calls than the server lets wait for their peers, of as many as a connection may have. */
    private static final int CONNECTIONS_OF_CALLS = 40;

    private static final int CALLS_A_CONNECTION = 64;
    private static final int RESETS = 20_000;
    private static final int RESETS_AT_ONCE = 50;

    private static final String NAME = "owner";
    private static final String PASSWORD = "seven quiet otters at dusk";
    private static final String START_LOGIN =
            KeyServerGrpc.getStartLoginMethod().getFullMethodName();

    private static final String CHECK = HealthGrpc.getCheckMethod().getFullMethodName();

    private final List<RawHttp2> peers = new ArrayList<>();
    private final List<Socket> silent = new ArrayList<>();
    private Node node;
    private RawClient owner;
    private SSLContext trust;

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        TestDeployment deployment = TestDeployment.init(folder.resolve("deployment"));
        trust = RawHttp2.trusting(deployment.ca());
        node = new Node("node", folder.resolve("node"), deployment, TestStore.sqlite(deployment), List.of());
        node.start();
        owner = new RawClient(node.port(), deployment.ca());
        owner.startRegistration(NAME, UserId.random(owner.random()), PASSWORD).complete();
        logIn();
    }

    @AfterEach
    void disconnect() throws IOException {
        for (RawHttp2 peer : peers) {
            peer.close();
        }
        for (Socket socket : silent) {
            socket.close();
        }
        peers.clear();
        silent.clear();
    }

    @AfterAll
    void stop() {
        owner.close();
        node.close();
    }

    private Duration logIn() throws Exception {
        long start = System.nanoTime();
        owner.logIn(NAME, PASSWORD);
        return Duration.ofNanos(System.nanoTime() - start);
    }

    private RawHttp2 connect() throws IOException {
        RawHttp2 peer = RawHttp2.connect(trust, node.port());
        peers.add(peer);
        return peer;
    }

    private Socket connectSilently() throws IOException {
        Socket socket = new Socket();
        silent.add(socket);
        socket.setSoLinger(true, 0);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), node.port()));
        return socket;
    }

    /** As many as the open files of this process and the server allow. */
    private static int connections() throws IOException {
        Path limits = Path.of("/proc/self/limits");
        if (!Files.exists(limits)) {
            return CONNECTIONS / 4;
        }
        try (Stream<String> lines = Files.lines(limits)) {
            String most = lines.filter(line -> line.startsWith("Max open files"))
                    .map(line -> line.trim().split(" +", -1)[4])
                    .findFirst()
                    .orElseThrow();
            return most.equals("unlimited") ? CONNECTIONS : Math.min(CONNECTIONS, Integer.parseInt(most) - OTHER_FILES);
        }
    }

    @Test
    void connections_tenThousandThatSayNothing_costABoundedPieceOfMemoryAndNoThread() throws Exception {
        Node.Figures before = node.figures();
        for (int i = 0; i < TLS; i++) {
            connect();
        }
        int unfinished = connections() - TLS;
        long start = System.nanoTime();
        for (int i = 0; i < unfinished; i++) {
            connectSilently();
        }
        Duration login = logIn();
        Node.Figures during = node.figures();
        for (Socket socket : silent) {
            socket.setSoTimeout(HANDSHAKE_MILLIS);
            assertThat(isClosedByServer(socket)).isTrue();
        }
        Duration closed = Duration.ofNanos(System.nanoTime() - start);
        Duration after = logIn();
        Node.Figures afterwards = node.figures();

        System.out.printf(
                "fault idle connections: %d without TLS and %d with, heap %d → %d → %d KiB, memory %d → %d → %d KiB, threads"
                        + " %d → %d → %d, a login beside them %d ms, those without TLS closed within %d ms, a login afterwards"
                        + " %d ms%n",
                unfinished,
                TLS,
                before.heapKib(),
                during.heapKib(),
                afterwards.heapKib(),
                before.memoryKib(),
                during.memoryKib(),
                afterwards.memoryKib(),
                before.threads(),
                during.threads(),
                afterwards.threads(),
                login.toMillis(),
                closed.toMillis(),
                after.toMillis());
        int all = unfinished + TLS;
        assertThat(during.heapKib() - before.heapKib()).isLessThan(all * HEAP_A_CONNECTION / 1024);
        assertThat(during.memoryKib() - before.memoryKib()).isLessThan(all * MEMORY_A_CONNECTION / 1024);
        assertThat(during.threads() - before.threads()).isLessThanOrEqualTo(MORE_THREADS);
        assertThat(afterwards.threads() - before.threads()).isLessThanOrEqualTo(MORE_THREADS);
        assertThat(afterwards.heapKib() - before.heapKib()).isLessThan(TLS * HEAP_A_CONNECTION / 1024 + 16 * 1024);
    }

    private static boolean isClosedByServer(Socket socket) throws IOException {
        try {
            return socket.getInputStream().read() < 0;
        } catch (SocketException reset) {
            return true;
        }
    }

    @Test
    void calls_whoseAnswersAreNeverRead_keepNobodyOut() throws Exception {
        Node.Figures before = node.figures();
        for (int i = 0; i < NEVER_READING; i++) {
            RawHttp2 peer = connect();
            peer.begin(0);
            for (int call = 0; call < CALLS; call++) {
                byte[] request = RawClient.loginRequest("name-" + i + "-" + call, Elements.ke1())
                        .toByteArray();
                peer.write(peer.call(START_LOGIN), peer.message(request));
            }
        }
        for (int i = 0; i < CONNECTIONS_OF_CALLS; i++) {
            RawHttp2 peer = connect();
            peer.begin(0);
            for (int call = 0; call < CALLS_A_CONNECTION; call++) {
                peer.write(peer.call(CHECK), peer.message(new byte[0]));
            }
            takenIn(peer);
        }
        assertThat(health()).isEqualTo(ServingStatus.SERVING);
        Duration longest = Duration.ZERO;
        for (int i = 0; i < 10; i++) {
            Duration login = logIn();
            longest = longest.compareTo(login) < 0 ? login : longest;
        }
        Node.Figures during = node.figures();

        System.out.printf(
                "fault answers never read: %d calls and %d health checks on %d connections, ten logins beside them within %d ms"
                        + " each, heap %d → %d KiB, threads %d → %d%n",
                NEVER_READING * CALLS,
                CONNECTIONS_OF_CALLS * CALLS_A_CONNECTION,
                NEVER_READING + CONNECTIONS_OF_CALLS,
                longest.toMillis(),
                before.heapKib(),
                during.heapKib(),
                before.threads(),
                during.threads());
        assertThat(during.heapKib() - before.heapKib()).isLessThan(32 * 1024);
        assertThat(during.threads() - before.threads()).isLessThanOrEqualTo(MORE_THREADS);
    }

    /** Only headers of them ever come, and when the server has ended them there are others. */
    @Test
    void calls_thatAreOnlyBegun_keepNobodyOutAndNoHealthCheck() throws Exception {
        Node.Figures before = node.figures();
        Duration longest = Duration.ZERO;
        for (int round = 0; round < 3; round++) {
            disconnect();
            for (int i = 0; i < CONNECTIONS_OF_CALLS; i++) {
                RawHttp2 peer = connect();
                peer.begin(65_535);
                for (int call = 0; call < CALLS_A_CONNECTION; call++) {
                    peer.write(peer.call(START_LOGIN));
                }
                takenIn(peer);
            }
            assertThat(health()).isEqualTo(ServingStatus.SERVING);
            Duration login = logIn();
            longest = longest.compareTo(login) < 0 ? login : longest;
        }
        Node.Figures during = node.figures();

        System.out.printf(
                "fault calls only begun: three times %d calls on %d connections, a login and a health check beside each within %d"
                        + " ms, heap %d → %d KiB, threads %d → %d%n",
                CONNECTIONS_OF_CALLS * CALLS_A_CONNECTION,
                CONNECTIONS_OF_CALLS,
                longest.toMillis(),
                before.heapKib(),
                during.heapKib(),
                before.threads(),
                during.threads());
        assertThat(during.heapKib() - before.heapKib()).isLessThan(64 * 1024);
        assertThat(during.threads() - before.threads()).isLessThanOrEqualTo(MORE_THREADS);
    }

    private static void takenIn(RawHttp2 peer) throws IOException {
        peer.write(peer.ping());
        assertThat(peer.readUntilPinged(HANDSHAKE_MILLIS)).isTrue();
    }

    private ServingStatus health() {
        return HealthGrpc.newBlockingStub(owner.stub().getChannel())
                .withDeadlineAfter(HANDSHAKE_MILLIS, TimeUnit.MILLISECONDS)
                .check(HealthCheckRequest.getDefaultInstance())
                .getStatus();
    }

    @Test
    void streams_begunAndResetAsFastAsCanBe_endTheConnectionAndNobodyElses() throws Exception {
        Node.Figures before = node.figures();
        int taken = flood(false);
        int provoked = flood(true);
        Duration login = logIn();
        Node.Figures after = node.figures();

        System.out.printf(
                "fault reset flood: connection ended after %d streams it reset, and after %d it made the server reset, a login"
                        + " beside them %d ms, heap %d → %d KiB, threads %d → %d%n",
                taken,
                provoked,
                login.toMillis(),
                before.heapKib(),
                after.heapKib(),
                before.threads(),
                after.threads());
        assertThat(after.heapKib() - before.heapKib()).isLessThan(16 * 1024);
        assertThat(after.threads() - before.threads()).isLessThanOrEqualTo(MORE_THREADS);
    }

    /** How many streams the server let it begin, in steps of {@link #RESETS_AT_ONCE}. */
    private int flood(boolean byServer) throws IOException {
        RawHttp2 peer = connect();
        peer.begin(65_535);
        int begun = 0;
        try {
            while (begun < RESETS) {
                byte[][] frames = new byte[2 * RESETS_AT_ONCE][];
                for (int i = 0; i < frames.length; i += 2) {
                    frames[i] = peer.call(START_LOGIN);
                    frames[i + 1] = byServer ? peer.provocation() : peer.reset();
                }
                peer.write(frames);
                begun += RESETS_AT_ONCE;
            }
            peer.readUntil(RawHttp2.GO_AWAY, HANDSHAKE_MILLIS);
        } catch (SocketTimeoutException goesOn) {
            throw new AssertionError("the server has not had enough of " + begun + " resets", goesOn);
        } catch (IOException ended) {
            return begun;
        }
        return begun;
    }
}
