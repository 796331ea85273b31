package dev.latchkey.server.rpc;

import com.google.protobuf.ByteString;
import dev.latchkey.protocol.AuditEntry;
import dev.latchkey.protocol.SessionId;
import dev.latchkey.protocol.UserId;
import dev.latchkey.protocol.wire.AuditHead;
import dev.latchkey.protocol.wire.SessionKind;
import dev.latchkey.server.store.AuditLog;
import dev.latchkey.server.store.Sessions.OpenSession;
import dev.latchkey.server.store.Store;
import dev.latchkey.server.store.StoreUnavailableException;
import dev.latchkey.server.store.Transaction;
import java.util.Optional;

/** In whose session an operation runs. Its request has opened and its sequence number is spent. */
final class CallContext {
    /** Entries that an answer brings at most beside its head. */
    static final int MAX_ENTRIES = 64;

    private final OpenSession session;
    private final long knownAuditN;
    private final Optional<Transaction> under;

    /**
     * The session stays the caller's.
     *
     * @param knownAuditN the last audit entry that the client says it knows, as an unsigned number
     * @param under the transaction that was begun for the operation and is its only one; without it the operation begins its
     *     own
     */
    CallContext(OpenSession session, long knownAuditN, Optional<Transaction> under) {
        this.session = session;
        this.knownAuditN = knownAuditN;
        this.under = under;
    }

    SessionId session() {
        return session.id();
    }

    UserId user() {
        return session.user();
    }

    SessionKind kind() {
        return SessionKind.forNumber(session.kind());
    }

    /** Of the account when the session was opened. */
    long credentialVersion() {
        return session.credentialVersion();
    }

    /** Present in a registration session. The caller closes it. */
    Optional<PendingAccount> pendingAccount() {
        return SessionSecrets.pending(session.secrets());
    }

    /**
     * One transaction on the owner's data. It begins by holding the session against the account: a change of password
     * voids every session from before it, and nothing is done for a session that was closed in the meantime. A
     * registration session has no account yet, and is closed by its one request.
     */
    <T> T transact(Store store, Operation<T> operation) throws Refused, StoreUnavailableException {
        return under.isPresent() ? held(under.get(), operation) : store.transact(tx -> held(tx, operation));
    }

    private <T> T held(Transaction tx, Operation<T> operation) throws Refused {
        if (kind() != SessionKind.SESSION_KIND_REGISTRATION) {
            // First the account, so that what is found out afterwards stays so.
            requireCurrent(tx, tx.accounts().hold(user()));
        }
        return operation.in(tx);
    }

    /** Like {@link #transact}, for what only reads. */
    <T> T view(Store store, Operation<T> operation) throws Refused, StoreUnavailableException {
        return store.<T, Refused>view(tx -> {
            requireCurrent(tx, tx.accounts().credentialVersion(user()));
            return operation.in(tx);
        });
    }

    /** Where the owner's chain stands in this transaction, with the first of the entries that the client does not know. */
    AuditHead audit(Transaction tx) {
        AuditLog.Head head = tx.audit().head(user());
        AuditHead.Builder answer = Wire.head(head).toBuilder();
        if (Long.compareUnsigned(knownAuditN, head.n()) < 0) {
            for (AuditEntry entry : tx.audit().page(user(), knownAuditN + 1, MAX_ENTRIES)) {
                answer.addEntries(ByteString.copyFrom(entry.encode()));
            }
        }
        return answer.build();
    }

    private void requireCurrent(Transaction tx, long credentialVersionNow) throws Rejection {
        if (credentialVersionNow != credentialVersion() || !tx.sessions().isOpen(session())) {
            throw Rejection.unauthenticated();
        }
    }

    /** What an operation does with the owner's data. */
    @FunctionalInterface
    interface Operation<T> {
        T in(Transaction tx) throws Refused;
    }
}
