package dev.latchkey.server.rpc;

import dev.latchkey.protocol.AccountName;
import dev.latchkey.protocol.AuditAction;
import dev.latchkey.protocol.AuditOutcome;
import dev.latchkey.protocol.Hashes;
import dev.latchkey.protocol.MalformedException;
import dev.latchkey.protocol.StorageKeyEnvelope;
import dev.latchkey.protocol.wire.CompleteRegistration;
import dev.latchkey.protocol.wire.FailureCode;
import dev.latchkey.protocol.wire.RegistrationCompleted;
import dev.latchkey.server.store.Accounts;
import dev.latchkey.server.store.NameTag;
import dev.latchkey.server.store.Store;
import dev.latchkey.server.store.StoreUnavailableException;
import dev.latchkey.server.store.Transaction;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/**
 * The last step of a registration: account, record, storage key and first audit entry come into being together or not at
 * all. The session that carried the request is closed already, whatever comes of it.
 */
final class CompleteRegistrationHandler {
    private final Store store;

    private final AccountNames names;

    CompleteRegistrationHandler(Store store, AccountNames names) {
        this.store = store;
        this.names = names;
    }

    RegistrationCompleted complete(CallContext context, CompleteRegistration request)
            throws Refused, StoreUnavailableException {
        if (!MessageDigest.isEqual(
                request.getUserId().toByteArray(), context.user().toByteArray())) {
            throw new OperationFailure(FailureCode.FAILURE_CODE_WRONG_USER);
        }
        byte[] encryptedStorageKey = request.getEncryptedStorageKey().toByteArray();
        try {
            StorageKeyEnvelope.requireWellFormed(encryptedStorageKey);
        } catch (MalformedException malformed) {
            throw new OperationFailure(FailureCode.FAILURE_CODE_MALFORMED);
        }
        try (PendingAccount pending = context.pendingAccount().orElseThrow(Rejection::unauthenticated)) {
            AccountName name = AccountNames.require(new String(pending.accountName(), StandardCharsets.UTF_8));
            NameTag tag = names.tag(name);
            return context.transact(store, tx -> {
                create(tx, context, tag, pending, encryptedStorageKey);
                return RegistrationCompleted.newBuilder()
                        .setAudit(context.audit(tx))
                        .build();
            });
        }
    }

    private static void create(
            Transaction tx, CallContext context, NameTag tag, PendingAccount pending, byte[] encryptedStorageKey)
            throws OperationFailure {
        Accounts.Creation creation = tx.accounts()
                .create(new Accounts.NewAccount(
                        tag,
                        pending.accountName(),
                        pending.user(),
                        pending.record(),
                        pending.oprfSeed(),
                        encryptedStorageKey));
        switch (creation) {
            case CREATED -> {}
            case NAME_TAKEN -> throw new OperationFailure(FailureCode.FAILURE_CODE_NAME_TAKEN);
            case USER_ID_TAKEN -> throw new OperationFailure(FailureCode.FAILURE_CODE_USER_ID_TAKEN);
        }
        tx.audit()
                .append(
                        pending.user(),
                        Events.of(tx.nowMillis(), AuditAction.ACCOUNT_REGISTERED, AuditOutcome.DONE)
                                .session(context.session())
                                .object(Hashes.sha3_256(encryptedStorageKey))
                                .event());
    }
}
