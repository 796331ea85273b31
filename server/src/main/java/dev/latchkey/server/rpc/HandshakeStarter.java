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
import dev.latchkey.server.store.Handshakes;
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
        private final long endsAt;

        /**
         * All of it stays the caller's.
         *
         * @param endsAt when KE3 is too late at the latest, by the database's clock
         */
        TriedAgainst(RegistrationRecord record, SecretBytes oprfSeed, Optional<PendingAccount> pending, long endsAt) {
            this.record = record;
            this.oprfSeed = oprfSeed;
            this.pending = pending;
            this.endsAt = endsAt;
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
                remember(sessionId, subject, payload, credentials.endsAt);
            }
            Tally.OF_CALL.get().handshake(Tally.Handshake.BEGUN);
            return ke2;
        }
    }

    private void remember(SessionId sessionId, HandshakeState.Subject subject, SecretBytes payload, long endsAt)
            throws Rejection, StoreUnavailableException {
        boolean registration = subject.kind() == SessionKind.SESSION_KIND_REGISTRATION;
        boolean kept = false;
        try {
            kept = store.transact(tx -> {
                long left = Math.min(endsAt - tx.nowMillis(), limits.handshake().toMillis());
                Handshakes handshakes = registration ? tx.registrationHandshakes() : tx.handshakes();
                if (left > 0) {
                    handshakes.add(sessionId, payload, Duration.ofMillis(left));
                }
                return left > 0;
            });
        } finally {
            if (!kept && !registration) {
                giveBack(sessionId, subject);
            }
        }
        if (!kept) {
            throw Rejection.throughput(WHEN_FULL);
        }
    }

    /** KE2 never leaves, so the unit taken for it goes back. If that fails too the unit stays taken, which is safe. */
    private void giveBack(SessionId sessionId, HandshakeState.Subject subject) throws StoreUnavailableException {
        store.transact(tx -> {
            tx.ledger().giveBack(subject.guess().name(), subject.guess().budget(), sessionId);
            return null;
        });
    }
}
