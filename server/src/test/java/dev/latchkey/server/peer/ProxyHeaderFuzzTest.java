package dev.latchkey.server.peer;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/** Fed anything, it reads a header, asks for more within its bounds, or refuses in its own checked exception. */
class ProxyHeaderFuzzTest {
    @FuzzTest
    void header(byte[] bytes) {
        try {
            Optional<ProxyHeader> header = ProxyHeader.parse(bytes);
            if (header.isEmpty()) {
                assertThat(bytes.length).isLessThan(ProxyHeader.MAX_V2);
                return;
            }
            int length = header.get().length();
            assertThat(length).isBetween(1, bytes.length);
            assertThat(ProxyHeader.parse(Arrays.copyOf(bytes, length))).isEqualTo(header);
            assertThat(ProxyHeader.parse(Arrays.copyOf(bytes, length - 1))).isEmpty();
        } catch (ProxyHeaderException refused) {
            assertThat(refused.reason()).isNotNull();
        }
    }

    @FuzzTest
    void prefix(byte[] text) {
        AddressPrefix.parse(new String(text, StandardCharsets.UTF_8)).ifPresent(prefix -> {
            assertThat(prefix.contains(prefix.first())).isTrue();
            assertThat(AddressPrefix.parse(prefix.toString())).contains(prefix);
        });
    }
}
