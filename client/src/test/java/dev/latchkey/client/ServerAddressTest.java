package dev.latchkey.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ServerAddressTest {

    @Nested
    final class A_well_formed_address {

        @ParameterizedTest
        @CsvSource({
            "keys.example.org:7443, keys.example.org, 7443",
            "localhost:1,           localhost,        1",
            "192.0.2.7:65535,       192.0.2.7,        65535",
            "key_server:7443,       key_server,       7443",
            "[::1]:7443,            ::1,              7443",
            "[2001:db8::7]:443,     2001:db8::7,      443",
            "[fe80::1%eth0]:443,    fe80::1%eth0,     443",
        })
        void parse_gives_host_and_port(String text, String host, int port) {
            assertThat(ServerAddress.parse(text)).isEqualTo(new ServerAddress(host, port));
        }

        @ParameterizedTest
        @ValueSource(strings = {"keys.example.org:7443", "[::1]:7443"})
        void toString_gives_what_parse_reads(String text) {
            assertThat(ServerAddress.parse(text)).hasToString(text);
        }
    }

    @Nested
    final class Another_text {

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "",
                    "keys.example.org",
                    "keys.example.org:",
                    ":7443",
                    "https://keys.example.org:7443",
                    "keys.example.org:7443/path",
                    "owner@keys.example.org:7443",
                    "keys example.org:7443",
                    " keys.example.org:7443",
                    "::1:7443",
                    "[keys.example.org]:7443",
                    "[]:7443",
                    "-keys.example.org:7443",
                    "schlüssel.example.org:7443",
                    "keys.example.org:0",
                    "keys.example.org:65536",
                    "keys.example.org:999999",
                    "keys.example.org:-1",
                    "keys.example.org:+7",
                    "keys.example.org:７",
                })
        void parse_is_refused_with_a_sentence(String text) {
            assertThatThrownBy(() -> ServerAddress.parse(text))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageEndingWith(".");
        }

        @Test
        void host_longer_than_a_dns_name_is_refused() {
            String host = "a".repeat(254);

            assertThatThrownBy(() -> ServerAddress.parse(host + ":7443")).isInstanceOf(IllegalArgumentException.class);
        }
    }
}
