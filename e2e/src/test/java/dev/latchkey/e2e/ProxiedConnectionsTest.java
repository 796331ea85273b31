package dev.latchkey.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.server.peer.AddressPrefix;
import dev.latchkey.server.peer.Relay;
import dev.latchkey.server.peer.TrustedProxies;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a connection must begin with, by where it comes from. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ProxiedConnectionsTest {
    private static final int READ_DEADLINE_MS = 30_000;
    private static final String THREADS = "latchkey-transport";
    private static final byte[] ADDRESSES = HexFormat.of().parseHex("c6336407c000020101f401bb");
    private static final byte[] LINE = TestProxy.line("198.51.100.7");
    private static final byte[] BINARY = TestProxy.binary(0x21, 0x11, ADDRESSES);

    private ServerFixture server;
    private int names;

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        server = start(folder.resolve("server"), TestProxy.TRUSTED + "/32");
    }

    @AfterAll
    void stop() {
        server.close();
    }

    private static ServerFixture start(Path folder, String proxies) throws Exception {
        TrustedProxies trusted =
                new TrustedProxies(List.of(AddressPrefix.parse(proxies).orElseThrow()));
        return ServerFixture.start(folder, options -> options.trustedProxies(trusted));
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    static Stream<byte[]> headers() {
        byte[] withValues = new byte[ADDRESSES.length + 1500];
        System.arraycopy(ADDRESSES, 0, withValues, 0, ADDRESSES.length);
        return Stream.of(
                LINE,
                TestProxy.line("2001:db8::7"),
                ascii("PROXY UNKNOWN\r\n"),
                ascii("PROXY UNKNOWN ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff ffff::1 65535 65535\r\n"),
                BINARY,
                TestProxy.binary(0x21, 0x11, withValues),
                TestProxy.binary(0x21, 0x00, new byte[0]),
                TestProxy.binary(0x20, 0x00, new byte[0]),
                TestProxy.binary(0x20, 0x11, ADDRESSES));
    }

    @ParameterizedTest
    @MethodSource("headers")
    void header_wellFormed_isServed(byte[] header) throws Exception {
        try (Relay proxy = TestProxy.start(TestProxy.TRUSTED, server.port(), header);
                RawClient client =
                        new RawClient(proxy.port(), server.deployment().ca())) {
            assertThat(startLogin(client)).isEqualTo(Status.Code.OK);
        }
    }

    static Stream<byte[]> noHeaders() {
        return Stream.of(
                ascii("GET / HTTP/1.1\r\n\r\n"),
                HexFormat.of().parseHex("16030100c4010000c00303"),
                ascii("PROXY TCP4 198.51.100.7 192.0.2.1 56324\r\n"),
                ascii("PROXY TCP4 198.51.100.7 192.0.2.1 56324 443\n" + "x".repeat(107)),
                ascii("PROXY TCP4 localhost 192.0.2.1 56324 443\r\n"),
                ascii("PROXY UNKNOWN " + "x".repeat(107)),
                TestProxy.binary(0x22, 0x11, ADDRESSES),
                TestProxy.binary(0x11, 0x11, ADDRESSES),
                TestProxy.binary(0x21, 0x41, ADDRESSES),
                TestProxy.binary(0x21, 0x21, ADDRESSES),
                TestProxy.binary(0x21, 0x11, new byte[2049]));
    }

    @ParameterizedTest
    @MethodSource("noHeaders")
    void header_malformedOrTooLong_endsTheConnection(byte[] bytes) throws Exception {
        try (Socket socket = Relay.connect(TestProxy.TRUSTED, server.port())) {
            socket.getOutputStream().write(bytes);

            assertThat(untilClosed(socket)).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 11, 15, 16, 27})
    void header_cutOff_endsTheConnection(int length) throws Exception {
        try (Socket socket = Relay.connect(TestProxy.TRUSTED, server.port())) {
            socket.getOutputStream().write(BINARY, 0, length);
            socket.shutdownOutput();

            assertThat(untilClosed(socket)).isEmpty();
        }
    }

    /** Sooner than a connection that never begins TLS is ended anyway. */
    @Test
    void header_thatDoesNotCome_endsTheConnectionWithinSeconds() throws Exception {
        List<Socket> sockets = new ArrayList<>();
        try {
            long before = System.nanoTime();
            for (byte[] begun : List.of(new byte[0], ascii("PROXY TCP4 "), TestProxy.binary(0x21, 0x11, new byte[0]))) {
                Socket socket = Relay.connect(TestProxy.TRUSTED, server.port());
                sockets.add(socket);
                socket.getOutputStream().write(begun, 0, Math.min(begun.length, 15));
            }
            for (Socket socket : sockets) {
                assertThat(untilClosed(socket)).isEmpty();
            }

            assertThat(Duration.ofNanos(System.nanoTime() - before))
                    .isBetween(Duration.ofSeconds(3), Duration.ofMillis(9900));
        } finally {
            for (Socket socket : sockets) {
                socket.close();
            }
        }
    }

    @Test
    void header_byteByByte_isServed() throws Exception {
        for (byte[] header : List.of(LINE, BINARY)) {
            try (Relay proxy = TestProxy.dripping(TestProxy.TRUSTED, server.port(), header);
                    RawClient client =
                            new RawClient(proxy.port(), server.deployment().ca())) {
                assertThat(startLogin(client)).isEqualTo(Status.Code.OK);
            }
        }
    }

    @Test
    void header_twice_endsTheConnection() throws Exception {
        byte[] twice = (new String(LINE, StandardCharsets.US_ASCII) + new String(LINE, StandardCharsets.US_ASCII))
                .getBytes(StandardCharsets.US_ASCII);
        try (Relay proxy = TestProxy.start(TestProxy.TRUSTED, server.port(), twice);
                RawClient client =
                        new RawClient(proxy.port(), server.deployment().ca())) {
            assertThat(startLogin(client)).isEqualTo(Status.Code.UNAVAILABLE);
        }
    }

    @Test
    void header_fromSomebodyElse_getsNoService() throws Exception {
        for (byte[] header : List.of(LINE, BINARY)) {
            try (Relay proxy = TestProxy.start(TestProxy.UNTRUSTED, server.port(), header);
                    RawClient client =
                            new RawClient(proxy.port(), server.deployment().ca())) {
                assertThat(startLogin(client)).isEqualTo(Status.Code.UNAVAILABLE);
            }
        }
    }

    @Test
    void somebodyElse_withoutAHeader_isServed() throws Exception {
        try (RawClient client = server.client()) {
            assertThat(startLogin(client)).isEqualTo(Status.Code.OK);
        }
    }

    @Test
    void proxy_withoutAHeader_getsNoService() throws Exception {
        try (Relay proxy = TestProxy.start(TestProxy.TRUSTED, server.port(), new byte[0]);
                RawClient client =
                        new RawClient(proxy.port(), server.deployment().ca())) {
            assertThat(startLogin(client)).isEqualTo(Status.Code.UNAVAILABLE);
        }
    }

    @Test
    void server_withoutProxies_takesNoHeader(@TempDir Path folder) throws Exception {
        try (ServerFixture plain = ServerFixture.start(folder.resolve("plain"));
                Relay proxy = TestProxy.start(TestProxy.UNTRUSTED, plain.port(), LINE);
                RawClient client =
                        new RawClient(proxy.port(), plain.deployment().ca())) {
            assertThat(startLogin(client)).isEqualTo(Status.Code.UNAVAILABLE);
        }
    }

    @Test
    void server_stopped_leavesNoThreadAndNoConnection(@TempDir Path folder) throws Exception {
        long before = threads();
        ServerFixture own = start(folder.resolve("own"), TestProxy.TRUSTED);
        try (Socket waiting = Relay.connect(TestProxy.TRUSTED, own.port());
                Socket refused = Relay.connect(TestProxy.TRUSTED, own.port());
                Relay proxy = TestProxy.start(TestProxy.TRUSTED, own.port(), LINE);
                RawClient client = new RawClient(proxy.port(), own.deployment().ca())) {
            assertThat(startLogin(client)).isEqualTo(Status.Code.OK);
            refused.getOutputStream().write(ascii("none\r\n"));
            assertThat(untilClosed(refused)).isEmpty();
            assertThat(threads()).isGreaterThan(before);

            own.close();

            assertThat(untilClosed(waiting)).isEmpty();
            awaitThreads(before);
        }
    }

    /** A thread may still be on its last steps when what it worked for has ended. */
    private static void awaitThreads(long count) {
        long until = System.nanoTime() + Duration.ofMillis(READ_DEADLINE_MS).toNanos();
        while (threads() != count) {
            assertThat(System.nanoTime()).as("threads end").isLessThan(until);
            Thread.onSpinWait();
        }
    }

    /** For a name of its own, so that no budget of guesses is in the way. */
    private Status.Code startLogin(RawClient client) {
        try {
            client.stub().startLogin(RawClient.loginRequest("owner-" + names++, Elements.ke1()));
            return Status.Code.OK;
        } catch (StatusRuntimeException refused) {
            return refused.getStatus().getCode();
        }
    }

    /** What the server says before it ends the connection; it must end it. */
    private static byte[] untilClosed(Socket socket) throws IOException {
        socket.setSoTimeout(READ_DEADLINE_MS);
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        try {
            for (int each = socket.getInputStream().read();
                    each >= 0;
                    each = socket.getInputStream().read()) {
                said.write(each);
            }
        } catch (SocketTimeoutException open) {
            throw new AssertionError("the connection should have been ended", open);
        } catch (SocketException reset) {
            // Ended with bytes of ours unread.
            return said.toByteArray();
        }
        return said.toByteArray();
    }

    private static long threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith(THREADS))
                .count();
    }
}
