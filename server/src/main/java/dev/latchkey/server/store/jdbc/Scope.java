package dev.latchkey.server.store.jdbc;

import dev.latchkey.protocol.UserId;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jdbi.v3.core.Handle;

/** What the tables share inside one transaction. Of no use once it has ended. */
final class Scope implements AutoCloseable {
    private final Handle handle;
    private final Dialect dialect;
    private final long nowMillis;
    private final DataKeyRing durable;
    private final Sealing passing;
    private final Set<UserId> held = new HashSet<>();
    private final LogEnds logEnds = new LogEnds();
    private boolean erased;
    private boolean ended;

    /**
     * @param durable seals what stays
     * @param passing seals what a restart ends
     */
    Scope(Handle handle, Dialect dialect, long nowMillis, DataKeyRing durable, Sealing passing) {
        this.handle = handle;
        this.dialect = dialect;
        this.nowMillis = nowMillis;
        this.durable = durable;
        this.passing = passing;
    }

    Handle handle() {
        if (ended) {
            throw new IllegalStateException("the transaction has ended");
        }
        return handle;
    }

    Dialect dialect() {
        return dialect;
    }

    /** Lets nobody else change anything of this owner's before the transaction ends; every change begins with it. */
    void hold(UserId user) {
        if (dialect.lock().isEmpty() || !held.add(user)) {
            return;
        }
        handle().createQuery("SELECT 1 FROM accounts WHERE user_id = :user <lock>")
                .define("lock", dialect.lock())
                .bind("user", user.toByteArray())
                .mapTo(int.class)
                .findOne();
    }

    /** Like {@link #hold}, for several owners; in one order, so that nobody who does the same gets in between. */
    void holdAll(List<UserId> users) {
        if (dialect.lock().isEmpty()) {
            return;
        }
        handle().createQuery("SELECT 1 FROM accounts WHERE user_id IN (<users>) ORDER BY user_id <lock>")
                .define("lock", dialect.lock())
                .bindList("users", users.stream().map(UserId::toByteArray).toList())
                .mapTo(int.class)
                .list();
        held.addAll(users);
    }

    LogEnds logEnds() {
        return logEnds;
    }

    long nowMillis() {
        return nowMillis;
    }

    DataKeyRing durable() {
        return durable;
    }

    Sealing passing() {
        return passing;
    }

    /** Something was overwritten or deleted that its owner must be rid of. */
    void erased() {
        erased = true;
    }

    boolean hasErased() {
        return erased;
    }

    @Override
    public void close() {
        ended = true;
    }
}
