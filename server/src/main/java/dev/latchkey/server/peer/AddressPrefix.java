package dev.latchkey.server.peer;

import java.net.InetAddress;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A network: all addresses that begin with the same bits.
 *
 * @param first its first address
 * @param bits how many bits its addresses share, at most 32 for IPv4 and 128 for IPv6
 */
public record AddressPrefix(InetAddress first, int bits) {
    private static final Pattern BITS = Pattern.compile("0|[1-9][0-9]{0,2}");

    public AddressPrefix {
        byte[] bytes = first.getAddress();
        if (bits < 0 || bits > 8 * bytes.length) {
            throw new IllegalArgumentException("a prefix is not longer than an address");
        }
        if (!Arrays.equals(bytes, cut(bytes, bits))) {
            throw new IllegalArgumentException("the address has bits behind the prefix");
        }
    }

    /** Reads an address, or an address and a length such as {@code 10.0.0.0/8}; empty if it is neither. */
    public static Optional<AddressPrefix> parse(String text) {
        int slash = text.indexOf('/');
        String literal = slash < 0 ? text : text.substring(0, slash);
        Optional<InetAddress> address = IpLiteral.ipv4(literal).or(() -> IpLiteral.ipv6(literal));
        if (address.isEmpty()) {
            return Optional.empty();
        }
        int whole = 8 * address.get().getAddress().length;
        if (slash < 0) {
            return Optional.of(new AddressPrefix(address.get(), whole));
        }
        String length = text.substring(slash + 1);
        // A length that counts the bits of IPv6 says something else once the address has become one of IPv4.
        boolean mapped = whole == 32 && literal.indexOf(':') >= 0;
        if (mapped || !BITS.matcher(length).matches()) {
            return Optional.empty();
        }
        int bits = Integer.parseInt(length);
        byte[] bytes = address.get().getAddress();
        if (bits > whole || !Arrays.equals(bytes, cut(bytes, bits))) {
            return Optional.empty();
        }
        return Optional.of(new AddressPrefix(address.get(), bits));
    }

    /** Whether the address begins with these bits. IPv6 addresses mapped from IPv4 count as IPv4. */
    public boolean contains(InetAddress address) {
        byte[] bytes = IpLiteral.ofBytes(address.getAddress()).getAddress();
        byte[] mine = first.getAddress();
        return bytes.length == mine.length && Arrays.equals(cut(bytes, bits), mine);
    }

    /** The address with all bits behind the first so many cleared. */
    private static byte[] cut(byte[] address, int bits) {
        byte[] cut = Arrays.copyOf(Arrays.copyOf(address, (bits + 7) / 8), address.length);
        if (bits % 8 != 0) {
            cut[bits / 8] &= (byte) (0xff << (8 - bits % 8));
        }
        return cut;
    }

    @Override
    public String toString() {
        return first.getHostAddress() + "/" + bits;
    }
}
