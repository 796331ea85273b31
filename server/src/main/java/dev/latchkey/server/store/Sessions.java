package dev.latchkey.server.store;

import dev.latchkey.opaque.SecretBytes;
import dev.latchkey.protocol.ReplayWindow;
import dev.latchkey.protocol.SessionId;
import dev.latchkey.protocol.UserId;
import java.time.Duration;
import java.util.Optional;

/** Open sessions. Kept without durable writes; gone after a restart. Expiry is by the database's clock. */
public interface Sessions {
    /** Opens it; beyond {@code atMost} sessions of the same user the one idle longest is closed. */
    void open(NewSession session, int atMost);

    /** Empty if unknown, closed, idle for too long or past its lifetime. The caller closes what it gets. */
    Optional<OpenSession> find(SessionId id);

    /**
     * Compare-and-set of the replay window; also marks the session as used now.
     *
     * @return false if the window is not {@code expected} any more or the session is gone; nothing changed then
     */
    boolean advance(SessionId id, ReplayWindow expected, ReplayWindow next);

    /** @return false if it was not open */
    boolean close(SessionId id);

    void closeAllOf(UserId user);

    /**
     * @param kind 1 registration, 2 request, 3 account
     * @param credentialVersion of the account at the handshake; 0 in a registration session
     * @param secrets channel keys and, in a registration session, the pending record; copied, stays the caller's
     */
    record NewSession(
            SessionId id,
            UserId user,
            int kind,
            long credentialVersion,
            SecretBytes secrets,
            Duration idle,
            Duration lifetime) {}

    /** An open session as stored. Owned by who asked for it. */
    record OpenSession(
            SessionId id, UserId user, int kind, long credentialVersion, SecretBytes secrets, ReplayWindow window)
            implements AutoCloseable {
        @Override
        public void close() {
            secrets.close();
        }
    }
}
