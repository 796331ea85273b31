package dev.latchkey.client;

/** What a session could hold the server's log of the account against. */
public enum History {
    /** Nothing was remembered of the account: it shows only whether the server agrees with itself from now on. */
    FIRST_SEEN,
    /** The log goes on from where this device last saw it: nothing seen before was dropped, changed or brought back. */
    EXTENDS_WHAT_WAS_SEEN
}
