package dev.latchkey.protocol;

/** Which way a sealed message goes (§4); each way has a key of its own, so a message cannot be sent back. */
public enum Direction {
    /** A request. */
    CLIENT_TO_SERVER("client to server "),
    /** An answer, SessionOpened included. */
    SERVER_TO_CLIENT("server to client ");

    private final String label;

    Direction(String label) {
        this.label = label;
    }

    /** The text in the derivation of the key, its last space included. */
    byte[] label() {
        return Octets.ascii(label);
    }
}
