package dev.latchkey.server.store.jdbc;

import dev.latchkey.server.store.StoreUnavailableException;

/**
 * What one caller wants done in transactions, mostly one, on their way to a {@link SharedCommit}, and what came of it. Whoever
 * leads the queue works on it; the caller gets the outcome when it has ended.
 */
final class Part<T, E extends Exception> extends WriterQueue.Entry {
    private final Work<Boolean, E> first;
    private final Work<T, E> last;
    private boolean goesOn = true;
    private boolean hasFirst;
    private T result;
    private Throwable failure;

    /** What is to be done in the transaction. */
    @FunctionalInterface
    interface Work<T, E extends Exception> {
        T in(JdbcTransaction transaction) throws E;
    }

    private Part(Work<Boolean, E> first, Work<T, E> last) {
        this.first = first;
        this.last = last;
        this.hasFirst = first != null;
    }

    static <T, E extends Exception> Part<T, E> of(Work<T, E> work) {
        return new Part<>(null, work);
    }

    /** Two transactions, the second only if the first gives true. */
    static <T, E extends Exception> Part<T, E> of(Work<Boolean, E> first, Work<T, E> second) {
        return new Part<>(first, second);
    }

    /** Whether there is a transaction left to be done. */
    boolean goesOn() {
        return goesOn && failure == null;
    }

    /** Does the next of its transactions. */
    void run(JdbcTransaction transaction) throws E {
        if (hasFirst) {
            hasFirst = false;
            goesOn = first.in(transaction);
        } else {
            goesOn = false;
            result = last.in(transaction);
        }
    }

    /** Instead of whatever it has come to so far, which nobody gets to see. */
    void fail(Throwable why) {
        UnseenResult.discard(result);
        result = null;
        failure = why;
    }

    /** Ends it with a failure and touches nothing else. */
    void abandon(StoreUnavailableException why) {
        result = null;
        failure = why;
        end();
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
