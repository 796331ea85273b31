package dev.latchkey.server.store;

import dev.latchkey.opaque.SecretBytes;
import dev.latchkey.protocol.SessionId;
import java.time.Duration;
import java.util.Optional;

/**
 * Changes of password between their steps, at most one a session. Kept without durable writes; gone with the session and
 * after a restart.
 */
public interface PasswordChanges {
    /**
     * Keeps a copy of the payload in the place of what this session had begun before; false, and nothing is kept, if as
     * many as allowed are under way.
     */
    boolean put(SessionId session, SecretBytes payload, Duration lifetime);

    /** Takes it out, once. Empty if there is none or it has expired. The caller owns the payload. */
    Optional<SecretBytes> consume(SessionId session);
}
