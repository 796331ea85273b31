package dev.latchkey.protocol;

import dev.latchkey.protocol.InvalidInputException.Reason;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * Which code points may stand in what a person types (§1), the same on every Java platform.
 *
 * <p>Unicode is pinned to version 13, the oldest a supported JDK has: what was assigned later is refused, because its
 * normal form and case are not those of the older platform. What is assigned keeps both for ever (Unicode's stability
 * policies), so the platform's own data serves for the rest.
 *
 * <p>Beyond unassigned code points, surrogates and control characters, which the protocol names, this refuses what RFC
 * 8264's FreeformClass does not have either: private use, noncharacters (which are unassigned in general category),
 * the line and the paragraph separator. It does <em>not</em> follow that class in refusing conjoining Hangul letters,
 * joiners and variation selectors in passwords and labels: they stand in ordinary decomposed Korean and in emoji, and two
 * keyboards must be able to give the same password.
 */
final class Unicode13 {

    private static final String TABLE = "unicode-13-unassigned.txt";

    // First and last of each range in turn, ascending.
    private static final int[] UNASSIGNED = load();

    // Default_Ignorable_Code_Point (Unicode 13) without general categories Cf and Cn, which are refused by themselves.
    private static final int[] INVISIBLE = {
        0x034F, 0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x180B, 0x180D, 0x3164, 0x3164, 0xFE00, 0xFE0F, 0xFFA0, 0xFFA0,
        0xE0100, 0xE01EF
    };

    private Unicode13() {}

    /** Why {@code codePoint} may stand in no name, password or label, if so. */
    static Optional<Reason> refusedAnywhere(int codePoint) {
        // The table comes first: to the platform it may be a letter already.
        if (inRanges(UNASSIGNED, codePoint)) {
            return Optional.of(Reason.UNASSIGNED);
        }
        return switch (Character.getType(codePoint)) {
            case Character.SURROGATE -> Optional.of(Reason.SURROGATE);
            case Character.PRIVATE_USE -> Optional.of(Reason.PRIVATE_USE);
            case Character.CONTROL, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR ->
                Optional.of(Reason.CONTROL_CHARACTER);
            default -> Optional.empty();
        };
    }

    /** Why {@code codePoint} may not stand in an account name, if so. */
    static Optional<Reason> refusedInNames(int codePoint) {
        // Tabs and line ends are control characters as well; to a person they are white space.
        if (isSpace(codePoint) || Character.isWhitespace(codePoint)) {
            return Optional.of(Reason.WHITE_SPACE);
        }
        if (inRanges(INVISIBLE, codePoint)) {
            return Optional.of(Reason.FORMAT_CHARACTER);
        }
        Optional<Reason> anywhere = refusedAnywhere(codePoint);
        if (anywhere.isPresent()) {
            return anywhere;
        }
        return Character.getType(codePoint) == Character.FORMAT
                ? Optional.of(Reason.FORMAT_CHARACTER)
                : Optional.empty();
    }

    /** Whether {@code codePoint} is of general category Zs, which a password maps to U+0020. */
    static boolean isSpace(int codePoint) {
        return Character.getType(codePoint) == Character.SPACE_SEPARATOR;
    }

    /**
     * Whether normalisation to NFC treats what stands before {@code codePoint} and what begins with it apart.
     *
     * <p>Only marks, and the vowels and final consonants of conjoining Hangul, are reordered or compose with what
     * precedes them. Stricter than necessary for some marks, which does no harm.
     */
    static boolean startsSegment(int codePoint) {
        return switch (Character.getType(codePoint)) {
            case Character.NON_SPACING_MARK, Character.COMBINING_SPACING_MARK, Character.ENCLOSING_MARK -> false;
            default -> codePoint < 0x1160 || codePoint > 0x11FF;
        };
    }

    private static boolean inRanges(int[] ranges, int codePoint) {
        int found = Arrays.binarySearch(ranges, codePoint);
        // Between a first (even index) and its last: an insertion point that is odd.
        return found >= 0 || (-found - 1) % 2 == 1;
    }

    private static int[] load() {
        try (InputStream stream = Unicode13.class.getResourceAsStream(TABLE);
                BufferedReader lines = new BufferedReader(new InputStreamReader(stream, StandardCharsets.US_ASCII))) {
            return lines.lines()
                    .filter(line -> !line.startsWith("#"))
                    .flatMap(line -> Arrays.stream(line.split(" ", -1)))
                    .mapToInt(number -> Integer.parseInt(number, 16))
                    .toArray();
        } catch (IOException e) {
            throw new UncheckedIOException("the table " + TABLE + " of this program cannot be read", e);
        }
    }
}
