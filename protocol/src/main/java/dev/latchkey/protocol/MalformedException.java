package dev.latchkey.protocol;

import java.util.Objects;
import java.util.Optional;

/**
 * Bytes from the other side that have not the form the protocol gives them.
 *
 * <p>The text is made of constants and, where a message was checked, the path of the field; never of the field's content.
 */
public final class MalformedException extends Exception {

    private static final long serialVersionUID = 1L;

    /** What is wrong with the form. */
    public enum Reason {
        /** Too short, too long, or not of the one length it may have. */
        WRONG_LENGTH("the length is not one it may have"),
        /** A format version this code does not know. */
        UNKNOWN_VERSION("the format version is unknown"),
        /** A user id that is not an RFC 9562 UUID of version 4. */
        NOT_A_RANDOM_UUID("a user id is a version 4 UUID"),
        /** A required message, enum or member of a oneof is missing. */
        MISSING("it is missing"),
        /** A repeated field has fewer or more elements than it may have. */
        WRONG_COUNT("the number of elements is not one it may have"),
        /** A number outside its bounds. */
        OUT_OF_RANGE("the number is out of its bounds"),
        /** An enum value this version does not know. */
        UNKNOWN_VALUE("the value is unknown"),
        /** A field this version does not know. */
        UNKNOWN_FIELD("it has a field this version does not know"),
        /** Not a protobuf message of the expected type. */
        NOT_PARSABLE("the bytes are not a message of the expected type");

        private final String text;

        Reason(String text) {
            this.text = text;
        }
    }

    private final Reason reason;
    private final String field;

    /** Reports {@code reason} of something that is not a field of a message. */
    public MalformedException(Reason reason) {
        super(reason.text);
        this.reason = reason;
        this.field = null;
    }

    /** Reports {@code reason} of the field at {@code field}, a path of names and indexes without any content. */
    public MalformedException(Reason reason, String field) {
        super(Objects.requireNonNull(field, "field") + ": " + reason.text);
        this.reason = reason;
        this.field = field;
    }

    /** What is wrong. */
    public Reason reason() {
        return reason;
    }

    /** The path of the field it is about, as in {@code StoreSecrets.secrets[3].key_id}. */
    public Optional<String> field() {
        return Optional.ofNullable(field);
    }
}
