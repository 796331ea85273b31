package dev.latchkey.protocol;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * The 2,048 English words of BIP 39, in their order: no two share their first four letters, so that a hand can write them
 * down and an eye tell them apart.
 */
final class RecoveryWords {

    /** Bits a word stands for. */
    static final int BITS = 11;

    /** Letters of the longest word. */
    static final int LONGEST = 8;

    private static final String FILE = "bip39-english.txt";
    private static final int TELLING_LETTERS = 4;
    private static final List<char[]> WORDS = load();

    private RecoveryWords() {}

    /** The word of a number below 2,048; not to be changed. */
    static char[] word(int number) {
        return WORDS.get(number);
    }

    /**
     * The number of a word that was typed, in any case, or as its first four letters.
     *
     * @return −1 if there is none
     */
    static int numberOf(char[] typed, int from, int to) {
        int number = -1;
        for (int i = 0; i < WORDS.size(); i++) {
            char[] word = WORDS.get(i);
            int letters = to - from;
            boolean whole = letters == word.length || (letters == TELLING_LETTERS && letters < word.length);
            boolean same = whole && startsWith(word, typed, from, letters);
            number = same ? i : number;
        }
        return number;
    }

    private static boolean startsWith(char[] word, char[] typed, int from, int letters) {
        int difference = 0;
        for (int i = 0; i < letters; i++) {
            char c = typed[from + i];
            char lower = c >= 'A' && c <= 'Z' ? (char) (c + 'a' - 'A') : c;
            difference |= lower ^ word[i];
        }
        return difference == 0;
    }

    private static List<char[]> load() {
        try (InputStream in = RecoveryWords.class.getResourceAsStream(FILE);
                BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.US_ASCII))) {
            return lines.lines().map(String::toCharArray).toList();
        } catch (IOException e) {
            throw new UncheckedIOException("the list of words is part of this program", e);
        }
    }
}
