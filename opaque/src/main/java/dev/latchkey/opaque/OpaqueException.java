package dev.latchkey.opaque;

import java.util.Objects;

/**
 * The other side's message was not what it must be (RFC 9807 §9.3).
 *
 * <p>The message text is a constant of the reason: no byte of a secret or of what was received gets into it.
 */
public final class OpaqueException extends Exception {

    private static final long serialVersionUID = 1L;

    /** What was wrong. */
    public enum Reason {
        /** A wrong length, or a group element that is not canonical or is the identity (DeserializeError). */
        MALFORMED("the message is malformed"),
        /** The server sent the client's own value back. */
        REFLECTED("the server's message repeats the client's own value"),
        /**
         * The envelope did not open (EnvelopeRecoveryError): a wrong password, an unknown account, other identities or
         * another KSF at registration. They can't be told apart.
         */
        ENVELOPE("the envelope does not open"),
        /** The server's MAC did not verify at the client (ServerAuthenticationError). */
        SERVER_MAC("the server is not authenticated"),
        /** The client's MAC did not verify at the server (ClientAuthenticationError). */
        CLIENT_MAC("the client is not authenticated");

        private final String text;

        Reason(String text) {
            this.text = text;
        }
    }

    private final Reason reason;

    OpaqueException(Reason reason) {
        super(reason.text);
        this.reason = Objects.requireNonNull(reason, "reason");
    }

    /** Why the message was refused. */
    public Reason reason() {
        return reason;
    }
}
