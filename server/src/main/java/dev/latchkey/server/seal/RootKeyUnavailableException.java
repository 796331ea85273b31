package dev.latchkey.server.seal;

/**
 * The root key is kept elsewhere, and what keeps it does not answer, or refuses. Nothing was changed by that, and it may be
 * well again a moment later. Its text tells the operator what was said there; it holds nothing of a key.
 */
public final class RootKeyUnavailableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    RootKeyUnavailableException(String message, Throwable cause) {
        super(message, cause);
    }
}
