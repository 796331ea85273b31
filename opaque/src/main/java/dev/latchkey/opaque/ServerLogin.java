package dev.latchkey.opaque;

import dev.latchkey.opaque.OpaqueException.Reason;

/**
 * A login that waits for the client's KE3; one-shot, made by {@link OpaqueServer#startLogin}.
 *
 * <p>The answer may come to another process: {@link #save()} gives the state away and {@link #resume} takes it up again. To
 * be one-shot there as well, the store must hand a saved state out once.
 */
public final class ServerLogin implements AutoCloseable {

    /** The size of a saved state: {@code expected_client_mac ‖ session_key}. */
    public static final int STATE_BYTES = HmacSha512.BYTES + Hkdf.HASH_BYTES;

    private final Ke2 ke2;
    private final SecretBytes state;
    private boolean finished;

    private ServerLogin(Ke2 ke2, SecretBytes state) {
        this.ke2 = ke2;
        this.state = state;
    }

    static ServerLogin start(Ke2 ke2, KeySchedule keys) {
        byte[] state =
                Octets.concat(keys.clientMac().exposed(), keys.sessionKey().exposed());
        return new ServerLogin(ke2, SecretBytes.takeOwnership(state));
    }

    /**
     * Takes a saved state up again; {@code saved} stays the caller's.
     *
     * @throws IllegalArgumentException if it isn't 128 bytes
     */
    public static ServerLogin resume(SecretBytes saved) {
        if (saved.length() != STATE_BYTES) {
            throw new IllegalArgumentException("a saved login has 128 bytes");
        }
        return new ServerLogin(null, saved.copy());
    }

    /**
     * What goes to the client.
     *
     * @throws IllegalStateException if this state was resumed, which is after KE2 left
     */
    public Ke2 ke2() {
        if (ke2 == null) {
            throw new IllegalStateException("a resumed login has no KE2");
        }
        return ke2;
    }

    /**
     * Gives the state away to be kept sealed until KE3 comes, and ends it here.
     *
     * @return 128 bytes, which the caller closes
     * @throws IllegalStateException if this state was finished, saved or closed before
     */
    public SecretBytes save() {
        requireUnfinished();
        try {
            return state.copy();
        } finally {
            close();
        }
    }

    /**
     * ServerFinish (RFC 9807 §6.2.4); ends this state whatever comes of it.
     *
     * @return {@code session_key}, 64 bytes, which the caller closes
     * @throws OpaqueException {@code CLIENT_MAC} if the client isn't authenticated
     * @throws IllegalStateException if this state was finished, saved or closed before
     */
    public SecretBytes finish(Ke3 ke3) throws OpaqueException {
        requireUnfinished();
        // 1. if !ct_equal(ke3.client_mac, state.expected_client_mac): raise ClientAuthenticationError
        // 2. return state.session_key
        try (SecretBytes expectedClientMac = state.slice(0, HmacSha512.BYTES)) {
            if (!expectedClientMac.constantTimeEquals(ke3.toByteArray())) {
                throw new OpaqueException(Reason.CLIENT_MAC);
            }
            return state.slice(HmacSha512.BYTES, Hkdf.HASH_BYTES);
        } finally {
            close();
        }
    }

    /** Wipes the state; closing again does nothing. */
    @Override
    public void close() {
        finished = true;
        state.close();
    }

    private void requireUnfinished() {
        if (finished) {
            throw new IllegalStateException("a login finishes once");
        }
    }
}
