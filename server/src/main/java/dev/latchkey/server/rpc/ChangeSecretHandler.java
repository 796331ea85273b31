package dev.latchkey.server.rpc;

import dev.latchkey.protocol.AuditAction;
import dev.latchkey.protocol.KeyId;
import dev.latchkey.protocol.SecretEnvelope;
import dev.latchkey.protocol.wire.AuditHead;
import dev.latchkey.protocol.wire.DeleteSecret;
import dev.latchkey.protocol.wire.FailureCode;
import dev.latchkey.protocol.wire.RenameSecret;
import dev.latchkey.protocol.wire.ReplaceSecret;
import dev.latchkey.protocol.wire.SecretDeleted;
import dev.latchkey.protocol.wire.SecretRenamed;
import dev.latchkey.protocol.wire.SecretReplaced;
import dev.latchkey.server.store.Secrets;
import dev.latchkey.server.store.Secrets.Change;
import dev.latchkey.server.store.Secrets.SealedSecret;
import dev.latchkey.server.store.Store;
import dev.latchkey.server.store.StoreUnavailableException;
import dev.latchkey.server.store.Transaction;

/**
 * Changes of one stored secret. Each names the object that its client takes the secret for, so that no device overwrites
 * what another wrote in the meantime; a repeat of what is done already changes nothing and leaves no second entry.
 */
final class ChangeSecretHandler {
    private final Store store;

    ChangeSecretHandler(Store store) {
        this.store = store;
    }

    SecretReplaced replace(CallContext context, ReplaceSecret request) throws Refused, StoreUnavailableException {
        KeyId keyId = KeyId.of(request.getKeyId().toByteArray());
        byte[] descriptor = SealedForms.require(request.getSealedDescriptor(), 0);
        byte[] secret = SealedForms.require(request.getSealedSecret(), 0);
        AuditHead audit = context.transact(store, tx -> {
            requireSealedByClient(tx, context, keyId);
            Change change = tx.secrets()
                    .replace(context.user(), keyId, request.getExpectedObject().toByteArray(), descriptor, secret);
            return changed(tx, context, AuditAction.SECRET_REPLACED, keyId, change);
        });
        return SecretReplaced.newBuilder().setAudit(audit).build();
    }

    /**
     * A secret that the server made is never replaced: its old descriptor, which says so, could be shown with the newer
     * secret and make the owner take that for one that the server knows.
     */
    private static void requireSealedByClient(Transaction tx, CallContext context, KeyId keyId)
            throws OperationFailure {
        boolean sealed = tx.secrets()
                .byKeyId(context.user(), keyId)
                .map(SealedSecret::secret)
                .map(SecretEnvelope::looksSealed)
                .orElse(true);
        if (!sealed) {
            throw new OperationFailure(FailureCode.FAILURE_CODE_CONFLICT);
        }
    }

    SecretRenamed rename(CallContext context, RenameSecret request) throws Refused, StoreUnavailableException {
        KeyId keyId = KeyId.of(request.getKeyId().toByteArray());
        byte[] descriptor = SealedForms.require(request.getSealedDescriptor(), 0);
        AuditHead audit = context.transact(store, tx -> {
            Change change = tx.secrets()
                    .rename(
                            context.user(),
                            keyId,
                            request.getExpectedObject().toByteArray(),
                            request.getLabelTag().toByteArray(),
                            descriptor);
            return changed(tx, context, AuditAction.SECRET_RENAMED, keyId, change);
        });
        return SecretRenamed.newBuilder().setAudit(audit).build();
    }

    SecretDeleted delete(CallContext context, DeleteSecret request) throws Refused, StoreUnavailableException {
        KeyId keyId = KeyId.of(request.getKeyId().toByteArray());
        AuditHead audit = context.transact(store, tx -> {
            Change change = tx.secrets()
                    .delete(context.user(), keyId, request.getExpectedObject().toByteArray());
            return changed(tx, context, AuditAction.SECRET_DELETED, keyId, change);
        });
        return SecretDeleted.newBuilder().setAudit(audit).build();
    }

    private static AuditHead changed(
            Transaction tx, CallContext context, AuditAction action, KeyId keyId, Change change)
            throws OperationFailure {
        switch (change) {
            case CHANGED -> append(tx, context, action, keyId);
            case ALREADY_SO -> {}
            case NOT_FOUND -> throw new OperationFailure(FailureCode.FAILURE_CODE_NOT_FOUND);
            case CONFLICT -> throw new OperationFailure(FailureCode.FAILURE_CODE_CONFLICT);
            case LABEL_EXISTS -> throw new OperationFailure(FailureCode.FAILURE_CODE_LABEL_EXISTS);
        }
        return context.audit(tx);
    }

    /** The entry names the secret as it is now; of a deleted one nothing is left to name. */
    private static void append(Transaction tx, CallContext context, AuditAction action, KeyId keyId) {
        tx.secrets()
                .listed(context.user(), keyId)
                .map(Secrets.Listed::object)
                .ifPresentOrElse(
                        object -> SecretEvents.append(tx, context, action, keyId, object),
                        () -> SecretEvents.append(tx, context, action, keyId));
    }
}
