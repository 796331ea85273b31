package dev.latchkey.server.store;

/** The key server's memory: every change is one transaction, durable when the call returns. */
public interface Store extends AutoCloseable {
    /**
     * Runs {@code work} in one transaction: committed when it returns, rolled back when it throws. Work may run again
     * from the start when the database asks for it, so it must not act outside the transaction.
     *
     * @throws StoreUnavailableException if nothing was changed, or if it is not known whether the commit arrived
     */
    <T, E extends Exception> T transact(Work<T, E> work) throws E, StoreUnavailableException;

    /**
     * Runs {@code work}, which must change nothing, on the store as it is at one moment. It may run again like that of
     * {@link #transact}.
     *
     * @throws StoreUnavailableException if the store can't be read
     */
    <T, E extends Exception> T view(Work<T, E> work) throws E, StoreUnavailableException;

    /** What was fixed at the first start. Owned by the store, wiped when it closes. */
    Deployment deployment();

    /**
     * Removes a bounded number of expired rows, and what erased bytes the database's own files may still hold; called now
     * and then.
     *
     * @throws StoreUnavailableException also if erased bytes could not be removed yet; they are tried again at every call
     */
    void purge() throws StoreUnavailableException;

    @Override
    void close();

    /** A unit of work. */
    @FunctionalInterface
    interface Work<T, E extends Exception> {
        T in(Transaction transaction) throws E;
    }
}
