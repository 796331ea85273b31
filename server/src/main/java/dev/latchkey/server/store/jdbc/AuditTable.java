package dev.latchkey.server.store.jdbc;

import dev.latchkey.protocol.AuditChain;
import dev.latchkey.protocol.AuditEntry;
import dev.latchkey.protocol.KeyId;
import dev.latchkey.protocol.MalformedException;
import dev.latchkey.protocol.SessionId;
import dev.latchkey.protocol.UserId;
import dev.latchkey.server.store.AuditLog;
import java.util.List;

/** The entries; where each chain stands is kept with its account. */
final class AuditTable implements AuditLog {
    private final Scope scope;

    AuditTable(Scope scope) {
        this.scope = scope;
    }

    @Override
    public Head append(UserId user, Event event) {
        scope.hold(user);
        Head last = head(user);
        AuditEntry entry = AuditEntry.of(last.n() + 1, event.unixMillis(), event.action(), event.outcome())
                .withKeyId(KeyId.of(event.keyId()))
                .withSessionId(SessionId.of(event.sessionId()))
                .withObject(event.object());
        Head next = new Head(entry.n(), AuditChain.next(last.head(), entry));
        scope.handle()
                .createUpdate("INSERT INTO audit (user_id, n, entry, head) VALUES (:user, :n, :entry, :head)")
                .bind("user", user.toByteArray())
                .bind("n", next.n())
                .bind("entry", entry.encode())
                .bind("head", next.head())
                .execute();
        scope.handle()
                .createUpdate("UPDATE accounts SET audit_n = :n, audit_head = :head WHERE user_id = :user")
                .bind("n", next.n())
                .bind("head", next.head())
                .bind("user", user.toByteArray())
                .execute();
        scope.logEnds().appended(user, entry, next);
        return next;
    }

    @Override
    public Head head(UserId user) {
        return scope.logEnds().head(user).orElseGet(() -> storedHead(user));
    }

    private Head storedHead(UserId user) {
        return scope.handle()
                .createQuery("SELECT audit_n, audit_head FROM accounts WHERE user_id = :user")
                .bind("user", user.toByteArray())
                .map((row, context) -> new Head(row.getLong("audit_n"), row.getBytes("audit_head")))
                .findOne()
                .orElseThrow(() -> new IllegalStateException("no such account"));
    }

    @Override
    public byte[] headBefore(UserId user, long n) {
        if (n == 1) {
            return AuditChain.start(user);
        }
        return scope.handle()
                .createQuery("SELECT head FROM audit WHERE user_id = :user AND n = :before")
                .bind("user", user.toByteArray())
                .bind("before", n - 1)
                .mapTo(byte[].class)
                .findOne()
                .orElseThrow(() -> new IllegalStateException("no such entry"));
    }

    @Override
    public List<AuditEntry> page(UserId user, long from, int limit) {
        return scope.logEnds().from(user, from, limit).orElseGet(() -> storedPage(user, from, limit));
    }

    private List<AuditEntry> storedPage(UserId user, long from, int limit) {
        return scope.handle()
                .createQuery("SELECT entry FROM audit WHERE user_id = :user AND n >= :from ORDER BY n LIMIT :limit")
                .bind("user", user.toByteArray())
                .bind("from", from)
                .bind("limit", limit)
                .map((row, context) -> parse(row.getBytes("entry")))
                .list();
    }

    private static AuditEntry parse(byte[] entry) {
        try {
            return AuditEntry.parse(entry);
        } catch (MalformedException e) {
            throw new DamagedRecordException("audit.entry is not in the form of an entry", e);
        }
    }
}
