package dev.latchkey.server.rpc;

import dev.latchkey.protocol.AuditAction;
import dev.latchkey.protocol.AuditOutcome;
import dev.latchkey.protocol.wire.AccountDeleted;
import dev.latchkey.protocol.wire.AuditHead;
import dev.latchkey.server.store.Store;
import dev.latchkey.server.store.StoreUnavailableException;

/** Ends an account: its log gets a last entry, the owner its last head, and then all of it is erased, in one transaction. */
final class DeleteAccountHandler {
    private final Store store;

    DeleteAccountHandler(Store store) {
        this.store = store;
    }

    AccountDeleted delete(CallContext context) throws Refused, StoreUnavailableException {
        return context.transact(store, tx -> {
            tx.audit()
                    .append(
                            context.user(),
                            Events.of(tx.nowMillis(), AuditAction.ACCOUNT_DELETED, AuditOutcome.DONE)
                                    .session(context.session())
                                    .event());
            AuditHead last = context.audit(tx);
            tx.accounts().delete(context.user());
            tx.sessions().closeAllOf(context.user());
            return AccountDeleted.newBuilder().setAudit(last).build();
        });
    }
}
