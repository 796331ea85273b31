package dev.latchkey.server.rpc;

import dev.latchkey.opaque.SecretBytes;
import dev.latchkey.protocol.SessionId;
import dev.latchkey.protocol.UserId;
import dev.latchkey.protocol.wire.SessionKind;
import dev.latchkey.server.store.Store;
import dev.latchkey.server.store.StoreUnavailableException;
import dev.latchkey.server.store.Transaction;
import java.util.Optional;

/** In whose session an operation runs. Its request has opened and its sequence number is spent. */
final class CallContext implements AutoCloseable {
    private final SessionId session;
    private final UserId user;
    private final SessionKind kind;
    private final long credentialVersion;
    private final SecretBytes secrets;

    /** Takes ownership of {@code secrets}. */
    CallContext(SessionId session, UserId user, SessionKind kind, long credentialVersion, SecretBytes secrets) {
        this.session = session;
        this.user = user;
        this.kind = kind;
        this.credentialVersion = credentialVersion;
        this.secrets = secrets;
    }

    SessionId session() {
        return session;
    }

    UserId user() {
        return user;
    }

    SessionKind kind() {
        return kind;
    }

    /** Present in a registration session. The caller closes it. */
    Optional<PendingAccount> pendingAccount() {
        return SessionSecrets.pending(secrets);
    }

    /**
     * One transaction on the owner's data. It begins by holding the session against the account: a change of password
     * voids every session from before it, and nothing is done for a session that was closed in the meantime. A
     * registration session has no account yet, and is closed by its one request.
     */
    <T> T transact(Store store, Operation<T> operation) throws Refused, StoreUnavailableException {
        return store.<T, Refused>transact(tx -> {
            if (kind != SessionKind.SESSION_KIND_REGISTRATION && !isCurrent(tx)) {
                throw Rejection.unauthenticated();
            }
            return operation.in(tx);
        });
    }

    private boolean isCurrent(Transaction tx) {
        return tx.sessions().isOpen(session) && tx.accounts().credentialVersion(user) == credentialVersion;
    }

    @Override
    public void close() {
        secrets.close();
    }

    /** What an operation does with the owner's data. */
    @FunctionalInterface
    interface Operation<T> {
        T in(Transaction tx) throws Refused;
    }
}
