package dev.latchkey.server.admin;

/** The operator's socket can't be had where it was asked for; the message is a sentence for the operator. */
public final class AdminSocketException extends Exception {
    private static final long serialVersionUID = 1L;

    AdminSocketException(String message, Throwable cause) {
        super(message, cause);
    }
}
