package dev.latchkey.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.google.gson.JsonObject;
import dev.latchkey.protocol.InvalidInputException.Reason;
import dev.latchkey.protocol.InvalidInputException.Subject;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class AccountNameTest {

    static Stream<JsonObject> cases() {
        return Vectors.objects(Vectors.load("text.json"), "names").stream();
    }

    private static void assertRefused(String typed, Reason reason) {
        assertThatExceptionOfType(InvalidInputException.class)
                .isThrownBy(() -> AccountName.of(typed))
                .satisfies(e -> assertThat(e.subject()).isEqualTo(Subject.ACCOUNT_NAME))
                .satisfies(e -> assertThat(e.reason()).isEqualTo(reason));
        // What the client would not send, the server would not take.
        assertThatExceptionOfType(InvalidInputException.class)
                .isThrownBy(() -> AccountName.canonical(typed))
                .satisfies(e -> assertThat(e.reason()).isEqualTo(reason));
    }

    @Nested
    class AtTheClient {

        @ParameterizedTest
        @MethodSource("dev.latchkey.protocol.AccountNameTest#cases")
        void of_nameOfTheVector_givesItsBytes(JsonObject vector) throws Exception {
            assertThat(AccountName.of(Vectors.text(vector, "typed")).utf8()).isEqualTo(Vectors.bytes(vector, "utf8"));
        }

        @Test
        void of_formsAndCasesOfTheSameName_areEqual() throws Exception {
            assertThat(AccountName.of("RENE\u0301"))
                    .isEqualTo(AccountName.of("ren\u00e9"))
                    .hasSameHashCodeAs(AccountName.of("ren\u00e9"))
                    .isNotEqualTo(AccountName.of("rene"));
        }

        @Test
        void of_turkishDefaultLocale_isAsAnywhere() throws Exception {
            Locale before = Locale.getDefault();
            try {
                Locale.setDefault(Locale.forLanguageTag("tr"));
                assertThat(AccountName.of("INFO").value()).isEqualTo("info");
            } finally {
                Locale.setDefault(before);
            }
        }

        @Test
        void of_everyAllowedCodePoint_mapsToSomethingCanonical() throws Exception {
            for (int codePoint = 0; codePoint <= Character.MAX_CODE_POINT; codePoint++) {
                if (Unicode13.refusedInNames(codePoint).isEmpty()) {
                    AccountName name = AccountName.of("a" + Character.toString(codePoint) + "b");
                    assertThat(AccountName.canonical(name.value())).isEqualTo(name);
                }
            }
        }
    }

    @Nested
    class AtTheServer {

        @ParameterizedTest
        @ValueSource(strings = {"alice", "alice@example.org", "ren\u00e9", "\u5c0f\u660e", "\u03bf\u03b4\u03bf\u03c2"})
        void canonical_mappedName_isTaken(String name) throws Exception {
            assertThat(AccountName.canonical(name).value()).isEqualTo(name);
        }

        @ParameterizedTest
        @ValueSource(strings = {"Alice", "rene\u0301", "\u212b", "\u0130", "ALICE"})
        void canonical_nameToBeMapped_isRefusedAndNotRepaired(String name) {
            assertThatExceptionOfType(InvalidInputException.class)
                    .isThrownBy(() -> AccountName.canonical(name))
                    .satisfies(e -> assertThat(e.reason()).isEqualTo(Reason.NOT_CANONICAL));
        }
    }

    @Nested
    class OnBothSides {

        @Test
        void of_nothing_isEmpty() {
            assertRefused("", Reason.EMPTY);
        }

        @Test
        void of_moreThan254Bytes_isTooLong() throws Exception {
            assertThat(AccountName.of("a".repeat(254)).utf8()).hasSize(254);
            assertThat(AccountName.of("\u00e9".repeat(127)).utf8()).hasSize(254);
            assertRefused("a".repeat(255), Reason.TOO_LONG);
            assertRefused("\u00e9".repeat(128), Reason.TOO_LONG);
            assertRefused("a".repeat(1_000_000), Reason.TOO_LONG);
        }

        @ParameterizedTest
        @ValueSource(
                chars = {' ', '\t', '\n', '\r', '\u00a0', '\u1680', '\u2003', '\u2028', '\u2029', '\u202f', '\u3000'})
        void of_whiteSpace_isRefused(char space) {
            assertRefused("a" + space + "b", Reason.WHITE_SPACE);
            assertRefused(space + "a", Reason.WHITE_SPACE);
            assertRefused("a" + space, Reason.WHITE_SPACE);
        }

        @ParameterizedTest
        @CsvSource({
            "0, CONTROL_CHARACTER",
            "1b, CONTROL_CHARACTER",
            "7f, CONTROL_CHARACTER",
            "85, CONTROL_CHARACTER",
            "ad, FORMAT_CHARACTER",
            "34f, FORMAT_CHARACTER",
            "115f, FORMAT_CHARACTER",
            "200b, FORMAT_CHARACTER",
            "200d, FORMAT_CHARACTER",
            "202e, FORMAT_CHARACTER",
            "2060, FORMAT_CHARACTER",
            "3164, FORMAT_CHARACTER",
            "fe0f, FORMAT_CHARACTER",
            "feff, FORMAT_CHARACTER",
            "e0061, FORMAT_CHARACTER",
            "e0100, FORMAT_CHARACTER",
            "378, UNASSIGNED",
            "1fae0, UNASSIGNED",
            "fffe, UNASSIGNED",
            "e000, PRIVATE_USE",
            "10fffd, PRIVATE_USE"
        })
        void of_characterNoNameHas_isRefused(String codePoint, Reason reason) {
            assertRefused("a" + Character.toString(Integer.parseInt(codePoint, 16)) + "b", reason);
        }

        @ParameterizedTest
        @ValueSource(strings = {"\ud800", "a\udc00b", "\udc00\ud800"})
        void of_halfASurrogatePair_isRefused(String name) {
            assertRefused(name, Reason.SURROGATE);
        }

        @Test
        void toString_name_doesNotShowIt() throws Exception {
            assertThat(AccountName.of("alice")).hasToString("AccountName[5 bytes]");
        }
    }
}
