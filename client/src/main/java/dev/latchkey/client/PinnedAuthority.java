package dev.latchkey.client;

import dev.latchkey.client.KeyClientException.Reason;
import java.security.MessageDigest;
import java.util.Optional;

/**
 * The one authority that may vouch for a client's server: the first that does, or the one that is remembered.
 *
 * <p>Safe for use by several threads.
 */
final class PinnedAuthority {

    private byte[] pinned;
    private boolean shown;

    /**
     * Demands an authority of the next connection, if there has been none yet.
     *
     * @param authority 32 bytes; nothing if any will do
     * @throws KeyClientException {@code SERVER_CHANGED} if another one has vouched for the server already
     */
    synchronized void expect(Optional<byte[]> authority) throws KeyClientException {
        if (!shown) {
            pinned = authority.orElse(null);
        } else if (authority.isPresent() && !MessageDigest.isEqual(authority.get(), pinned)) {
            throw changed(null);
        }
    }

    /** Whether {@code authority} may vouch for the server; the first that may is kept. */
    synchronized boolean accept(byte[] authority) {
        if (pinned == null) {
            pinned = authority.clone();
        }
        boolean same = MessageDigest.isEqual(authority, pinned);
        shown |= same;
        return same;
    }

    /** Who vouched for the server; there must have been a connection. */
    synchronized byte[] shown() {
        if (!shown) {
            throw new IllegalStateException("there was no connection yet");
        }
        return pinned.clone();
    }

    static KeyClientException changed(Exception cause) {
        return new KeyClientException(
                Reason.SERVER_CHANGED,
                "Another authority vouches for the server's certificate than before. Nothing was sent to it. Somebody may "
                        + "be posing as the server; ask its operator, and accept the change only if they confirm it.",
                cause);
    }
}
