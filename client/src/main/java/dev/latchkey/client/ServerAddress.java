package dev.latchkey.client;

import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a key server listens; its certificate must be issued for the host.
 *
 * @param host a DNS name in its ASCII form, an IPv4 address, or an IPv6 address without brackets
 * @param port 1–65535
 */
public record ServerAddress(String host, int port) {

    private static final int MAX_HOST_CHARACTERS = 253;
    private static final int MAX_PORT = 65_535;

    private static final Pattern HOST_AND_PORT = Pattern.compile("(?:\\[([^\\[\\]]*)]|([^:\\[\\]]*)):([0-9]{1,5})");
    private static final Pattern NAME_OR_IPV4 = Pattern.compile("[A-Za-z0-9_](?:[A-Za-z0-9._-]*[A-Za-z0-9_])?");
    private static final Pattern IPV6 =
            Pattern.compile("[0-9A-Fa-f:]*:[0-9A-Fa-f:]*:[0-9A-Fa-f:.]*(?:%[A-Za-z0-9._-]+)?");

    /** Throws {@link IllegalArgumentException} if the host or the port has not the form it must have. */
    public ServerAddress {
        Objects.requireNonNull(host, "host");
        if (host.length() > MAX_HOST_CHARACTERS
                || !(NAME_OR_IPV4.matcher(host).matches() || IPV6.matcher(host).matches())) {
            throw new IllegalArgumentException("A server's host is a name such as keys.example.org or an IP address.");
        }
        if (port < 1 || port > MAX_PORT) {
            throw new IllegalArgumentException("A server's port is a number from 1 to 65535.");
        }
    }

    /**
     * Reads {@code host:port}; an IPv6 address stands in brackets, {@code [::1]:7443}.
     *
     * @throws IllegalArgumentException with a sentence for the person who typed it
     */
    public static ServerAddress parse(String text) {
        Matcher matcher = HOST_AND_PORT.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(
                    "A server is given as HOST:PORT, for example keys.example.org:7443 or [::1]:7443.");
        }
        String bracketed = matcher.group(1);
        if (bracketed != null && !IPV6.matcher(bracketed).matches()) {
            throw new IllegalArgumentException("Only an IPv6 address stands in brackets, for example [::1]:7443.");
        }
        String host = bracketed != null ? bracketed : matcher.group(2);
        return new ServerAddress(host, Integer.parseInt(matcher.group(3)));
    }

    /** The form that {@link #parse} reads. */
    @Override
    public String toString() {
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }
}
