package dev.latchkey.server.peer;

/** What a trusted proxy's connection begins with is no header of the PROXY protocol. */
final class ProxyHeaderException extends Exception {
    private static final long serialVersionUID = 1L;

    private final Reason reason;

    ProxyHeaderException(Reason reason) {
        super(reason.name(), null, false, false);
        this.reason = reason;
    }

    Reason reason() {
        return reason;
    }

    /** Why. */
    enum Reason {
        /** It begins with something else. */
        NO_HEADER,
        /** It begins like one and goes on like none. */
        MALFORMED,
        /** It is longer than one that names a client has to be. */
        TOO_LONG
    }
}
