package dev.latchkey.server.admin;

/** Nothing came back from a server's admin socket that can be used. */
public final class AdminClientException extends Exception {
    private static final long serialVersionUID = 1L;

    /** What went wrong. */
    public enum Reason {
        /** Nobody listens there. Nothing was asked for. */
        NO_SERVER,
        /** The socket is another user's. Nothing was asked for. */
        NOT_ALLOWED,
        /** Others are asking, and nobody is let in. Nothing was asked for. */
        CROWDED,
        /** The connection ended or the time was up; what was asked for may have been done. */
        NO_ANSWER,
        /** The answer is not one of this version's; what was asked for may have been done. */
        OTHER_VERSION
    }

    private final Reason reason;

    AdminClientException(Reason reason, Throwable cause) {
        super("no use was had of the admin socket: " + reason, cause);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }
}
