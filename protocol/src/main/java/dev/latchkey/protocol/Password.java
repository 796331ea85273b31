package dev.latchkey.protocol;

import dev.latchkey.opaque.SecretBytes;
import dev.latchkey.protocol.InvalidInputException.Reason;
import dev.latchkey.protocol.InvalidInputException.Subject;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetEncoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.Arrays;

/**
 * A password in the one form that both its owner's keyboards give (§1): RFC 8265 OpaqueString, UTF-8, 1 to 1024 bytes.
 *
 * <p>Every space (general category Zs) becomes U+0020, then NFC; case stays. What the characters may be is told by the
 * protocol text, which departs from RFC 8265 where that would refuse ordinary typing.
 *
 * <p>{@link Normalizer} makes a {@code String}, which cannot be wiped, of all it is given, even to ask whether that is
 * in NFC (read in JDK 17 and 25). So it is given single pieces: a character with the marks and the conjoining Hangul
 * vowels and finals that follow it. A piece that is one character below U+0300 is copied instead, because NFC leaves
 * it as it is; of a password in ASCII or Latin-1 no {@code String} is made here. Every other piece becomes a {@code
 * String} of its own, and so does its normal form where that differs: a letter with accents typed separately, and each
 * character of a password in, say, Greek or Chinese. They stay in memory until the garbage collector takes them.
 *
 * <p>Classifying characters uses tables: this runs on the owner's device alone.
 */
public final class Password implements AutoCloseable {

    /** The longest mapped password, in bytes of UTF-8. */
    public static final int MAX_BYTES = 1024;

    private static final char SPACE = ' ';

    /** The first character that NFC may change, or change its neighbour for. */
    private static final char COMBINING_GRAVE = '\u0300';

    private final SecretBytes utf8;

    private Password(SecretBytes utf8) {
        this.utf8 = utf8;
    }

    /**
     * Maps what a person typed.
     *
     * @param typed stays the caller's, who wipes it
     * @throws InvalidInputException if it is empty, too long, or has a character no password may have
     */
    public static Password of(char[] typed) throws InvalidInputException {
        Text.requireAllowed(Subject.PASSWORD, CharBuffer.wrap(typed), Unicode13::refusedAnywhere);
        char[] spaced = typed.clone();
        // NFC makes text at most three times as long in UTF-16 units (U+FB2C, U+1D160).
        CharBuffer normal = CharBuffer.allocate(3 * typed.length);
        try {
            mapSpaces(spaced);
            normalise(CharBuffer.wrap(spaced), normal);
            return new Password(encode(normal.flip()));
        } finally {
            Arrays.fill(spaced, '\0');
            Arrays.fill(normal.array(), '\0');
        }
    }

    /** The mapped password, live: it belongs to this object and is wiped with it. */
    public SecretBytes utf8() {
        return utf8;
    }

    /** Wipes the password; closing again does nothing. */
    @Override
    public void close() {
        utf8.close();
    }

    @Override
    public String toString() {
        return "Password[REDACTED]";
    }

    private static void mapSpaces(char[] text) {
        for (int i = 0; i < text.length; i++) {
            // All of Zs is in the basic plane, and no half of a surrogate pair is in Zs.
            if (Unicode13.isSpace(text[i])) {
                text[i] = SPACE;
            }
        }
    }

    /** Puts the NFC of {@code text} into {@code normal}; single characters below U+0300 become no {@code String}. */
    static void normalise(CharSequence text, CharBuffer normal) {
        for (int from = 0; from < text.length(); ) {
            int to = segmentEnd(text, from);
            // A longer segment has a mark, a conjoining Hangul letter or a surrogate pair, all above the limit.
            if (to - from == 1 && text.charAt(from) < COMBINING_GRAVE) {
                normal.put(text.charAt(from));
            } else {
                // Not asked isNormalized first: that would make one more String of the segment.
                normal.put(Normalizer.normalize(text.subSequence(from, to), Normalizer.Form.NFC));
            }
            from = to;
        }
    }

    private static int segmentEnd(CharSequence text, int from) {
        int to = from;
        int codePoint;
        do {
            to += Character.charCount(Character.codePointAt(text, to));
            codePoint = to < text.length() ? Character.codePointAt(text, to) : SPACE;
        } while (!Unicode13.startsSegment(codePoint));
        return to;
    }

    private static SecretBytes encode(CharBuffer text) throws InvalidInputException {
        if (!text.hasRemaining()) {
            throw new InvalidInputException(Subject.PASSWORD, Reason.EMPTY);
        }
        CharsetEncoder encoder = StandardCharsets.UTF_8
                .newEncoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
        try (SecretBytes room = SecretBytes.allocate(MAX_BYTES)) {
            ByteBuffer bytes = ByteBuffer.wrap(room.exposed());
            CoderResult result = encoder.encode(text, bytes, true);
            if (result.isOverflow()) {
                throw new InvalidInputException(Subject.PASSWORD, Reason.TOO_LONG);
            }
            if (result.isError()) {
                throw new InvalidInputException(Subject.PASSWORD, Reason.SURROGATE);
            }
            return room.slice(0, bytes.position());
        }
    }
}
