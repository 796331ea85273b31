package dev.latchkey.server.store;

/** The database could not be reached, was too slow, or refused to write. Its text is for the operator's log only. */
public final class StoreUnavailableException extends Exception {
    private static final long serialVersionUID = 1L;

    public StoreUnavailableException(String message, Throwable cause) {
        super(message, cause);
    }
}
