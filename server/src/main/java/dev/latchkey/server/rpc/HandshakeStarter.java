package dev.latchkey.server.rpc;

import dev.latchkey.opaque.Identities;
import dev.latchkey.opaque.Ke1;
import dev.latchkey.opaque.OpaqueException;
import dev.latchkey.opaque.OpaqueServer;
import dev.latchkey.opaque.RegistrationRecord;
import dev.latchkey.opaque.SecretBytes;
import dev.latchkey.opaque.ServerLogin;
import dev.latchkey.protocol.SessionId;
import dev.latchkey.protocol.wire.SessionKind;
import dev.latchkey.server.store.Store;
import dev.latchkey.server.store.StoreUnavailableException;
import java.time.Duration;
import java.util.Optional;

/** Makes KE2 and remembers what KE3 will be held against; the same for every kind of session. */
final class HandshakeStarter {
    static final Duration WHEN_FULL = Duration.ofSeconds(10);

    private final Store store;
    private final OpaqueServer opaque;
    private final SessionLimits limits;

    HandshakeStarter(Store store, OpaqueServer opaque, SessionLimits limits) {
        this.store = store;
        this.opaque = opaque;
        this.limits = limits;
    }

    /** What a login is tried against: an account's credentials, or those of an account to be. */
    static final class TriedAgainst {
        private final RegistrationRecord record;
        private final SecretBytes oprfSeed;
        private final Optional<PendingAccount> pending;

        /** All of it stays the caller's. */
        TriedAgainst(RegistrationRecord record, SecretBytes oprfSeed, Optional<PendingAccount> pending) {
            this.record = record;
            this.oprfSeed = oprfSeed;
            this.pending = pending;
        }
    }

    /** KE2, 320 bytes. */
    byte[] start(SessionId sessionId, HandshakeState.Subject subject, TriedAgainst credentials, Ke1 ke1)
            throws Rejection, StoreUnavailableException, OpaqueException {
        try (ServerLogin login = opaque.startLogin(
                credentials.record,
                ke1,
                subject.user().toByteArray(),
                credentials.oprfSeed,
                Identities.ofClient(subject.name().utf8()))) {
            byte[] ke2 = login.ke2().toByteArray();
            try (HandshakeState state = new HandshakeState(
                            subject,
                            ke1.toByteArray(),
                            ke2,
                            login.save(),
                            credentials.pending.map(PendingAccount::copy));
                    SecretBytes payload = state.encode()) {
                remember(sessionId, subject, payload);
            }
            return ke2;
        }
    }

    /** Where there is no room KE2 never leaves, so the unit taken for it goes back. */
    private void remember(SessionId sessionId, HandshakeState.Subject subject, SecretBytes payload)
            throws Rejection, StoreUnavailableException {
        boolean kept = store.transact(tx -> {
            if (tx.handshakes().add(sessionId, payload, limits.handshake())) {
                return true;
            }
            if (subject.kind() != SessionKind.SESSION_KIND_REGISTRATION) {
                tx.ledger().giveBack(subject.tag(), sessionId);
            }
            return false;
        });
        if (!kept) {
            throw Rejection.throughput(WHEN_FULL);
        }
    }
}
