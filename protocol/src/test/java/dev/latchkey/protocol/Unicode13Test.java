package dev.latchkey.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** What is known of all 1,114,112 code points, on whatever Java platform this runs. */
class Unicode13Test {

    private static final int UNASSIGNED = 'U';
    private static final int SURROGATE = 'S';

    private static int kind(int codePoint) {
        return Unicode13.refusedAnywhere(codePoint)
                .map(reason -> switch (reason) {
                    case UNASSIGNED -> UNASSIGNED;
                    case SURROGATE -> SURROGATE;
                    case PRIVATE_USE -> (int) 'P';
                    case CONTROL_CHARACTER -> (int) 'C';
                    default -> throw new AssertionError(reason);
                })
                .orElseGet(() -> Unicode13.isSpace(codePoint)
                        ? (int) 'Z'
                        : Character.getType(codePoint) == Character.FORMAT ? (int) 'F' : (int) 'A');
    }

    private static List<String> codePointsWhere(IntPredicate broken) {
        return IntStream.rangeClosed(0, Character.MAX_CODE_POINT)
                .filter(broken)
                .mapToObj(Integer::toHexString)
                .toList();
    }

    private static String nfc(String text) {
        return Normalizer.normalize(text, Normalizer.Form.NFC);
    }

    private static String utf8(String text) {
        return HexFormat.of().formatHex(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void everyCodePoint_kindNormalFormAndLowerCase_areThoseThatPythonGives() throws Exception {
        MessageDigest digest = MessageDigest.getInstance("SHA3-256");
        for (int codePoint = 0; codePoint <= Character.MAX_CODE_POINT; codePoint++) {
            int kind = kind(codePoint);
            StringBuilder line = new StringBuilder()
                    .append(Integer.toHexString(codePoint).toUpperCase(Locale.ROOT))
                    .append(' ')
                    .append((char) kind);
            if (kind != UNASSIGNED && kind != SURROGATE) {
                String normal = nfc(Character.toString(codePoint));
                line.append(' ').append(utf8(normal));
                line.append(' ').append(utf8(nfc(normal.toLowerCase(Locale.ROOT))));
            }
            digest.update(line.append('\n').toString().getBytes(StandardCharsets.US_ASCII));
        }

        assertThat(HexFormat.of().formatHex(digest.digest()))
                .isEqualTo(Vectors.load("text.json").get("digest").getAsString());
    }

    @Test
    void everyCodePoint_unassignedOnThisPlatform_isUnassignedInTheTable() {
        assertThat(codePointsWhere(codePoint ->
                        Character.getType(codePoint) == Character.UNASSIGNED && kind(codePoint) != UNASSIGNED))
                .isEmpty();
    }

    @Test
    void everyCodePoint_unassignedInTheTable_isAssignedOnlyOnAPlatformAfterUnicode13() {
        List<String> assignedSince = codePointsWhere(
                codePoint -> kind(codePoint) == UNASSIGNED && Character.getType(codePoint) != Character.UNASSIGNED);

        // JDK 16 to 18 have Unicode 13, JDK 19 the 838 characters of Unicode 14 as well.
        if (Runtime.version().feature() <= 18) {
            assertThat(assignedSince).isEmpty();
        } else {
            assertThat(assignedSince).hasSizeGreaterThanOrEqualTo(838);
        }
    }

    @Nested
    class InNames {

        @Test
        void refused_everythingRefusedAnywhere_isRefusedInNames() {
            assertThat(codePointsWhere(
                            codePoint -> Unicode13.refusedAnywhere(codePoint).isPresent()
                                    && Unicode13.refusedInNames(codePoint).isEmpty()))
                    .isEmpty();
        }

        @Test
        void refused_allOfTheDefaultIgnorables_areRefused() {
            // DerivedCoreProperties.txt of Unicode 13, Default_Ignorable_Code_Point.
            int[] ranges = {
                0x00AD, 0x00AD, 0x034F, 0x034F, 0x061C, 0x061C, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x180B, 0x180E, 0x200B,
                0x200F, 0x202A, 0x202E, 0x2060, 0x206F, 0x3164, 0x3164, 0xFE00, 0xFE0F, 0xFEFF, 0xFEFF, 0xFFA0, 0xFFA0,
                0xFFF0, 0xFFF8, 0x1BCA0, 0x1BCA3, 0x1D173, 0x1D17A, 0xE0000, 0xE0FFF
            };
            for (int i = 0; i < ranges.length; i += 2) {
                for (int codePoint = ranges[i]; codePoint <= ranges[i + 1]; codePoint++) {
                    assertThat(Unicode13.refusedInNames(codePoint))
                            .as("U+%04X", codePoint)
                            .isPresent();
                }
            }
        }

        @Test
        void refused_whatNfcAndLowerCaseGive_isNothingNew() {
            assertThat(codePointsWhere(
                            codePoint -> Unicode13.refusedInNames(codePoint).isEmpty()
                                    && nfc(nfc(Character.toString(codePoint)).toLowerCase(Locale.ROOT))
                                            .codePoints()
                                            .anyMatch(mapped -> Unicode13.refusedInNames(mapped)
                                                    .isPresent())))
                    .isEmpty();
        }
    }

    /** What the cutting of a password into pieces rests on. */
    @Nested
    class Segments {

        private static final int MARK_ABOVE = 0x0301;
        private static final int MARK_OVERLAY = 0x0334;
        private static final int FIRST_MARK = 0x0300;

        @Test
        void startsSegment_codePointThatDoes_doesNotMoveBeforeAMark() {
            String before = "a" + Character.toString(MARK_ABOVE);
            String after = Character.toString(MARK_OVERLAY);

            assertThat(codePointsWhere(codePoint -> isStart(codePoint)
                            && !nfc(before + Character.toString(codePoint) + after)
                                    .equals(nfc(before) + nfc(Character.toString(codePoint) + after))))
                    .isEmpty();
        }

        @Test
        void startsSegment_codePointThatDoes_composesWithNothingBeforeIt() {
            // All that NFC ever composes are canonical decompositions, read backwards.
            assertThat(codePointsWhere(codePoint -> kind(codePoint) == 'A'
                            && nfd(codePoint).codePoints().skip(1).anyMatch(Unicode13::startsSegment)))
                    .isEmpty();
        }

        @Test
        void startsSegment_codePointThatDoes_decomposesIntoWhatDoesToo() {
            assertThat(codePointsWhere(codePoint -> isStart(codePoint)
                            && !Unicode13.startsSegment(nfd(codePoint).codePointAt(0))))
                    .isEmpty();
        }

        @Test
        void startsSegment_allBelowTheFirstMark_do() {
            for (int codePoint = 0; codePoint < FIRST_MARK; codePoint++) {
                assertThat(Unicode13.startsSegment(codePoint))
                        .as("U+%04X", codePoint)
                        .isTrue();
            }
            assertThat(Unicode13.startsSegment(FIRST_MARK)).isFalse();
        }

        @Test
        void nfc_eachBelowTheFirstMarkAndEachPairOfThem_isItself() {
            List<String> changed = new ArrayList<>();
            for (char first = 0; first < FIRST_MARK; first++) {
                collectIfChanged(String.valueOf(first), changed);
                for (char second = 0; second < FIRST_MARK; second++) {
                    collectIfChanged(String.valueOf(new char[] {first, second}), changed);
                }
            }

            assertThat(changed).isEmpty();
        }

        private void collectIfChanged(String text, List<String> changed) {
            if (!nfc(text).equals(text)) {
                changed.add(text);
            }
        }

        private boolean isStart(int codePoint) {
            return kind(codePoint) == 'A' && Unicode13.startsSegment(codePoint);
        }

        private String nfd(int codePoint) {
            return Normalizer.normalize(Character.toString(codePoint), Normalizer.Form.NFD);
        }
    }
}
