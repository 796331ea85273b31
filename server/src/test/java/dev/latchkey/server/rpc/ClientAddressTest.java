package dev.latchkey.server.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClientAddressTest {
    private static ClientAddress of(String address) throws Exception {
        return ClientAddress.of(new InetSocketAddress(InetAddress.getByName(address), 4711));
    }

    @ParameterizedTest
    @CsvSource({
        "192.0.2.1, 04c0000201",
        "255.255.255.255, 04ffffffff",
        "2001:db8:1:2ff:3:4:5:6, 0620010db8000102",
        "::1, 0600000000000000"
    })
    void prefix_isTheAddressOrItsNetwork(String address, String hex) throws Exception {
        assertThat(of(address).prefix()).isEqualTo(HexFormat.of().parseHex(hex));
    }

    @Test
    void prefix_ofAMappedAddress_isThatOfIpv4() throws Exception {
        byte[] mapped = HexFormat.of().parseHex("00000000000000000000ffffc0000201");
        SocketAddress peer = new InetSocketAddress(Inet6Address.getByAddress(null, mapped, -1), 1);

        assertThat(ClientAddress.of(peer)).isEqualTo(of("192.0.2.1"));
    }

    @Test
    void site_isTheLargestNetworkThatOneHostHas() throws Exception {
        assertThat(of("2001:db8:1:2ff::1").site())
                .isEqualTo(of("2001:db8:1:f0ff::9").site());
        assertThat(of("2001:db8:1::1").site()).isNotEqualTo(of("2001:db8:2::1").site());
        assertThat(of("192.0.2.1").site()).isEqualTo(of("192.0.2.1"));
        assertThat(ClientAddress.of(null).site()).isEqualTo(ClientAddress.of(null));
    }

    @Test
    void peers_withoutAnAddress_areOne() {
        ClientAddress unknown = ClientAddress.of(null);

        assertThat(unknown.prefix()).isEmpty();
        assertThat(ClientAddress.of(InetSocketAddress.createUnresolved("localhost", 1)))
                .isEqualTo(unknown);
    }

    @Test
    void text_holdsNoAddress() throws Exception {
        assertThat(of("192.0.2.1")).hasToString("ClientAddress[…]");
    }
}
