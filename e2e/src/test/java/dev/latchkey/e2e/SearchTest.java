package dev.latchkey.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** That a search finds something depends on how it was written down; here that is done in other ways than the search's. */
final class SearchTest {
    private static final String PADDING = "0123456789";
    private static final String TEXT = "one of пароль, ärger and 합";

    private final byte[] value = new byte[32];

    @BeforeEach
    void draw() {
        new SecureRandom().nextBytes(value);
    }

    @Test
    void search_bytesAcrossItsChunks_finds() throws IOException {
        for (int at = (1 << 20) - 40; at < (1 << 20) + 200; at++) {
            byte[] noise = new byte[at + value.length];
            System.arraycopy(value, 0, noise, at, value.length);
            assertThat(searched(noise)).containsExactly(Map.entry("value as bytes", 2));
        }
    }

    @Test
    void search_hexadecimalAndBase64_finds() throws IOException {
        String hex = new BigInteger(1, value).toString(16);
        for (Charset charset :
                List.of(StandardCharsets.US_ASCII, StandardCharsets.UTF_16LE, StandardCharsets.UTF_16BE)) {
            assertThat(searched(hex.getBytes(charset))).isNotEmpty();
            assertThat(searched(hex.toUpperCase(Locale.ROOT).getBytes(charset))).isNotEmpty();
            for (int before = 0; before < 3; before++) {
                ByteArrayOutputStream longer = new ByteArrayOutputStream();
                longer.writeBytes(RawClient.utf8(PADDING.substring(0, before)));
                longer.writeBytes(value);
                longer.writeBytes(RawClient.utf8(PADDING));
                for (Base64.Encoder encoder : List.of(Base64.getEncoder(), Base64.getUrlEncoder())) {
                    String text = encoder.encodeToString(longer.toByteArray());
                    assertThat(searched(text.getBytes(charset))).isNotEmpty();
                }
            }
        }
    }

    @Test
    void search_charactersAndWords_finds() throws IOException {
        byte[] characters = new byte[2 * value.length];
        byte[] ints = new byte[value.length];
        byte[] longs = new byte[value.length];
        for (int i = 0; i < value.length; i++) {
            characters[2 * i + 1] = value[i];
            ints[i ^ 3] = value[i];
            longs[i ^ 7] = value[i];
        }
        assertThat(searched(characters)).isNotEmpty();
        assertThat(searched(ints)).isNotEmpty();
        assertThat(searched(longs)).isNotEmpty();
    }

    @Test
    void search_textInUtf16_finds() throws IOException {
        Search search = new Search(List.of(Sought.of("text", TEXT)));
        for (Charset charset : List.of(StandardCharsets.UTF_8, StandardCharsets.UTF_16LE, StandardCharsets.UTF_16BE)) {
            assertThat(search.in(new ByteArrayInputStream((PADDING + TEXT).getBytes(charset))))
                    .isNotEmpty();
        }
    }

    @Test
    void search_halfOfIt_finds() throws IOException {
        assertThat(searched(Arrays.copyOf(value, 16))).isNotEmpty();
        assertThat(searched(Arrays.copyOfRange(value, 16, 32))).isNotEmpty();
        assertThat(searched(Arrays.copyOfRange(value, 8, 23))).isEmpty();
    }

    private Map<String, Integer> searched(byte[] content) throws IOException {
        return new Search(List.of(Sought.of("value", value))).in(new ByteArrayInputStream(content));
    }
}
