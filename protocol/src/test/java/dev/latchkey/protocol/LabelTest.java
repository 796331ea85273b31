package dev.latchkey.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.google.gson.JsonObject;
import dev.latchkey.protocol.InvalidInputException.Reason;
import dev.latchkey.protocol.InvalidInputException.Subject;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class LabelTest {

    static Stream<JsonObject> cases() {
        return Vectors.objects(Vectors.load("text.json"), "labels").stream();
    }

    private static void assertRefused(String typed, Reason reason) {
        assertThatExceptionOfType(InvalidInputException.class)
                .isThrownBy(() -> Label.of(typed))
                .satisfies(e -> assertThat(e.subject()).isEqualTo(Subject.LABEL))
                .satisfies(e -> assertThat(e.reason()).isEqualTo(reason));
    }

    @Nested
    class AsTyped {

        @ParameterizedTest
        @MethodSource("dev.latchkey.protocol.LabelTest#cases")
        void of_labelOfTheVector_givesItsBytes(JsonObject vector) throws Exception {
            assertThat(Label.of(Vectors.text(vector, "typed")).utf8()).isEqualTo(Vectors.bytes(vector, "utf8"));
        }

        @Test
        void of_caseAndSpaces_stay() throws Exception {
            assertThat(Label.of(" My SSH\u00a0key ").value()).isEqualTo(" My SSH\u00a0key ");
        }

        @Test
        void of_lengthOutOfBounds_isRefused() throws Exception {
            assertThat(Label.of("\u00e9".repeat(127) + "a").utf8()).hasSize(255);
            assertRefused("", Reason.EMPTY);
            assertRefused("a".repeat(256), Reason.TOO_LONG);
            assertRefused("\u00e9".repeat(128), Reason.TOO_LONG);
            assertRefused("a".repeat(1_000_000), Reason.TOO_LONG);
        }

        @ParameterizedTest
        @CsvSource({
            "0, CONTROL_CHARACTER",
            "9, CONTROL_CHARACTER",
            "a, CONTROL_CHARACTER",
            "1b, CONTROL_CHARACTER",
            "2028, CONTROL_CHARACTER",
            "378, UNASSIGNED",
            "1fae0, UNASSIGNED",
            "e000, PRIVATE_USE",
            "d800, SURROGATE"
        })
        void of_characterNoLabelHas_isRefused(String codePoint, Reason reason) {
            assertRefused("a" + Character.toString(Integer.parseInt(codePoint, 16)), reason);
        }

        @Test
        void equals_formsOfTheSameLabel_isEqual() throws Exception {
            assertThat(Label.of("e\u0301"))
                    .isEqualTo(Label.of("\u00e9"))
                    .hasSameHashCodeAs(Label.of("\u00e9"))
                    .isNotEqualTo(Label.of("e"));
        }

        @Test
        void toString_label_doesNotShowIt() throws Exception {
            assertThat(Label.of("bank")).hasToString("Label[4 bytes]");
        }
    }

    @Nested
    class AsFoundInADescriptor {

        @ParameterizedTest
        @ValueSource(strings = {"a", "\u00e9", "e\u0301", "\ud83e\udee0"})
        void read_whatALaterVersionMayWrite_isTakenAsItIs(String label) throws Exception {
            byte[] utf8 = label.getBytes(StandardCharsets.UTF_8);

            assertThat(Label.read(utf8).utf8()).isEqualTo(utf8);
        }

        @Test
        void read_notUtf8OrEmptyOrTooLong_isAnIntegrityError() {
            byte[][] labels = {
                {},
                {(byte) 0xff},
                {(byte) 0xc3},
                {(byte) 0xc0, (byte) 0x80},
                {(byte) 0xed, (byte) 0xa0, (byte) 0x80},
                "a".repeat(256).getBytes(StandardCharsets.UTF_8),
                {'a', 0x1b},
                {'a', (byte) 0xc2, (byte) 0x85}
            };
            for (byte[] label : labels) {
                assertThatExceptionOfType(IntegrityException.class)
                        .isThrownBy(() -> Label.read(label))
                        .satisfies(e -> assertThat(e.reason()).isEqualTo(IntegrityException.Reason.DESCRIPTOR));
            }
        }
    }
}
