package dev.latchkey.server.peer;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads addresses written as numbers. It asks no name service, whatever it is given. */
final class IpLiteral {
    private static final String OCTET = "(0|[1-9][0-9]{0,2})";
    private static final Pattern IPV4 = Pattern.compile(OCTET + "\\." + OCTET + "\\." + OCTET + "\\." + OCTET);
    private static final Pattern IPV6 = Pattern.compile("[0-9A-Fa-f:][0-9A-Fa-f:.]{1,44}");
    private static final int IPV4_BYTES = 4;

    private IpLiteral() {}

    /** Four decimal numbers, without leading zeros, which some read as octal. */
    static Optional<InetAddress> ipv4(String text) {
        Matcher matcher = IPV4.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        byte[] bytes = new byte[IPV4_BYTES];
        for (int i = 0; i < IPV4_BYTES; i++) {
            int octet = Integer.parseInt(matcher.group(i + 1));
            if (octet > 255) {
                return Optional.empty();
            }
            bytes[i] = (byte) octet;
        }
        return Optional.of(ofBytes(bytes));
    }

    /** RFC 4291, section 2.2, without a zone. One that is mapped from IPv4 becomes what it is. */
    static Optional<InetAddress> ipv6(String text) {
        if (text.indexOf(':') < 0 || !IPV6.matcher(text).matches()) {
            return Optional.empty();
        }
        try {
            // Begun like a literal and with a colon in it: the JDK reads it or refuses, and resolves nothing.
            return Optional.of(InetAddress.getByName(text));
        } catch (UnknownHostException noLiteral) {
            return Optional.empty();
        }
    }

    /**
     * An address of 4 or 16 bytes; an IPv6 one that is mapped from IPv4 becomes that.
     *
     * @throws IllegalArgumentException if it has another length
     */
    static InetAddress ofBytes(byte[] bytes) {
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException wrongLength) {
            throw new IllegalArgumentException("an address has 4 or 16 bytes", wrongLength);
        }
    }
}
