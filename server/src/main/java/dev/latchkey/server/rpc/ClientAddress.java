package dev.latchkey.server.rpc;

import io.grpc.Context;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.util.Arrays;

/**
 * Who is asking, as far as a limit tells them apart: an IPv4 address, or the IPv6 network of 56 bits that one customer
 * has. It is never printed.
 */
final class ClientAddress {
    /** Set for every call by {@link ClientAddressInterceptor}. */
    static final Context.Key<ClientAddress> OF_CALL = Context.key("client address");

    private static final int IPV4_BYTES = 4;
    private static final int IPV6_PREFIX_BYTES = 7;
    private static final int IPV6_SITE_BYTES = 6;
    private static final byte IPV4 = 4;
    private static final byte IPV6 = 6;

    private final byte[] prefix;

    private ClientAddress(byte[] prefix) {
        this.prefix = prefix;
    }

    /** All who come without an address of the Internet are taken for one. An IPv6 address mapped from IPv4 is that. */
    static ClientAddress of(SocketAddress peer) {
        if (!(peer instanceof InetSocketAddress socket) || socket.isUnresolved()) {
            return new ClientAddress(new byte[0]);
        }
        byte[] bytes = unmapped(socket.getAddress().getAddress());
        boolean isIpv4 = bytes.length == IPV4_BYTES;
        byte[] prefix = new byte[1 + (isIpv4 ? IPV4_BYTES : IPV6_PREFIX_BYTES)];
        prefix[0] = isIpv4 ? IPV4 : IPV6;
        System.arraycopy(bytes, 0, prefix, 1, prefix.length - 1);
        return new ClientAddress(prefix);
    }

    private static byte[] unmapped(byte[] address) {
        try {
            return InetAddress.getByAddress(address).getAddress();
        } catch (UnknownHostException impossible) {
            throw new IllegalStateException("an address has 4 or 16 bytes", impossible);
        }
    }

    /** {@code 4 ‖ 4 bytes}, {@code 6 ‖ 7 bytes}, or nothing. */
    byte[] prefix() {
        return prefix.clone();
    }

    /** Where it is, as far as no network is given out in smaller ones: of IPv6 48 bits, which one host can have. */
    ClientAddress site() {
        return prefix.length == 1 + IPV6_PREFIX_BYTES
                ? new ClientAddress(Arrays.copyOf(prefix, 1 + IPV6_SITE_BYTES))
                : this;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ClientAddress address && Arrays.equals(prefix, address.prefix);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(prefix);
    }

    @Override
    public String toString() {
        return "ClientAddress[…]";
    }
}
