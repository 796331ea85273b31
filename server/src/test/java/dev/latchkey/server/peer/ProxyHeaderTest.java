package dev.latchkey.server.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.latchkey.server.peer.ProxyHeaderException.Reason;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Layouts and examples of sections 2.1 and 2.2 of {@code proxy-protocol.txt}. */
class ProxyHeaderTest {
    private static final String SIGNATURE = "0d0a0d0a000d0a515549540a";
    private static final String V4 = "c0a80001c0a8000bdc0401bb";
    private static final String V6 =
            "20010db8000000000000000000000007" + "20010db8000000000000000000000001" + "dc0401bb";

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static byte[] hex(String text) {
        return HexFormat.of().parseHex(text);
    }

    private static byte[] followed(byte[] header) {
        byte[] both = Arrays.copyOf(header, header.length + 300);
        Arrays.fill(both, header.length, both.length, (byte) 0x16);
        return both;
    }

    private static void assertNames(byte[] header, String client) throws ProxyHeaderException {
        for (byte[] bytes : new byte[][] {header, followed(header)}) {
            ProxyHeader parsed = ProxyHeader.parse(bytes).orElseThrow();
            assertThat(parsed.length()).isEqualTo(header.length);
            assertThat(parsed.client().map(address -> address.getHostAddress()).orElse("-"))
                    .isEqualTo(client);
        }
        for (int length = 0; length < header.length; length++) {
            assertThat(ProxyHeader.parse(Arrays.copyOf(header, length)))
                    .as("its first %d bytes", length)
                    .isEmpty();
        }
    }

    private static void assertRefused(byte[] bytes, Reason reason) {
        ProxyHeaderException refused = catchThrowableOfType(ProxyHeaderException.class, () -> ProxyHeader.parse(bytes));
        assertThat(refused).isNotNull();
        assertThat(refused.reason()).isEqualTo(reason);
    }

    @Nested
    class Version1 {
        @ParameterizedTest
        @CsvSource({
            "PROXY TCP4 192.168.0.1 192.168.0.11 56324 443, 192.168.0.1",
            "PROXY TCP4 255.255.255.255 255.255.255.255 65535 65535, 255.255.255.255",
            "PROXY TCP4 0.0.0.0 0.0.0.0 0 0, 0.0.0.0",
            "PROXY TCP6 2001:db8::7 2001:db8::1 56324 443, 2001:db8:0:0:0:0:0:7",
            "PROXY TCP6 2001:DB8::ABCD ::1 1 2, 2001:db8:0:0:0:0:0:abcd",
            "PROXY TCP6 ::ffff:192.168.0.1 ::1 1 2, 192.168.0.1",
            "PROXY TCP6 ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff 65535 65535,"
                    + " ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
            "PROXY UNKNOWN, -",
            "PROXY UNKNOWN whatever stands here, -",
            "PROXY UNKNOWN ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff 65535 65535, -"
        })
        void line_wellFormed_namesTheClient(String line, String client) throws Exception {
            assertNames(ascii(line + "\r\n"), client);
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "PROXY",
                    "PROXY ",
                    "PROXYTCP4 192.168.0.1 192.168.0.11 56324 443",
                    "PROXY  TCP4 192.168.0.1 192.168.0.11 56324 443",
                    "PROXY TCP4 192.168.0.1 192.168.0.11 56324",
                    "PROXY TCP4 192.168.0.1 192.168.0.11 56324 443 ",
                    "PROXY TCP4 192.168.0.1 192.168.0.11 56324 443 1",
                    "PROXY TCP4 192.168.0.1 192.168.0.11 056324 443",
                    "PROXY TCP4 192.168.0.1 192.168.0.11 56324 65536",
                    "PROXY TCP4 192.168.0.1 192.168.0.11 56324 -1",
                    "PROXY TCP4 192.168.0.01 192.168.0.11 56324 443",
                    "PROXY TCP4 192.168.0.256 192.168.0.11 56324 443",
                    "PROXY TCP4 192.168.1 192.168.0.11 56324 443",
                    "PROXY TCP4 3232235521 192.168.0.11 56324 443",
                    "PROXY TCP4 localhost 192.168.0.11 56324 443",
                    "PROXY TCP4 192.168.0.1 localhost 56324 443",
                    "PROXY TCP4 ::1 ::1 56324 443",
                    "PROXY TCP6 192.168.0.1 192.168.0.11 56324 443",
                    "PROXY TCP6 2001:db8::7%eth0 ::1 56324 443",
                    "PROXY TCP6 [::1] ::1 56324 443",
                    "PROXY TCP6 1::2::3 ::1 56324 443",
                    "PROXY TCP6 1:2:3:4:5:6:7 ::1 56324 443",
                    "PROXY TCP6 .:1 ::1 56324 443",
                    "PROXY TCP5 192.168.0.1 192.168.0.11 56324 443",
                    "PROXY tcp4 192.168.0.1 192.168.0.11 56324 443",
                    "PROXY UNKNOWNX",
                    "PROXY TCP4 192.168.0.1 192.168.0.11 56324 443\n",
                    "PROXY TCP4 192.168.0.1 192.168.0.11 56324 443\r",
                    "PROXY TCP4 192.168.0.1 192.168.0.11 56324 \u00b2"
                })
        void line_malformed_isRefused(String line) {
            assertRefused(ascii(line + "\r\n"), Reason.MALFORMED);
        }

