package dev.latchkey.server.rpc;

/** A call that ends without doing what it asked for: outside the seal or inside it. Carries no text for the wire. */
abstract sealed class Refused extends Exception permits Rejection, OperationFailure {
    private static final long serialVersionUID = 1L;

    Refused(String reason) {
        super(reason, null, false, false);
    }
}
