package dev.latchkey.server.seal;

/**
 * A value at rest is not what was sealed there once. Never to be taken for an absent one. Its text names the place, for
 * the operator; it holds nothing of the value.
 */
public final class DamagedValueException extends Exception {
    private static final long serialVersionUID = 1L;

    private final Reason reason;

    public DamagedValueException(Reason reason, Cell cell) {
        super(cell + " " + reason.text);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }

    /** How a value is damaged. */
    public enum Reason {
        /** Too short, or of a format this version does not know. */
        MALFORMED("is not in the form of a sealed value"),
        /** Sealed under a data key that is not there. */
        UNKNOWN_KEY("is sealed under a data key that is not there"),
        /** Changed, moved from another place, or sealed under another key. */
        NOT_AUTHENTIC("does not open: it was changed, moved here from elsewhere, or sealed under another key");

        private final String text;

        Reason(String text) {
            this.text = text;
        }

        /** The end of a sentence about the value. */
        public String inWords() {
            return text;
        }
    }
}
