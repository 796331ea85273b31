package dev.latchkey.cli;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a server waits for connections.
 *
 * @param host a name or an address, an IPv6 address without its brackets
 * @param port 0 for one that is free
 */
record ListenAddress(String host, int port) {

    private static final Pattern FORM = Pattern.compile("(?:\\[([0-9A-Fa-f:.]+)]|([0-9A-Za-z._-]+)):([0-9]{1,5})");
    private static final int MAX_PORT = 65_535;

    /** Reads {@code host:port} or {@code [IPv6 address]:port}; empty if it is neither. */
    static Optional<ListenAddress> parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        int port = Integer.parseInt(matcher.group(3));
        if (port > MAX_PORT) {
            return Optional.empty();
        }
        return Optional.of(new ListenAddress(matcher.group(1) != null ? matcher.group(1) : matcher.group(2), port));
    }

    @Override
    public String toString() {
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }
}
