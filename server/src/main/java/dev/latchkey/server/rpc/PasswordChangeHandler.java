package dev.latchkey.server.rpc;

import com.google.protobuf.ByteString;
import dev.latchkey.opaque.Identities;
import dev.latchkey.opaque.Ke1;
import dev.latchkey.opaque.Ke3;
import dev.latchkey.opaque.OpaqueException;
import dev.latchkey.opaque.OpaqueServer;
import dev.latchkey.opaque.RegistrationRecord;
import dev.latchkey.opaque.RegistrationRequest;
import dev.latchkey.opaque.SecretBytes;
import dev.latchkey.opaque.ServerLogin;
import dev.latchkey.protocol.AuditAction;
import dev.latchkey.protocol.AuditOutcome;
import dev.latchkey.protocol.Hashes;
import dev.latchkey.protocol.MalformedException;
import dev.latchkey.protocol.StorageKeyEnvelope;
import dev.latchkey.protocol.wire.CompletePasswordChange;
import dev.latchkey.protocol.wire.FailureCode;
import dev.latchkey.protocol.wire.NewRecordSubmitted;
import dev.latchkey.protocol.wire.PasswordChangeStarted;
import dev.latchkey.protocol.wire.PasswordChanged;
import dev.latchkey.protocol.wire.StartPasswordChange;
import dev.latchkey.protocol.wire.SubmitNewRecord;
import dev.latchkey.server.store.Accounts.NewCredentials;
import dev.latchkey.server.store.Store;
import dev.latchkey.server.store.StoreUnavailableException;
import dev.latchkey.server.store.Transaction;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Optional;

/**
 * The registration diagram inside an account session, under a fresh OPRF seed. Until the last step nothing of the account
 * changes; the last step swaps everything in one transaction, and only for who has proven the new password against the
 * new record. From then on whatever was opened or begun with the old password is void.
 */
final class PasswordChangeHandler {
    /** From the first step to the last. */
    static final Duration LIFETIME = Duration.ofMinutes(2);

    private final Store store;
    private final OpaqueServer opaque;
    private final SecureRandom random;

    PasswordChangeHandler(Store store, OpaqueServer opaque, SecureRandom random) {
        this.store = store;
        this.opaque = opaque;
        this.random = random;
    }

    PasswordChangeStarted start(CallContext context, StartPasswordChange request)
            throws Refused, StoreUnavailableException {
        try (SecretBytes oprfSeed = SecretBytes.random(OpaqueServer.OPRF_SEED_BYTES, random)) {
            byte[] response = opaque.respond(
                            RegistrationRequest.parse(
                                    request.getRegistrationRequest().toByteArray()),
                            context.user().toByteArray(),
                            oprfSeed)
                    .toByteArray();
            context.transact(store, tx -> {
                try (PendingChange started = PendingChange.started(oprfSeed, tx.nowMillis() + LIFETIME.toMillis())) {
                    keep(tx, context, started);
                }
                return null;
            });
            return PasswordChangeStarted.newBuilder()
                    .setRegistrationResponse(ByteString.copyFrom(response))
                    .setKsf(Wire.ksf(store.deployment().ksf()))
                    .build();
        } catch (OpaqueException malformed) {
            throw malformed();
        }
    }

    NewRecordSubmitted submit(CallContext context, SubmitNewRecord request) throws Refused, StoreUnavailableException {
        try (RegistrationRecord record =
                        RegistrationRecord.parse(request.getRegistrationRecord().toByteArray());
                SecretBytes recordBytes = SecretBytes.takeOwnership(record.toByteArray())) {
            Ke1 ke1 = Ke1.parse(request.getKe1().toByteArray());
            byte[] name = context.transact(
                    store, tx -> tx.accounts().accountName(context.user()).orElseThrow(Rejection::unauthenticated));
            try (PendingChange started = context.transact(store, tx -> consume(tx, context, false));
                    ServerLogin login = opaque.startLogin(
                            record, ke1, context.user().toByteArray(), started.oprfSeed(), Identities.ofClient(name))) {
                byte[] ke2 = login.ke2().toByteArray();
                try (SecretBytes saved = login.save();
                        PendingChange submitted = started.submitted(recordBytes, saved)) {
                    context.transact(store, tx -> {
                        keep(tx, context, submitted);
                        return null;
                    });
                }
                return NewRecordSubmitted.newBuilder()
                        .setKe2(ByteString.copyFrom(ke2))
                        .build();
            }
        } catch (OpaqueException malformed) {
            throw malformed();
        }
    }

