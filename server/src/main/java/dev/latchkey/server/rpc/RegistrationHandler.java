package dev.latchkey.server.rpc;

import com.google.protobuf.ByteString;
import dev.latchkey.opaque.Ke1;
import dev.latchkey.opaque.OpaqueException;
import dev.latchkey.opaque.OpaqueServer;
import dev.latchkey.opaque.RegistrationRecord;
import dev.latchkey.opaque.RegistrationRequest;
import dev.latchkey.opaque.RegistrationResponse;
import dev.latchkey.opaque.SecretBytes;
import dev.latchkey.protocol.AccountName;
import dev.latchkey.protocol.MalformedException;
import dev.latchkey.protocol.RegistrationId;
import dev.latchkey.protocol.SessionId;
import dev.latchkey.protocol.UserId;
import dev.latchkey.protocol.wire.SessionKind;
import dev.latchkey.protocol.wire.StartRegistrationRequest;
import dev.latchkey.protocol.wire.StartRegistrationResponse;
import dev.latchkey.protocol.wire.SubmitRecordRequest;
import dev.latchkey.protocol.wire.SubmitRecordResponse;
import dev.latchkey.server.store.Store;
import dev.latchkey.server.store.StoreUnavailableException;
import dev.latchkey.server.store.Transaction;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Optional;

/**
 * The two steps that lead to a registration session. Each attempt has an OPRF seed of its own, so it tells nothing about
 * an account that exists, and neither step looks a name up.
 */
final class RegistrationHandler {
    private static final int OPRF_SEED = 64;

    private final Store store;
    private final OpaqueServer opaque;
    private final AccountNames names;
    private final HandshakeStarter handshakes;
    private final Duration lifetime;
    private final SecureRandom random;

    /** @param lifetime of a registration, from its first step to its last */
    RegistrationHandler(
            Store store,
            OpaqueServer opaque,
            AccountNames names,
            HandshakeStarter handshakes,
            Duration lifetime,
            SecureRandom random) {
        this.store = store;
        this.opaque = opaque;
        this.names = names;
        this.handshakes = handshakes;
        this.lifetime = lifetime;
        this.random = random;
    }

    StartRegistrationResponse start(StartRegistrationRequest request) throws Rejection, StoreUnavailableException {
        AccountName name = AccountNames.require(request.getAccountName());
        UserId user = userId(request.getUserId());
        RegistrationId id = RegistrationId.random(random);
        try (SecretBytes oprfSeed = SecretBytes.random(OPRF_SEED, random)) {
            RegistrationResponse response = opaque.respond(
                    RegistrationRequest.parse(request.getRegistrationRequest().toByteArray()),
                    user.toByteArray(),
                    oprfSeed);
            store.transact(tx -> {
                remember(tx, id, user, name, oprfSeed);
                return null;
            });
            return StartRegistrationResponse.newBuilder()
                    .setRegistrationId(ByteString.copyFrom(id.toByteArray()))
                    .setRegistrationResponse(ByteString.copyFrom(response.toByteArray()))
                    .setKsf(Wire.ksf(store.deployment().ksf()))
                    .build();
        } catch (OpaqueException malformed) {
            throw Rejection.malformed();
        }
    }

    private void remember(Transaction tx, RegistrationId id, UserId user, AccountName name, SecretBytes oprfSeed) {
        long endsAt = tx.nowMillis() + lifetime.toMillis();
        try (PendingAccount pending =
                        new PendingAccount(user, name.utf8(), oprfSeed.copy(), SecretBytes.allocate(0), endsAt);
                SecretBytes payload = pending.encode()) {
            tx.pendingRegistrations().add(id, payload, lifetime);
        }
    }

    SubmitRecordResponse submitRecord(SubmitRecordRequest request) throws Rejection, StoreUnavailableException {
        try (RegistrationRecord record =
                RegistrationRecord.parse(request.getRegistrationRecord().toByteArray())) {
            Ke1 ke1 = Ke1.parse(request.getKe1().toByteArray());
            RegistrationId id = RegistrationId.of(request.getRegistrationId().toByteArray());
            Optional<SecretBytes> payload =
                    store.transact(tx -> tx.pendingRegistrations().consume(id));
            try (SecretBytes encoded = payload.orElseThrow(Rejection::unauthenticated);
                    PendingAccount started = PendingAccount.decode(encoded)) {
                return login(started, record, ke1);
            }
        } catch (OpaqueException malformed) {
            throw Rejection.malformed();
        }
    }

    private SubmitRecordResponse login(PendingAccount started, RegistrationRecord record, Ke1 ke1)
            throws Rejection, StoreUnavailableException, OpaqueException {
        AccountName name = AccountNames.require(new String(started.accountName(), StandardCharsets.UTF_8));
        HandshakeState.Subject subject = new HandshakeState.Subject(
                SessionKind.SESSION_KIND_REGISTRATION,
                started.user(),
                HandshakeState.Guess.ofStranger(names.tag(name)),
                name,
                AccountNames.NO_ACCOUNT);
        SessionId sessionId = SessionId.random(random);
        try (PendingAccount recorded = started.withRecord(SecretBytes.takeOwnership(record.toByteArray()))) {
            byte[] ke2 = handshakes.start(
                    sessionId,
                    subject,
                    new HandshakeStarter.TriedAgainst(
                            record, recorded.oprfSeed(), Optional.of(recorded), recorded.endsAt()),
                    ke1);
            return SubmitRecordResponse.newBuilder()
                    .setSessionId(ByteString.copyFrom(sessionId.toByteArray()))
                    .setKe2(ByteString.copyFrom(ke2))
                    .build();
        }
    }

    private static UserId userId(ByteString bytes) throws Rejection {
        try {
            return UserId.parse(bytes.toByteArray());
        } catch (MalformedException malformed) {
            throw Rejection.malformed();
        }
    }
}
