package dev.latchkey.server.rpc;

import com.google.protobuf.ByteString;
import dev.latchkey.opaque.Ke3;
import dev.latchkey.opaque.OpaqueException;
import dev.latchkey.opaque.SecretBytes;
import dev.latchkey.opaque.ServerLogin;
import dev.latchkey.protocol.AuditAction;
import dev.latchkey.protocol.AuditOutcome;
import dev.latchkey.protocol.ChannelKeys;
import dev.latchkey.protocol.DeviceId;
import dev.latchkey.protocol.Direction;
import dev.latchkey.protocol.SessionId;
import dev.latchkey.protocol.Transcript;
import dev.latchkey.protocol.UserId;
import dev.latchkey.protocol.wire.OpenSessionRequest;
import dev.latchkey.protocol.wire.Response;
import dev.latchkey.protocol.wire.SealedMessage;
import dev.latchkey.protocol.wire.SessionKind;
import dev.latchkey.protocol.wire.SessionOpened;
import dev.latchkey.server.store.Accounts;
import dev.latchkey.server.store.AuditLog;
import dev.latchkey.server.store.GuessLedger;
import dev.latchkey.server.store.Sessions;
import dev.latchkey.server.store.Store;
import dev.latchkey.server.store.StoreUnavailableException;
import dev.latchkey.server.store.Transaction;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Optional;

/**
 * KE3 → SessionOpened. One transaction consumes the handshake, gives its unit back, tells the owner's log of the
 * failures that came before, and opens the session.
 */
final class SessionOpener {
    /** Sequence number of SessionOpened; the client's requests begin at 1. */
    private static final long OPENING = 0;

    private final Store store;
    private final SessionLimits limits;
    private final SecureRandom random;

    SessionOpener(Store store, SessionLimits limits, SecureRandom random) {
        this.store = store;
        this.limits = limits;
        this.random = random;
    }

    SealedMessage open(OpenSessionRequest request) throws Rejection, StoreUnavailableException {
        SessionId id = SessionId.of(request.getSessionId().toByteArray());
        Ke3 ke3 = parse(request.getKe3());
        Optional<Opened> result = store.transact(tx -> open(tx, id, ke3));
        Tally.OF_CALL.get().handshake(result.isPresent() ? Tally.Handshake.COMPLETED : Tally.Handshake.REFUSED);
        try (Opened opened = result.orElseThrow(Rejection::unauthenticated)) {
            Response response =
                    Response.newBuilder().setSessionOpened(opened.message()).build();
            byte[] sealed = opened.keys().seal(Direction.SERVER_TO_CLIENT, id, OPENING, response.toByteArray(), random);
            return SealedMessage.newBuilder()
                    .setSealed(ByteString.copyFrom(sealed))
                    .build();
        }
    }

    /** Empty if refused; what a refusal leaves in the ledger is committed all the same. */
    private Optional<Opened> open(Transaction tx, SessionId id, Ke3 ke3) throws Rejection {
        Optional<SecretBytes> payload = tx.handshakes().consume(id);
        if (payload.isEmpty()) {
            payload = tx.registrationHandshakes().consume(id);
        }
        if (payload.isEmpty()) {
            return Optional.empty();
        }
        try (SecretBytes encoded = payload.get();
                HandshakeState state = HandshakeState.decode(encoded)) {
            Optional<ChannelKeys> keys = channelKeys(id, state, ke3);
            if (keys.isEmpty()) {
                if (!isRegistration(state)) {
                    tx.ledger().markRefused(state.subject().guess().name(), id);
                }
                return Optional.empty();
            }
            return open(tx, id, state, keys.get());
        }
    }

    private Optional<Opened> open(Transaction tx, SessionId id, HandshakeState state, ChannelKeys keys)
            throws Rejection {
        boolean opened = false;
        try {
            HandshakeState.Subject subject = state.subject();
            if (!isRegistration(state) && tx.accounts().hold(subject.user()) != subject.credentialVersion()) {
                return Optional.empty();
            }
            // Revoked since KE2, it is nobody's any more.
            Optional<DeviceId> device =
                    subject.guess().device().filter(known -> tx.devices().noteUse(subject.user(), known));
            keep(tx, id, state, keys, device);
            SessionOpened message =
                    isRegistration(state) ? registrationOpened(subject.user()) : ownersOpened(tx, id, subject, device);
            opened = true;
            return Optional.of(new Opened(keys, message));
        } finally {
            if (!opened) {
                keys.close();
            }
        }
    }

