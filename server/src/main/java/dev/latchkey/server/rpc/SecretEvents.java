package dev.latchkey.server.rpc;

import dev.latchkey.protocol.AuditAction;
import dev.latchkey.protocol.AuditOutcome;
import dev.latchkey.protocol.KeyId;
import dev.latchkey.server.store.AuditLog;
import dev.latchkey.server.store.Transaction;

/** What the log says of something done with one secret. */
final class SecretEvents {
    private static final byte[] NO_OBJECT = new byte[32];

    private SecretEvents() {}

    /** @param object the secret's as it is afterwards, 32 bytes */
    static AuditLog.Head append(Transaction tx, CallContext context, AuditAction action, KeyId keyId, byte[] object) {
        return tx.audit()
                .append(
                        context.user(),
                        Events.of(tx.nowMillis(), action, AuditOutcome.DONE)
                                .key(keyId)
                                .session(context.session())
                                .object(object)
                                .event());
    }

    /** Of what leaves no bytes behind, or changes none. */
    static AuditLog.Head append(Transaction tx, CallContext context, AuditAction action, KeyId keyId) {
        return append(tx, context, action, keyId, NO_OBJECT);
    }
}
