package dev.latchkey.server.store.jdbc;

import org.jdbi.v3.core.Handle;

/** What the tables share inside one transaction. Of no use once it has ended. */
final class Scope implements AutoCloseable {
    private final Handle handle;
    private final long nowMillis;
    private final Sealing durable;
    private final Sealing passing;
    private boolean erased;
    private boolean ended;

    /**
     * @param durable seals what stays
     * @param passing seals what a restart ends
     */
    Scope(Handle handle, long nowMillis, Sealing durable, Sealing passing) {
        this.handle = handle;
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

    long nowMillis() {
        return nowMillis;
    }

    Sealing durable() {
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
