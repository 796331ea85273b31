package dev.latchkey.server.store.jdbc;

import dev.latchkey.opaque.SecretBytes;
import dev.latchkey.protocol.SessionId;
import dev.latchkey.server.store.PasswordChanges;
import java.time.Duration;
import java.util.Optional;

final class PasswordChangesTable implements PasswordChanges {
    private final WaitingTable waiting;

    PasswordChangesTable(WaitingTable waiting) {
        this.waiting = waiting;
    }

    @Override
    public boolean put(SessionId session, SecretBytes payload, Duration lifetime) {
        waiting.delete(session.toByteArray());
        return waiting.add(session.toByteArray(), payload, lifetime);
    }

    @Override
    public Optional<SecretBytes> consume(SessionId session) {
        return waiting.consume(session.toByteArray());
    }
}
