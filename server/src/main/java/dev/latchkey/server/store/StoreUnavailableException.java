package dev.latchkey.server.store;

/** The store could not do its work. Its text is for the operator's log only and holds no secret. */
public final class StoreUnavailableException extends Exception {
    private static final long serialVersionUID = 1L;

    private final Reason reason;

    public StoreUnavailableException(Reason reason, String message, Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }

    /** What went wrong, and what is known about the transaction. */
    public enum Reason {
        /** The transaction's turn did not come in time, here or at the database; nothing was changed. */
        BUSY,
        /** The database could not be reached, read or written; nothing was changed. */
        FAILED,
        /** The database failed while it committed: the change is there as a whole or not at all. */
        COMMIT_UNKNOWN,
        /** What is stored is not what was stored once: it does not open under the data keys. Nothing was changed. */
        DAMAGED,
        /** The store is closed. */
        CLOSED
    }
}
