package dev.latchkey.protocol;

/**
 * What a person typed cannot be used as what it was meant for.
 *
 * <p>The text is a sentence for that person, made of constants; it never repeats what was typed.
 */
public final class InvalidInputException extends Exception {

    private static final long serialVersionUID = 1L;

    /** What was typed. */
    public enum Subject {
        /** An account name. */
        ACCOUNT_NAME("The account name"),
        /** A password. */
        PASSWORD("The password"),
        /** The label of a secret. */
        LABEL("The label"),
        /** What a device is called. */
        DEVICE_NAME("The device's name"),
        /** The words that open a backup. */
        RECOVERY_CODE("The recovery code");

        private final String text;

        Subject(String text) {
            this.text = text;
        }
    }

    /** Why it cannot be used. */
    public enum Reason {
        /** Nothing is left of it. */
        EMPTY("is empty."),
        /** Longer than 254 bytes (name), 1024 (password) or 255 (label) in UTF-8, or than 64 characters (device name). */
        TOO_LONG("is too long."),
        /** A control character, a line or a paragraph separator. */
        CONTROL_CHARACTER("contains a control character."),
        /** White space in a name. */
        WHITE_SPACE("contains white space."),
        /** An invisible character in a name. */
        FORMAT_CHARACTER("contains an invisible character."),
        /** A code point without a meaning in Unicode 13. */
        UNASSIGNED("contains a character newer than Unicode 13, or none at all."),
        /** A code point for private use, which means something else on every device. */
        PRIVATE_USE("contains a character for private use."),
        /** Half of a surrogate pair. */
        SURROGATE("contains half a character."),
        /** Not in the form its mapping gives; said to a client that did not map, never to a person. */
        NOT_CANONICAL("is not in its canonical form."),
        /** A recovery code of more or fewer words. */
        WORD_COUNT("does not have thirteen words."),
        /** A recovery code with a word that is none of the list. */
        UNKNOWN_WORD("has a word that stands in no recovery code."),
        /** A recovery code whose words do not check one another. */
        CHECKSUM("has a wrong word, or two in each other's place.");

        private final String text;

        Reason(String text) {
            this.text = text;
        }
    }

    private final Subject subject;
    private final Reason reason;

    InvalidInputException(Subject subject, Reason reason) {
        super(subject.text + " " + reason.text);
        this.subject = subject;
        this.reason = reason;
    }

    /** What was typed. */
    public Subject subject() {
        return subject;
    }

    /** Why it cannot be used. */
    public Reason reason() {
        return reason;
    }
}
