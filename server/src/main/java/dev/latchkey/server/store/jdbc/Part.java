package dev.latchkey.server.store.jdbc;

import dev.latchkey.server.store.StoreUnavailableException;

/**
 * One caller's transaction on its way to a {@link SharedCommit}: what it is to do, and what came of it. Whoever leads the queue
 * works on it; the caller gets the outcome when it has ended.
 */
final class Part<T, E extends Exception> extends WriterQueue.Entry {
    private final Work<T, E> work;
    private T result;
    private Throwable failure;

    /** What is to be done in the transaction. */
    @FunctionalInterface
    interface Work<T, E extends Exception> {
        T in(JdbcTransaction transaction) throws E;
    }

    Part(Work<T, E> work) {
        this.work = work;
    }

    void run(JdbcTransaction transaction) throws E {
        result = work.in(transaction);
    }

    /** Instead of whatever it has come to so far, which nobody gets to see. */
    void fail(Throwable why) {
        UnseenResult.discard(result);
        result = null;
        failure = why;
    }

    /** Once it has ended. Work throws nothing that is checked but E, and the store nothing but what it says. */
    @SuppressWarnings("unchecked")
    T outcome() throws E, StoreUnavailableException {
        if (failure instanceof StoreUnavailableException unavailable) {
            throw unavailable;
        }
        if (failure instanceof RuntimeException unchecked) {
            throw unchecked;
        }
        if (failure instanceof Error error) {
            throw error;
        }
        if (failure != null) {
            throw (E) failure;
        }
        return result;
    }
}
