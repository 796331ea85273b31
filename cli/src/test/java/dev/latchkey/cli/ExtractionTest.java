package dev.latchkey.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExtractionTest {

    @ParameterizedTest
    @CsvSource({
        "wallet, wallet",
        "seed.txt, seed.txt",
        ".., %2E.",
        ".hidden, %2Ehidden",
        "../../etc/passwd, %2E.%2F..%2Fetc%2Fpasswd",
        "a b, a%20b",
        "C:\\x, C%3A%5Cx",
        "Möwe, M%C3%B6we",
        "100%, 100%25",
    })
    void label_becomesANameThatLeadsNowhereElse(String label, String name) {
        assertThat(Extraction.fileName(label)).isEqualTo(name);
    }

    @Test
    void longLabel_becomesANameThatFits() {
        assertThat(Extraction.fileName("ä".repeat(127))).hasSize(200);
    }
}