    private void keep(Transaction tx, SessionId id, HandshakeState state, ChannelKeys keys, Optional<DeviceId> device) {
        HandshakeState.Subject subject = state.subject();
        SessionLimits.OfSession ofSession = limits.of(subject.kind());
        Duration lifetime = state.pending()
                .map(pending -> Duration.ofMillis(Math.min(
                        pending.endsAt() - tx.nowMillis(), limits.registration().toMillis())))
                .orElse(ofSession.lifetime());
        Duration idle = isRegistration(state) ? lifetime : ofSession.idle();
        try (SecretBytes secrets = SessionSecrets.encode(keys, state.pending())) {
            Sessions.NewSession session = new Sessions.NewSession(
                    id,
                    subject.user(),
                    subject.kind().getNumber(),
                    subject.credentialVersion(),
                    secrets,
                    idle,
                    lifetime);
            tx.sessions().open(session.from(device), limits.sessionsPerUser());
        }
    }

    private static boolean isRegistration(HandshakeState state) {
        return state.subject().kind() == SessionKind.SESSION_KIND_REGISTRATION;
    }

    private Optional<ChannelKeys> channelKeys(SessionId id, HandshakeState state, Ke3 ke3) {
        try (ServerLogin login = ServerLogin.resume(state.opaqueState());
                SecretBytes sessionKey = login.finish(ke3)) {
            Transcript transcript = Transcript.of(
                    state.subject().name(),
                    state.subject().kind(),
                    store.deployment().ksf(),
                    state.ke1(),
                    state.ke2(),
                    ke3.toByteArray());
            return Optional.of(ChannelKeys.derive(sessionKey, id, transcript));
        } catch (OpaqueException wrongProof) {
            return Optional.empty();
        }
    }

    private SessionOpened registrationOpened(UserId user) {
        return SessionOpened.newBuilder()
                .setUserId(ByteString.copyFrom(user.toByteArray()))
                .setKind(SessionKind.SESSION_KIND_REGISTRATION)
                .setLimits(limits.of(SessionKind.SESSION_KIND_REGISTRATION).message())
                .build();
    }

    private SessionOpened ownersOpened(
            Transaction tx, SessionId id, HandshakeState.Subject subject, Optional<DeviceId> device) {
        UserId user = subject.user();
        HandshakeState.Guess guess = subject.guess();
        tx.ledger().giveBack(guess.name(), guess.budget(), id);
        GuessLedger.Failures failures = tx.ledger().collectFailures(guess.name(), limits.handshake());
        long lastFailure = appendFailures(tx, user, failures);
        AuditAction action = subject.kind() == SessionKind.SESSION_KIND_ACCOUNT
                ? AuditAction.ACCOUNT_SESSION_OPENED
                : AuditAction.SESSION_OPENED;
        AuditLog.Head head = tx.audit()
                .append(
                        user,
                        Events.of(tx.nowMillis(), action, AuditOutcome.DONE)
                                .session(id)
                                .event());
        Accounts.LastAttempts last = tx.accounts().noteLogin(user, lastFailure);
        SessionOpened.Builder opened = SessionOpened.newBuilder()
                .setUserId(ByteString.copyFrom(user.toByteArray()))
                .setKind(subject.kind())
                .setLimits(limits.of(subject.kind()).message())
                .setAudit(Wire.head(head))
                .setLastLoginUnixMs(last.loginMillis())
                .setLastFailureUnixMs(last.failureMillis())
                .setFailuresSinceLastLogin((int) Math.min(
                        Integer.MAX_VALUE,
                        failures.dropped() + failures.attempts().size()));
        device.map(DeviceId::toByteArray).map(ByteString::copyFrom).ifPresent(opened::setDeviceId);
        return opened.build();
    }

    /** @return when the newest of them was, or 0 */
    private static long appendFailures(Transaction tx, UserId user, GuessLedger.Failures failures) {
        if (failures.dropped() > 0) {
            tx.audit()
                    .append(
                            user,
                            Events.of(tx.nowMillis(), AuditAction.LOGIN_FAILED, AuditOutcome.EARLIER_FAILURES_DROPPED)
                                    .count(failures.dropped())
                                    .event());
        }
        long newest = 0;
        for (GuessLedger.FailedAttempt attempt : failures.attempts()) {
            AuditOutcome outcome = attempt.refused() ? AuditOutcome.REFUSED : AuditOutcome.NOT_FINISHED;
            tx.audit()
                    .append(
                            user,
                            Events.of(attempt.unixMillis(), AuditAction.LOGIN_FAILED, outcome)
                                    .session(attempt.handshake())
                                    .event());
            newest = Math.max(newest, attempt.unixMillis());
        }
        return newest;
    }

    private static Ke3 parse(ByteString bytes) throws Rejection {
        try {
            return Ke3.parse(bytes.toByteArray());
        } catch (OpaqueException malformed) {
            throw Rejection.malformed();
        }
    }

    private static final class Opened implements AutoCloseable {
        private final ChannelKeys keys;
        private final SessionOpened message;

        Opened(ChannelKeys keys, SessionOpened message) {
            this.keys = keys;
            this.message = message;
        }

        ChannelKeys keys() {
            return keys;
        }

        SessionOpened message() {
            return message;
        }

        @Override
        public void close() {
            keys.close();
        }
    }
}
