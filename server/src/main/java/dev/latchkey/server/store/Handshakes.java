package dev.latchkey.server.store;

import dev.latchkey.opaque.SecretBytes;
import dev.latchkey.protocol.SessionId;
import java.time.Duration;
import java.util.Optional;

/** Handshakes that wait for KE3. Kept without durable writes; gone after a restart. */
public interface Handshakes {
    /** Keeps a copy of the payload; if as many as allowed are waiting, in the place of the one that has waited longest. */
    void add(SessionId id, SecretBytes payload, Duration lifetime);

    /** Takes it out, once. Empty if unknown or expired. The caller owns the payload. */
    Optional<SecretBytes> consume(SessionId id);
}
