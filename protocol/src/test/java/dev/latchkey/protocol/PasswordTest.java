package dev.latchkey.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import com.google.gson.JsonObject;
import dev.latchkey.protocol.InvalidInputException.Reason;
import dev.latchkey.protocol.InvalidInputException.Subject;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class PasswordTest {

    static Stream<JsonObject> cases() {
        return Vectors.objects(Vectors.load("text.json"), "passwords").stream();
    }

    static Stream<Arguments> passwordsAndTheirPieces() {
        return Stream.of(
                Arguments.of("correct horse battery staple", List.of()),
                Arguments.of("\u00c5ngstr\u00f6m \u00bd\u00df\u00ff\u0142\u01d5\u02ff", List.of()),
                Arguments.of("Cafe\u0301 noir", List.of("e\u0301")),
                Arguments.of("a\u0323\u0307bc\u0439d", List.of("a\u0323\u0307", "\u0439")),
                Arguments.of("x\u212by\ud834\udd5ez", List.of("\u212b", "\ud834\udd5e")),
                Arguments.of("\ud55c\u1100\u1173\u11af", List.of("\ud55c", "\u1100\u1173\u11af")),
                Arguments.of("\u0301\u0323a", List.of("\u0301\u0323")));
    }

    private static byte[] mapped(String typed) throws InvalidInputException {
        try (Password password = Password.of(typed.toCharArray())) {
            return password.utf8().copyBytes();
        }
    }

    private static void assertRefused(String typed, Reason reason) {
        assertThatExceptionOfType(InvalidInputException.class)
                .isThrownBy(() -> Password.of(typed.toCharArray()))
                .satisfies(e -> assertThat(e.subject()).isEqualTo(Subject.PASSWORD))
                .satisfies(e -> assertThat(e.reason()).isEqualTo(reason));
    }

    @Nested
    class WhatIsMapped {

        @ParameterizedTest
        @MethodSource("dev.latchkey.protocol.PasswordTest#cases")
        void of_passwordOfTheVector_givesItsBytes(JsonObject vector) throws Exception {
            assertThat(mapped(Vectors.text(vector, "typed"))).isEqualTo(Vectors.bytes(vector, "utf8"));
        }

        @ParameterizedTest
        @MethodSource("dev.latchkey.protocol.PasswordTest#cases")
        void of_mappedPassword_staysAsItIs(JsonObject vector) throws Exception {
            byte[] once = mapped(Vectors.text(vector, "typed"));

            assertThat(mapped(new String(once, StandardCharsets.UTF_8))).isEqualTo(once);
        }

        @Test
        void of_formsOfTheSamePassword_areEqual() throws Exception {
            String composed = "Caf\u00e9 \u0439 \ud55c\uae00 \u1eaf";

            assertThat(mapped(Normalizer.normalize(composed, Normalizer.Form.NFD)))
                    .isEqualTo(mapped(composed));
        }

        @Test
        void of_anotherCase_isAnotherPassword() throws Exception {
            assertThat(mapped("secret")).isNotEqualTo(mapped("Secret"));
        }

        @Test
        void of_spacesAtTheEnds_stay() throws Exception {
            assertThat(mapped(" a\u00a0")).isEqualTo(new byte[] {' ', 'a', ' '});
        }

        @Test
        void of_piecesPutTogether_equalsNormalisingTheWhole() throws Exception {
            // What composes, reorders, expands and shrinks, in every order.
            int[] alphabet = {
                'a', 'e', 'q', ' ', 0xE9, 0x301, 0x323, 0x307, 0x334, 0x345, 0x1112, 0x1161, 0x11A8, 0xAC00, 0x915,
                0x93C, 0x9C7, 0x9BE, 0xB47, 0xB56, 0xFB2C, 0x1D15E, 0x1D165, 0x2F800, 0x110A5, 0x110BA, 0x11131,
                0x11127, 0x200D, 0x3099, 0x304B, 0x212B, 0x0F73, 0x0F71, 0x0344
            };
            Random random = new Random(2);
            for (int round = 0; round < 20_000; round++) {
                StringBuilder text = new StringBuilder();
                for (int i = 1 + random.nextInt(12); i > 0; i--) {
                    text.appendCodePoint(alphabet[random.nextInt(alphabet.length)]);
                }
                String whole = Normalizer.normalize(text.toString(), Normalizer.Form.NFC);

                assertThat(mapped(text.toString())).isEqualTo(whole.getBytes(StandardCharsets.UTF_8));
            }
        }

        @Test
        void of_callersArray_isNeitherChangedNorKept() throws Exception {
            char[] typed = "e\u0301\u00a0".toCharArray();
            try (Password password = Password.of(typed)) {
                assertThat(typed).isEqualTo("e\u0301\u00a0".toCharArray());
                typed[0] = 'x';
                assertThat(password.utf8().copyBytes()).isEqualTo("\u00e9 ".getBytes(StandardCharsets.UTF_8));
            }
        }
    }

    @Nested
    class WhatIsRefused {

        @Test
        void of_nothing_isEmpty() {
            assertRefused("", Reason.EMPTY);
        }

        @Test
        void of_moreThan1024MappedBytes_isTooLong() throws Exception {
            assertThat(mapped("a".repeat(1024))).hasSize(1024);
            assertRefused("a".repeat(1025), Reason.TOO_LONG);
            assertThat(mapped("\u00e9".repeat(512))).hasSize(1024);
            assertRefused("\u00e9".repeat(512) + "a", Reason.TOO_LONG);
            assertRefused("a" + "\u00e9".repeat(512), Reason.TOO_LONG);
        }

        @Test
        void of_longInputThatMapsTo1024Bytes_isTaken() throws Exception {
            // Each of 512 characters typed as one of three or four UTF-16 units.
            assertThat(mapped("U\u0308".repeat(512))).hasSize(1024);
            assertThat(mapped("\u1112\u1161\u11ab".repeat(341))).hasSize(1023);
        }

        @Test
        void of_expandingCharacters_isMappedOrTooLong() throws Exception {
            assertThat(mapped("\ufb2c".repeat(170))).hasSize(1020);
            assertRefused("\ufb2c".repeat(171), Reason.TOO_LONG);
            assertThat(mapped("\ud834\udd60".repeat(85))).hasSize(1020);
        }

        @Test
        void of_absurdlyMany_isTooLongWithoutBeingMapped() {
            assertRefused("a\u0301".repeat(500_000), Reason.TOO_LONG);
        }

        @ParameterizedTest
        @ValueSource(chars = {0, 7, '\t', '\n', '\r', 0x1b, 0x7f, 0x85, 0x9f, '\u2028', '\u2029'})
        void of_controlCharacter_isRefused(char control) {
            assertRefused("a" + control + "b", Reason.CONTROL_CHARACTER);
        }

        @ParameterizedTest
        @ValueSource(ints = {0x378, 0x9FFD, 0x1FAE0, 0xFFFF, 0xFDD0, 0x10FFFF, 0x1FFFE})
        void of_unassignedCodePoint_isRefused(int unassigned) {
            assertRefused("a" + Character.toString(unassigned), Reason.UNASSIGNED);
        }

        @ParameterizedTest
        @ValueSource(ints = {0xE000, 0xF8FF, 0xF0000, 0x10FFFD})
        void of_privateUse_isRefused(int codePoint) {
            assertRefused(Character.toString(codePoint), Reason.PRIVATE_USE);
        }

        @ParameterizedTest
        @ValueSource(strings = {"\ud800", "a\udc00", "\ud800\ud800\udc00", "\udc00\ud800", "e\u0301\ud83d"})
        void of_halfASurrogatePair_isRefused(String typed) {
            assertRefused(typed, Reason.SURROGATE);
        }

        @Test
        void getMessage_refusedPassword_isASentenceWithoutIt() {
            assertThatExceptionOfType(InvalidInputException.class)
                    .isThrownBy(() -> Password.of("hunter2\n".toCharArray()))
                    .withMessage("The password contains a control character.");
        }
    }

    /** The strings that mapping makes of a password, or of a part of it, which nobody can wipe. */
    @Nested
    class WhatBecomesAString {

        @ParameterizedTest
        @MethodSource("dev.latchkey.protocol.PasswordTest#passwordsAndTheirPieces")
        void normalise_password_makesStringsOfThesePiecesOnly(String password, List<String> pieces) throws Exception {
            WatchedText text = new WatchedText(password, new ArrayList<>());
            CharBuffer normal = CharBuffer.allocate(3 * password.length());

            Text.requireAllowed(Subject.PASSWORD, text, Unicode13::refusedAnywhere);
            Password.normalise(text, normal);

            assertThat(text.strings()).isEqualTo(pieces);
            assertThat(normal.flip().toString()).isEqualTo(Normalizer.normalize(password, Normalizer.Form.NFC));
        }

        @Test
        void normalise_everyCharacterBelowTheFirstMark_isCopiedWithoutAString() {
            char[] all = new char[0x300];
            for (char c = 0; c < all.length; c++) {
                all[c] = c;
            }
            WatchedText text = new WatchedText(String.valueOf(all), new ArrayList<>());
            CharBuffer normal = CharBuffer.allocate(all.length);

            Password.normalise(text, normal);

            assertThat(text.strings()).isEmpty();
            assertThat(normal.array()).isEqualTo(all);
        }

        /** Notes what is made a string of, in itself and in its parts. */
        private record WatchedText(String text, List<String> strings) implements CharSequence {

            @Override
            public int length() {
                return text.length();
            }

            @Override
            public char charAt(int index) {
                return text.charAt(index);
            }

            @Override
            public CharSequence subSequence(int start, int end) {
                return new WatchedText(text.substring(start, end), strings);
            }

            @Override
            public String toString() {
                strings.add(text);
                return text;
            }
        }
    }

    @Nested
    class WhatIsKept {

        @Test
        void toString_password_isRedacted() throws Exception {
            try (Password password = Password.of("hunter2".toCharArray())) {
                assertThat(password).hasToString("Password[REDACTED]");
            }
        }

        @Test
        void close_password_wipesIt() throws Exception {
            Password password = Password.of("hunter2".toCharArray());
            byte[] live = password.utf8().exposed();
            password.close();
            password.close();

            assertThat(live).containsOnly(0);
            assertThatIllegalStateException().isThrownBy(() -> password.utf8().length());
        }
    }
}
