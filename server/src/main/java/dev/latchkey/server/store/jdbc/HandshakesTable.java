package dev.latchkey.server.store.jdbc;

import dev.latchkey.opaque.SecretBytes;
import dev.latchkey.protocol.SessionId;
import dev.latchkey.server.store.Handshakes;
import java.time.Duration;
import java.util.Optional;

final class HandshakesTable implements Handshakes {
    private final WaitingTable waiting;

    HandshakesTable(WaitingTable waiting) {
        this.waiting = waiting;
    }

    @Override
    public void add(SessionId id, SecretBytes payload, Duration lifetime) {
        waiting.addForOldest(id.toByteArray(), payload, lifetime);
    }

    @Override
    public Optional<SecretBytes> consume(SessionId id) {
        return waiting.consume(id.toByteArray());
    }
}
