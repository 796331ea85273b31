package dev.latchkey.opaque.ristretto;

import java.util.Objects;

/** Bytes that stand for no scalar or no group element; the message never contains them. */
public final class InvalidEncodingException extends Exception {

    private static final long serialVersionUID = 1L;

    /** What is wrong with the bytes. */
    public enum Reason {
        /** Not exactly 32 bytes. */
        WRONG_LENGTH("is not 32 bytes long"),
        /** A number that has a shorter way to be written: not reduced, or the negative one of a pair. */
        NOT_CANONICAL("is not in canonical form"),
        /** A canonical number that no group element has. */
        NOT_ON_GROUP("is not an element of the group");

        private final String phrase;

        Reason(String phrase) {
            this.phrase = phrase;
        }
    }

    private final Reason reason;

    InvalidEncodingException(Reason reason) {
        super("the encoding " + Objects.requireNonNull(reason, "reason").phrase);
        this.reason = reason;
    }

    /** What is wrong with the bytes. */
    public Reason reason() {
        return reason;
    }
}
