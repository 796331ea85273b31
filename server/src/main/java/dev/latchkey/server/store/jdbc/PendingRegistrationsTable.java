package dev.latchkey.server.store.jdbc;

import dev.latchkey.opaque.SecretBytes;
import dev.latchkey.protocol.RegistrationId;
import dev.latchkey.server.store.PendingRegistrations;
import java.time.Duration;
import java.util.Optional;

final class PendingRegistrationsTable implements PendingRegistrations {
    private final WaitingTable waiting;

    PendingRegistrationsTable(WaitingTable waiting) {
        this.waiting = waiting;
    }

    @Override
    public void add(RegistrationId id, SecretBytes payload, Duration lifetime) {
        waiting.addForOldest(id.toByteArray(), payload, lifetime);
    }

    @Override
    public Optional<SecretBytes> consume(RegistrationId id) {
        return waiting.consume(id.toByteArray());
    }
}
