package dev.latchkey.cli;

import com.google.gson.JsonObject;
import com.nulabinc.zxcvbn.Feedback;
import com.nulabinc.zxcvbn.Strength;
import com.nulabinc.zxcvbn.Zxcvbn;
import java.nio.CharBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * How well a password would withstand guessing, as the zxcvbn library estimates it.
 *
 * @param score 0 (very weak) to 4 (strong)
 * @param guessesLog10 how many guesses it would take, as a power of ten
 * @param advice sentences that would help to choose a better one; none of them quotes the password
 */
record PasswordStrength(int score, double guessesLog10, List<String> advice) {

    private static final List<String> WORDS = List.of("very weak", "weak", "fair", "good", "strong");

    /** The library's time grows with the cube of the length; what is behind this only makes a password stronger. */
    private static final int MEASURED_CHARACTERS = 64;

    /** @param password still the caller's to wipe */
    static PasswordStrength of(char[] password) {
        CharBuffer measured = CharBuffer.wrap(password, 0, Math.min(password.length, MEASURED_CHARACTERS));
        Strength strength = new Zxcvbn().measure(measured);
        try {
            Feedback feedback = strength.getFeedback();
            List<String> advice = new ArrayList<>();
            String warning = feedback.getWarning(Locale.ENGLISH);
            if (warning != null && !warning.isEmpty()) {
                advice.add(warning);
            }
            advice.addAll(feedback.getSuggestions(Locale.ENGLISH));
            return new PasswordStrength(strength.getScore(), strength.getGuessesLog10(), List.copyOf(advice));
        } finally {
            strength.wipe();
        }
    }

    /** Tells the person, once a password was chosen. */
    void say(Output output) {
        output.remark("Strength of the password: " + inWords() + ".");
        advice.forEach(line -> output.remark("  " + line));
    }

    JsonObject json() {
        JsonObject object = new JsonObject();
        object.addProperty("score", score);
        object.addProperty("guesses_log10", guessesLog10);
        return object;
    }

    String inWords() {
        return WORDS.get(score);
    }
}
