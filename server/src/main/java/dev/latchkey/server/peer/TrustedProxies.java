package dev.latchkey.server.peer;

import java.net.InetAddress;
import java.util.List;

/**
 * Those whose word on who is asking counts. Their connections must begin with a PROXY protocol header.
 *
 * @param networks where they are; empty if there are none
 */
public record TrustedProxies(List<AddressPrefix> networks) {
    public static final TrustedProxies NONE = new TrustedProxies(List.of());

    public TrustedProxies {
        networks = List.copyOf(networks);
    }

    boolean contains(InetAddress address) {
        return networks.stream().anyMatch(network -> network.contains(address));
    }
}
