package dev.latchkey.server.seal;

import java.util.HexFormat;

/**
 * The root key is kept elsewhere, and what keeps it does not answer, or refuses, or has
 * another. Nothing was changed by that, and it may be
 * well again a moment later. Its text tells the operator what was said there; it holds nothing of a key.
 */
public final class RootKeyUnavailableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    RootKeyUnavailableException(String message, Throwable cause) {
        super(message, cause);
    }

    /** @param needed the fingerprint of the one that a database is under; {@code where} begins what is said of the other */
    static RootKeyUnavailableException another(byte[] needed, String where, byte[] other) {
        return new RootKeyUnavailableException(
                needed(needed) + ", and " + where + " " + HexFormat.of().formatHex(other), null);
    }

    static String needed(byte[] fingerprint) {
        return "the database is under the root key " + HexFormat.of().formatHex(fingerprint);
    }

    /** The root key was replaced between two looks at the database: to be tried again. */
    public static RootKeyUnavailableException changedMeanwhile(Throwable cause) {
        return new RootKeyUnavailableException("the root key was changed meanwhile", cause);
    }
}
