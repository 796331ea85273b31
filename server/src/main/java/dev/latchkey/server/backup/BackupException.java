package dev.latchkey.server.backup;

/** A backup was not taken, is not good, or was not brought back; its text tells the operator what and why. */
public final class BackupException extends Exception {
    private static final long serialVersionUID = 1L;

    /** Why. */
    public enum Reason {
        /** Something has the name that the backup should get. */
        EXISTS,
        /** A folder has the name that it should get. */
        FOLDER,
        /** It can't be written where it should be. */
        UNWRITABLE,
        /** Another is being taken. */
        UNDER_WAY,
        /** It can't be read. */
        UNREADABLE,
        /** It is cut off, was changed, or is no backup. */
        DAMAGED,
        /** It is of another root key. */
        ROOT_KEY,
        /** It was signed by another deployment. */
        OTHER_DEPLOYMENT,
        /** It comes from another kind of store or a newer version. */
        OTHER_FORM,
        /** The database is not empty, or does not take it. */
        TARGET
    }

    private final Reason reason;

    public BackupException(Reason reason, String message, Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }
}
