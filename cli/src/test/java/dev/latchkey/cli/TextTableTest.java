package dev.latchkey.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TextTableTest {

    @Test
    void signsOfTwoColumnsOrNone_keepTheColumnsUnderOneAnother() {
        TextTable table = new TextTable("LABEL", "TYPE");
        table.add("\uD83D\uDD11 key", "a"); // an emoji: two columns
        table.add("\u9375", "b"); // a sign of East Asia: two columns
        table.add("Mo\u0308we", "c"); // an accent that stands above the letter before it: none

        assertThat(table.toString().lines())
                .containsExactly("LABEL   TYPE", "\uD83D\uDD11 key  a", "\u9375      b", "Mo\u0308we    c");
    }
}
