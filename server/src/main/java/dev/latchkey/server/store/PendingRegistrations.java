package dev.latchkey.server.store;

import dev.latchkey.opaque.SecretBytes;
import dev.latchkey.protocol.RegistrationId;
import java.time.Duration;
import java.util.Optional;

/** Registrations between their first and second step. Kept without durable writes; gone after a restart. */
public interface PendingRegistrations {
    /** Keeps a copy of the payload; if as many as allowed are pending, in the place of the one that has waited longest. */
    void add(RegistrationId id, SecretBytes payload, Duration lifetime);

    /** Takes it out, once. Empty if unknown or expired. The caller owns the payload. */
    Optional<SecretBytes> consume(RegistrationId id);
}
