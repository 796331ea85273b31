package dev.latchkey.server.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.opaque.SecretBytes;
import dev.latchkey.protocol.AccountName;
import dev.latchkey.server.rpc.ThroughputGate.Begun;
import dev.latchkey.server.store.BucketTag;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HexFormat;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The figures are another HMAC's, Python's, over the bytes of {@code docs/protocol.md} section 9 and the key 00 01 … 1f. */
class BucketTagsTest {
    private final SecretBytes key = SecretBytes.takeOwnership(
            HexFormat.of().parseHex("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"));
    private final BucketTags tags = new BucketTags(key);

    @AfterEach
    void wipe() {
        key.close();
    }

    private static ClientAddress client(String address) throws Exception {
        return ClientAddress.of(new InetSocketAddress(InetAddress.getByName(address), 1));
    }

    private static BucketTag tag(String hex) {
        return BucketTag.of(HexFormat.of().parseHex(hex));
    }

    @ParameterizedTest
    @CsvSource({
        "LOGIN, 192.0.2.1, fe89db15e42997afff416c1a7401fbe790a59200d3e959aeeb316c88dd16537a",
        "REGISTRATION, 2001:db8:1:2ff::7, 2a289ec9788020aa5293c4502855cd4dbb5a9b2c90af4379da95b65409433be3"
    })
    void address_isAKeyedHash(Begun what, String address, String expected) throws Exception {
        assertThat(tags.address(what, client(address))).isEqualTo(tag(expected));
    }

    @ParameterizedTest
    @CsvSource({
        "LOGIN, mara, 3b14f892f4c11836dbbd3635f7e3e86ccaf473c4f3db1674313620e9104fe0b5",
        "REGISTRATION, mårten, 3a4b28516a2e7ca01c85212a72e6db13fb6ab861c94f15d9b47b2520ffdf6c20"
    })
    void account_isAKeyedHash(Begun what, String name, String expected) throws Exception {
        assertThat(tags.account(what, AccountName.canonical(name))).isEqualTo(tag(expected));
    }

    @Test
    void account_withATicket_isAnotherKeyedHash() throws Exception {
        byte[] ticket = HexFormat.of().parseHex("07".repeat(32));

        assertThat(tags.account(Begun.LOGIN, AccountName.canonical("mara"), ticket))
                .isEqualTo(tag("243e4028cec17ccc009d4d5422259de3fc4fa2bac7f93d9684e008023b4d86da"));
    }

    @Test
    void calls_haveBucketsOfTheirOwn() throws Exception {
        assertThat(tags.address(Begun.LOGIN, client("192.0.2.1")))
                .isNotEqualTo(tags.address(Begun.REGISTRATION, client("192.0.2.1")));
    }
}
