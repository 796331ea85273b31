package dev.latchkey.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AuditFormTest {

    @ParameterizedTest
    @ValueSource(
            strings = {"=1+1", "+1", "-1", "@SUM(A1)", " =1", "\t=1", "\r=1", "\n=1", "\uff1d1", "=cmd|' /C calc'!A0"})
    void fieldThatWouldBeCalculated_getsAnApostrophe(String field) {
        assertThat(AuditForm.csv(field)).matches("(?s)\"?'.*").contains(field.replace("\"", "\"\""));
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            delimiter = '|',
            value = {"plain|plain", "a,b|\"a,b\"", "a\"b|\"a\"\"b\"", "a;b|\"a;b\"", "1=1|1=1", "``|``"})
    void field_isQuotedWhereItMustBe(String field, String expected) {
        assertThat(AuditForm.csv(field)).isEqualTo(expected);
    }

    private static AuditLine line(String action, String outcome, AuditLine.About about, long failures) {
        return new AuditLine(
                7, Instant.parse("2026-11-24T08:00:00Z"), action, outcome, about, BigInteger.valueOf(failures));
    }

    @Test
    void failedLogins_areMarkedAndCounted() {
        AuditLine.About nothing = new AuditLine.About("", "", "", "");
        AuditLine one = line("login-failed", "not-finished", nothing, 1);
        AuditLine many = line("login-failed", "earlier-failures-dropped", nothing, 12);
        AuditLine none = line("session-opened", "done", nothing, 0);
        assertThat(AuditForm.TABLE
                        .text(List.of(one, many, none))
                        .lines()
                        .skip(1)
                        .map(String::strip))
                .satisfiesExactly(
                        text -> assertThat(text).contains("! login-failed").endsWith("not-finished"),
                        text -> assertThat(text).contains("! login-failed").endsWith("earlier-failures-dropped (12)"),
                        text -> assertThat(text).contains("  session-opened").endsWith("done"));
        assertThat(AuditForm.JSONL.text(List.of(many)))
                .isEqualTo("{\"n\":7,\"time\":\"2026-11-24T08:00:00Z\",\"action\":\"login-failed\","
                        + "\"outcome\":\"earlier-failures-dropped\",\"key_id\":null,\"label\":null,"
                        + "\"session_id\":null,\"object\":null,\"failures\":12}\n");
    }

    @Test
    void csv_hasAHeadingAndItsOwnLineEnds() {
        AuditLine stored = line("secret-stored", "done", new AuditLine.About("0a", "@home", "0b", "0c"), 0);
        assertThat(AuditForm.CSV.text(List.of(stored))).isEqualTo("""
                        n,time,action,outcome,key_id,label,session_id,object\r
                        7,2026-11-24T08:00:00Z,secret-stored,done,0a,'@home,0b,0c\r
                        """);
    }
}
