package dev.latchkey.server.peer;

import dev.latchkey.server.peer.ProxyHeaderException.Reason;
import java.net.InetAddress;
import java.util.Optional;
import java.util.regex.Pattern;

/** The line of a PROXY protocol header of version 1. */
final class ProxyLine {
    private static final Pattern PORT = Pattern.compile("0|[1-9][0-9]{0,4}");
    private static final int MAX_PORT = 65_535;
    private static final int PARTS = 6;

    private ProxyLine() {}

    /**
     * Whom the line names; empty if it says that this is not known.
     *
     * @param line without its end
     */
    static Optional<InetAddress> client(String line) throws ProxyHeaderException {
        // Whatever stands behind UNKNOWN must be ignored (section 2.1).
        if (line.equals("PROXY UNKNOWN") || line.startsWith("PROXY UNKNOWN ")) {
            return Optional.empty();
        }
        String[] parts = line.split(" ", -1);
        if (parts.length != PARTS || !parts[0].equals("PROXY") || !isPort(parts[4]) || !isPort(parts[5])) {
            throw new ProxyHeaderException(Reason.MALFORMED);
        }
        Optional<InetAddress> source = address(parts[1], parts[2]);
        if (source.isEmpty() || address(parts[1], parts[3]).isEmpty()) {
            throw new ProxyHeaderException(Reason.MALFORMED);
        }
        return source;
    }

    private static Optional<InetAddress> address(String family, String text) {
        return switch (family) {
            case "TCP4" -> IpLiteral.ipv4(text);
            case "TCP6" -> IpLiteral.ipv6(text);
            default -> Optional.empty();
        };
    }

    private static boolean isPort(String text) {
        return PORT.matcher(text).matches() && Integer.parseInt(text) <= MAX_PORT;
    }
}
