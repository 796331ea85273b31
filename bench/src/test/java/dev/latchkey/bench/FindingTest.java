package dev.latchkey.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FindingTest {

    @Test
    void holds_everyFigureWithinItsLimit_itDoes() {
        Finding finding = new Finding().atMost("time", 2, 2).atLeast("rate", 3, 3);

        assertThat(finding.holds()).isTrue();
    }

    @Test
    void holds_oneFigureBeyond_itDoesNot() {
        assertThat(new Finding().atMost("time", 2, 2).atMost("size", 2.1, 2).holds())
                .isFalse();
        assertThat(new Finding().atLeast("rate", 2.9, 3).holds()).isFalse();
    }

    @Test
    void holds_aFigureThatIsNoNumber_itDoesNot() {
        assertThat(new Finding().atMost("time", Double.NaN, 2).holds()).isFalse();
        assertThat(new Finding().atLeast("rate", Double.NaN, 2).holds()).isFalse();
    }

    @Test
    void holds_nothingMeasured_itDoesNot() {
        assertThat(new Finding().beside("time", 1).holds()).isFalse();
    }

    @Test
    void toJson_hasWhatARowNeeds() {
        String json = new Finding()
                .atMost("time", 1.23456, 2.5)
                .beside("machine", "small")
                .toJson("login")
                .toString();

        assertThat(json)
                .contains("\"name\":\"login\"")
                .contains("\"measured\":{\"time\":1.235}")
                .contains("2.5")
                .contains("\"holds\":true")
                .contains("\"beside\":{\"machine\":\"small\"}");
    }
}
