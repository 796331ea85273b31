package dev.latchkey.server.peer;

import dev.latchkey.server.peer.ProxyHeaderException.Reason;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * A PROXY protocol header, version 1 or 2 (HAProxy's {@code proxy-protocol.txt}, sections 2.1 and 2.2): bytes in, who is
 * asking out.
 *
 * @param length in bytes; what follows is the connection's own
 * @param client whom the proxy speaks for; empty if it speaks for itself or does not know
 */
record ProxyHeader(int length, Optional<InetAddress> client) {
    /** Of version 1, its line end included. */
    static final int MAX_V1 = 107;

    /** Behind the first 16 bytes of version 2: addresses, and values of which we read none. */
    static final int MAX_V2_REST = 2048;

    static final int MAX_V2 = 16 + MAX_V2_REST;

    private static final byte[] V1 = "PROXY".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] V2 = {0x0d, 0x0a, 0x0d, 0x0a, 0x00, 0x0d, 0x0a, 0x51, 0x55, 0x49, 0x54, 0x0a};
    private static final int V2_FIXED = 16;
    private static final int LOCAL = 0x20;
    private static final int PROXY = 0x21;
    private static final int TCP_OVER_IPV4 = 0x11;
    private static final int TCP_OVER_IPV6 = 0x21;
    private static final int LAST_FAMILY = 3;
    private static final int LAST_PROTOCOL = 2;
    private static final int PORTS = 4;

    /**
     * Reads the header at the beginning of {@code bytes}.
     *
     * @return empty if it goes on behind them
     */
    static Optional<ProxyHeader> parse(byte[] bytes) throws ProxyHeaderException {
        if (startsLike(bytes, V2)) {
            return bytes.length < V2_FIXED ? Optional.empty() : version2(bytes);
        }
        if (startsLike(bytes, V1)) {
            return version1(bytes);
        }
        throw new ProxyHeaderException(Reason.NO_HEADER);
    }

    /** Also if there are not yet enough bytes to differ. */
    private static boolean startsLike(byte[] bytes, byte[] signature) {
        int length = Math.min(bytes.length, signature.length);
        return Arrays.equals(bytes, 0, length, signature, 0, length);
    }

    private static Optional<ProxyHeader> version1(byte[] bytes) throws ProxyHeaderException {
        int most = Math.min(bytes.length, MAX_V1);
        for (int end = 0; end + 1 < most; end++) {
            if (bytes[end] == '\r' && bytes[end + 1] == '\n') {
                return Optional.of(new ProxyHeader(
                        end + 2, ProxyLine.client(new String(bytes, 0, end, StandardCharsets.ISO_8859_1))));
            }
        }
        if (most == MAX_V1) {
            throw new ProxyHeaderException(Reason.TOO_LONG);
        }
        return Optional.empty();
    }

    private static Optional<ProxyHeader> version2(byte[] bytes) throws ProxyHeaderException {
        int command = bytes[12] & 0xff;
        int rest = ((bytes[14] & 0xff) << 8) | (bytes[15] & 0xff);
        if (command != LOCAL && command != PROXY) {
            throw new ProxyHeaderException(Reason.MALFORMED);
        }
        if (rest > MAX_V2_REST) {
            throw new ProxyHeaderException(Reason.TOO_LONG);
        }
        // LOCAL: the proxy asks for itself, and whatever stands in the place of family and addresses is skipped.
        int addressBytes = command == LOCAL ? 0 : addressBytes(bytes[13] & 0xff);
        if (addressBytes > 0 && rest < 2 * addressBytes + PORTS) {
            throw new ProxyHeaderException(Reason.MALFORMED);
        }
        if (bytes.length < V2_FIXED + rest) {
            return Optional.empty();
        }
        Optional<InetAddress> client = addressBytes > 0
                ? Optional.of(IpLiteral.ofBytes(Arrays.copyOfRange(bytes, V2_FIXED, V2_FIXED + addressBytes)))
                : Optional.empty();
        return Optional.of(new ProxyHeader(V2_FIXED + rest, client));
    }

    /** Of one address; 0 where family and protocol are unspecified, or valid but nothing that tells us more. */
    private static int addressBytes(int familyAndProtocol) throws ProxyHeaderException {
        if (familyAndProtocol == TCP_OVER_IPV4) {
            return 4;
        }
        if (familyAndProtocol == TCP_OVER_IPV6) {
            return 16;
        }
        if (familyAndProtocol >> 4 > LAST_FAMILY || (familyAndProtocol & 0x0f) > LAST_PROTOCOL) {
            throw new ProxyHeaderException(Reason.MALFORMED);
        }
        return 0;
    }
}
