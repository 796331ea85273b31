package dev.latchkey.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import dev.latchkey.opaque.SecretBytes;
import dev.latchkey.protocol.InvalidInputException.Reason;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class RecoveryCodeTest {

    private static final int WORDS_IN_LIST = 2048;

    static Stream<JsonObject> codes() {
        return Vectors.objects(Vectors.load("backup.json"), "codes").stream();
    }

    private static String words(JsonObject vector) {
        return vector.get("words").getAsString();
    }

    private static String words(RecoveryCode code) {
        return new String(code.words());
    }

    private static RecoveryCode parse(String typed) throws InvalidInputException {
        return RecoveryCode.parse(typed.toCharArray());
    }

    private static void assertRefused(String typed, Reason reason) {
        assertThatThrownBy(() -> parse(typed).close())
                .isInstanceOfSatisfying(
                        InvalidInputException.class, e -> assertThat(e.reason()).isEqualTo(reason));
    }

    @ParameterizedTest
    @MethodSource("codes")
    void words_ofTheVectorsEntropy_areTheVectors(JsonObject vector) {
        QueuedRandom random = new QueuedRandom().then(Vectors.bytes(vector, "entropy"));

        try (RecoveryCode code = RecoveryCode.random(random)) {
            assertThat(words(code)).isEqualTo(words(vector));
        }
    }

    @ParameterizedTest
    @MethodSource("codes")
    void parse_theVectorsWords_derivesTheVectorsKey(JsonObject vector) throws Exception {
        try (RecoveryCode code = parse(words(vector));
                SecretBytes derived = code.derive(Octets.ascii("label"), Octets.ascii("salt"), 16)) {
            assertThat(derived.constantTimeEquals(Vectors.bytes(vector, "derived")))
                    .isTrue();
        }
    }

    @Test
    void parse_whatWasPrinted_givesTheSameCode() throws Exception {
        SecureRandom random = new SecureRandom();
        for (int i = 0; i < 200; i++) {
            try (RecoveryCode code = RecoveryCode.random(random);
                    RecoveryCode read = parse(words(code))) {
                assertThat(words(read)).isEqualTo(words(code));
            }
        }
    }

    @Test
    void parse_capitalsHyphensLinesAndShortenedWords_areRead() throws Exception {
        String words = words(codes().toList().get(1));
        String shortened = String.join(
                "-",
                Arrays.stream(words.split(" "))
                        .map(word -> word.substring(0, Math.min(4, word.length())))
                        .toList());

        for (String typed :
                List.of("  " + words.toUpperCase(Locale.ROOT) + "\n", words.replace(" ", "\r\n \t"), shortened)) {
            try (RecoveryCode code = parse(typed)) {
                assertThat(words(code)).isEqualTo(words);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " - \n"})
    void parse_nothing_isRefused(String typed) {
        assertRefused(typed, Reason.EMPTY);
    }

    @Test
    void parse_anotherNumberOfWords_isRefused() {
        String words = words(codes().toList().get(0));

        assertRefused(words + " zoo", Reason.WORD_COUNT);
        assertRefused(words.substring(0, words.lastIndexOf(' ')), Reason.WORD_COUNT);
        assertRefused("zoo ".repeat(10_000), Reason.WORD_COUNT);
    }

    @ParameterizedTest
    @ValueSource(strings = {"latchkey", "zo", "zooo", "abandone", "aban\u0131on", "\u0130dle"})
    void parse_aWordOfNoList_isRefused(String word) {
        String words = words(codes().toList().get(0));

        assertRefused(words.substring(0, words.lastIndexOf(' ') + 1) + word, Reason.UNKNOWN_WORD);
    }

    /** Fifteen bits: of 26,611 codes with one wrong word, one in 32,768 is expected to be taken. */
    @Test
    void parse_anyOtherWordInAnyPlace_isRefused() {
        String[] words = words(codes().toList().get(1)).split(" ");
        int taken = 0;
        for (int place = 0; place < words.length; place++) {
            for (int number = 0; number < WORDS_IN_LIST; number++) {
                String[] changed = words.clone();
                changed[place] = new String(RecoveryWords.word(number));
                if (!changed[place].equals(words[place])) {
                    try {
                        parse(String.join(" ", changed)).close();
                        taken++;
                    } catch (InvalidInputException e) {
                        assertThat(e.reason()).isEqualTo(Reason.CHECKSUM);
                    }
                }
            }
        }

        assertThat(taken).isLessThanOrEqualTo(4);
    }

    @Test
    void parse_twoWordsExchanged_isRefused() {
        List<String> words =
                Arrays.asList(words(codes().toList().get(1)).split(" ").clone());
        Collections.swap(words, 3, 4);

        assertRefused(String.join(" ", words), Reason.CHECKSUM);
    }

    @Test
    void toString_ofACode_saysNothing() {
        try (RecoveryCode code = RecoveryCode.random(new SecureRandom())) {
            assertThat(code.toString()).isEqualTo("RecoveryCode[REDACTED]");
        }
    }

    @Test
    void words_ofTheList_areTellableByFourLetters() {
        Random random = new Random(39);
        assertThat(Stream.iterate(0, n -> n + 1)
                        .limit(WORDS_IN_LIST)
                        .map(RecoveryWords::word)
                        .map(word -> new String(word, 0, Math.min(4, word.length)))
                        .distinct())
                .hasSize(WORDS_IN_LIST);
        for (int i = 0; i < 100; i++) {
            int number = random.nextInt(WORDS_IN_LIST);
            char[] word = RecoveryWords.word(number);
            assertThat(RecoveryWords.numberOf(word, 0, word.length)).isEqualTo(number);
        }
    }
}