        @Test
        void line_longerThan107Bytes_isRefused() throws Exception {
            String longest = "PROXY UNKNOWN " + "x".repeat(91);
            assertNames(ascii(longest + "\r\n"), "-");
            assertRefused(ascii(longest + "x\r\n"), Reason.TOO_LONG);
            assertRefused(ascii(longest + "xx"), Reason.TOO_LONG);
        }
    }

    @Nested
    class Version2 {
        @ParameterizedTest
        @CsvSource({
            "2111000c" + V4 + ", 192.168.0.1",
            "21210024" + V6 + ", 2001:db8:0:0:0:0:0:7",
            "21210024 00000000000000000000ffffc0a80001 00000000000000000000000000000000 00000000, 192.168.0.1",
            "21110013" + V4 + "04000411223344, 192.168.0.1",
            "21000000, -",
            "2100000c" + V4 + ", -",
            "20000000, -",
            "2011000c" + V4 + ", -",
            "20ff0003010203, -",
            "2112000c" + V4 + ", -",
            "21310000, -"
        })
        void header_wellFormed_namesTheClient(String rest, String client) throws Exception {
            assertNames(hex(SIGNATURE + rest.replace(" ", "")), client);
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "1111000c" + V4,
                    "3111000c" + V4,
                    "2211000c" + V4,
                    "2f11000c" + V4,
                    "2141000c" + V4,
                    "2113000c" + V4,
                    "21ff000c" + V4,
                    "2111000b" + V4,
                    "21110000",
                    "2121000c" + V4,
                    "21210023" + V6
                })
        void header_malformed_isRefused(String rest) {
            assertRefused(hex(SIGNATURE + rest), Reason.MALFORMED);
        }

        @Test
        void header_longerThanTaken_isRefusedBeforeItHasArrived() throws Exception {
            byte[] longest = Arrays.copyOf(hex(SIGNATURE + "21110800" + V4), 16 + 2048);
            assertNames(longest, "192.168.0.1");
            assertRefused(hex(SIGNATURE + "21110801"), Reason.TOO_LONG);
            assertRefused(hex(SIGNATURE + "2000ffff"), Reason.TOO_LONG);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"47", "160301", "0a", "0d0a0d0a010d0a", "50524f5858", "0d0a0d0a000d0a515549540b", "505249202a"})
    void bytes_thatBeginLikeNoHeader_areRefusedAtOnce(String hex) {
        assertRefused(hex(hex), Reason.NO_HEADER);
    }
}
