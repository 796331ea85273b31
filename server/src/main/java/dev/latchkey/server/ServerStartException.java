package dev.latchkey.server;

/** The server refuses to start and has changed nothing. The message is a sentence for the operator. */
public final class ServerStartException extends Exception {
    private static final long serialVersionUID = 1L;

    /** Why it did not start. */
    public enum Reason {
        /** The address is taken or can't be bound. */
        ADDRESS,
        /** The admin socket can't be made, or another server has it. */
        ADMIN_SOCKET,
        /** The certificate or its key can't be read, is damaged, expired or not of one pair. */
        CERTIFICATE,
        /** A key file can be read by others than its owner. Starting again does not help. */
        OPEN_PERMISSIONS,
        /** The root key is not to be had at the moment, or not the one the database is under: its file, its token or its service. */
        ROOT_KEY,
        /**
         * The root key is damaged, or its token refused the PIN. Starting again does not help, and might lock the token.
         */
        ROOT_KEY_REFUSED,
        /** The database can't be opened, written or locked, or is from a newer version. */
        STORAGE
    }

    private final Reason reason;

    public ServerStartException(Reason reason, String message, Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }
}
