package dev.latchkey.e2e;

import dev.latchkey.server.peer.Relay;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** TCP proxies, which begin each connection to the server with a header, and then move bytes. */
final class TestProxy {
    /** Where proxies come from in tests; others are at 127.0.0.1. */
    static final String TRUSTED = "127.0.0.2";

    static final String UNTRUSTED = "127.0.0.1";

    private TestProxy() {}

    static Relay start(String from, int server, byte[] header) throws IOException {
        return Relay.beginning(from, server, header, Math.max(1, header.length));
    }

    /** One that sends its header byte by byte. */
    static Relay dripping(String from, int server, byte[] header) throws IOException {
        return Relay.beginning(from, server, header, 1);
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
}
