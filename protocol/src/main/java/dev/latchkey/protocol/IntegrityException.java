package dev.latchkey.protocol;

/**
 * Something that came back is not what was sealed, or not what may be accepted from a server nobody has to trust.
 *
 * <p>The texts are constants.
 */
public final class IntegrityException extends Exception {

    private static final long serialVersionUID = 1L;

    /** What failed. */
    public enum Reason {
        /** A ciphertext does not open under the key and the associated data it belongs to. */
        NOT_AUTHENTIC("the ciphertext does not open: it was changed, moved, or sealed under another key"),
        /** A sealed thing is of a format version this code does not know, or has an impossible length. */
        UNKNOWN_FORMAT("the sealed bytes have no form this version knows"),
        /** The encrypted storage key does not open. */
        STORAGE_KEY("the storage key does not open: the server returned other bytes than were stored"),
        /** A sealed message does not open, or is beyond its bounds. */
        CHANNEL("the sealed message does not belong at this place of this session"),
        /** A descriptor opens, and is not one. */
        DESCRIPTOR("the descriptor has not the form of one"),
        /** A device's name opens, and is none. */
        DEVICE_NAME("the device's name has not the form of one"),
        /** A secret's origin is one this version cannot open. */
        ORIGIN("the secret is of an origin this version cannot open"),
        /** A backup is sealed under another recovery code. */
        RECOVERY_CODE("the recovery code is not the one this backup was made with"),
        /** A backup ends before its end, or goes on after it. */
        INCOMPLETE("the backup is cut off, or something was appended to it"),
        /** The server asks for a password stretching cheaper than allowed. */
        KSF_TOO_WEAK("the server asks for a weaker stretching of the password than this client accepts"),
        /** The server asks for a password stretching that would exhaust the client, or that does not exist. */
        KSF_TOO_COSTLY("the server asks for a stretching of the password beyond what this client accepts");

        private final String text;

        Reason(String text) {
            this.text = text;
        }
    }

    private final Reason reason;

    /** Reports {@code reason}. */
    public IntegrityException(Reason reason) {
        super(reason.text);
        this.reason = reason;
    }

    /** What failed. */
    public Reason reason() {
        return reason;
    }
}