    PasswordChanged complete(CallContext context, CompletePasswordChange request)
            throws Refused, StoreUnavailableException {
        byte[] encryptedStorageKey = request.getEncryptedStorageKey().toByteArray();
        Ke3 ke3;
        try {
            StorageKeyEnvelope.requireWellFormed(encryptedStorageKey);
            ke3 = Ke3.parse(request.getKe3().toByteArray());
        } catch (MalformedException | OpaqueException malformed) {
            throw malformed();
        }
        // A failed proof is a result and no exception: that the change is destroyed by it has to be committed.
        Optional<PasswordChanged> changed = context.transact(store, tx -> {
            try (PendingChange pending = consume(tx, context, true)) {
                return isProven(pending, ke3)
                        ? Optional.of(swap(tx, context, pending, encryptedStorageKey))
                        : Optional.empty();
            }
        });
        return changed.orElseThrow(() -> new OperationFailure(FailureCode.FAILURE_CODE_NOT_PROVEN));
    }

    private static PasswordChanged swap(
            Transaction tx, CallContext context, PendingChange pending, byte[] encryptedStorageKey) throws Rejection {
        NewCredentials credentials = new NewCredentials(pending.record(), pending.oprfSeed(), encryptedStorageKey);
        if (!tx.accounts().changeCredentials(context.user(), context.credentialVersion(), credentials)) {
            throw Rejection.unauthenticated();
        }
        tx.audit()
                .append(
                        context.user(),
                        Events.of(tx.nowMillis(), AuditAction.PASSWORD_CHANGED, AuditOutcome.DONE)
                                .session(context.session())
                                .object(Hashes.sha3_256(encryptedStorageKey))
                                .event());
        tx.devices().revokeAllOf(context.user());
        tx.sessions().closeAllOf(context.user());
        return PasswordChanged.newBuilder().setAudit(context.audit(tx)).build();
    }

    private static boolean isProven(PendingChange pending, Ke3 ke3) {
        try (ServerLogin login = ServerLogin.resume(pending.login());
                SecretBytes sessionKey = login.finish(ke3)) {
            return sessionKey.length() > 0;
        } catch (OpaqueException wrongProof) {
            return false;
        }
    }

    private static void keep(Transaction tx, CallContext context, PendingChange change) throws Refused {
        // The clock may have been set back since it was begun.
        Duration left = Duration.ofMillis(Math.min(change.endsAt() - tx.nowMillis(), LIFETIME.toMillis()));
        if (left.isNegative() || left.isZero()) {
            throw notStarted();
        }
        try (SecretBytes payload = change.encode()) {
            if (!tx.passwordChanges().put(context.session(), payload, left)) {
                throw Rejection.throughput(HandshakeStarter.WHEN_FULL);
            }
        }
    }

    /** Takes the change out; one that is not at the step asked for is thrown back with the transaction, as it was. */
    private static PendingChange consume(Transaction tx, CallContext context, boolean submitted)
            throws OperationFailure {
        try (SecretBytes payload =
                tx.passwordChanges().consume(context.session()).orElseThrow(PasswordChangeHandler::notStarted)) {
            PendingChange change = PendingChange.decode(payload);
            if (change.isSubmitted() != submitted) {
                change.close();
                throw notStarted();
            }
            return change;
        }
    }

    private static OperationFailure notStarted() {
        return new OperationFailure(FailureCode.FAILURE_CODE_NOT_STARTED);
    }

    private static OperationFailure malformed() {
        return new OperationFailure(FailureCode.FAILURE_CODE_MALFORMED);
    }
}
