package dev.latchkey.server.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressPrefixTest {
    @ParameterizedTest
    @CsvSource({
        "10.0.0.0/8, 10.255.255.255, true",
        "10.0.0.0/8, 11.0.0.0, false",
        "10.0.0.0/8, ::ffff:10.1.2.3, true",
        "10.0.0.0/8, 0a00::, false",
        "192.168.4.0/22, 192.168.7.255, true",
        "192.168.4.0/22, 192.168.8.0, false",
        "192.0.2.1, 192.0.2.1, true",
        "192.0.2.1, 192.0.2.2, false",
        "0.0.0.0/0, 203.0.113.9, true",
        "0.0.0.0/0, ::1, false",
        "::/0, 203.0.113.9, false",
        "::/0, 2001:db8::1, true",
        "2001:db8::/33, 2001:db8:7fff::1, true",
        "2001:db8::/33, 2001:db8:8000::1, false",
        "::1, ::1, true",
        "::ffff:192.0.2.1, 192.0.2.1, true"
    })
    void contains_byBits(String prefix, String address, boolean inside) throws Exception {
        assertThat(AddressPrefix.parse(prefix).orElseThrow().contains(InetAddress.getByName(address)))
                .isEqualTo(inside);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/",
                "10.0.0.0/",
                "10.0.0.0/33",
                "10.0.0.0/-1",
                "10.0.0.0/08",
                "10.0.0.0/8/8",
                "10.0.0.1/8",
                "10.0.0/8",
                "10.0.0.0 /8",
                " 10.0.0.0",
                "localhost",
                "example.com/8",
                "2001:db8::/129",
                "2001:db8::1/64",
                "fe80::1%eth0",
                "[::1]",
                "::ffff:10.0.0.0/104",
                "*"
            })
    void parse_anythingElse_isNoPrefix(String text) {
        assertThat(AddressPrefix.parse(text)).isEmpty();
    }

    @Test
    void prefix_withBitsBehindIt_isACallersBug() throws Exception {
        InetAddress address = InetAddress.getByName("10.0.0.1");
        assertThatThrownBy(() -> new AddressPrefix(address, 8)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new AddressPrefix(address, 33)).isInstanceOf(IllegalArgumentException.class);
    }
}
