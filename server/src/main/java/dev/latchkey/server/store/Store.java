package dev.latchkey.server.store;

import java.util.Optional;

/** The key server's memory: every change is one transaction, durable when the call returns. */
public interface Store extends AutoCloseable {
    /**
     * Runs {@code work} in one transaction: committed when it returns, rolled back when it throws. Work may run again
     * from the start when the database asks for it, and in any thread, so it must not act outside the transaction.
     *
     * @throws StoreUnavailableException if nothing was changed, or if it is not known whether the commit arrived
     */
    <T, E extends Exception> T transact(Work<T, E> work) throws E, StoreUnavailableException;

    /**
     * Runs two transactions, one after the other: what {@code first} has changed stays, whatever becomes of {@code second}. Where
     * one has to wait for one's turn, this waits once.
     *
     * @param first gives false if there is to be no second
     * @return what {@code second} gave; empty without it
     * @throws StoreUnavailableException like {@link #transact}, of either
     */
    default <T, E extends Exception> Optional<T> transactTwice(Work<Boolean, E> first, Work<T, E> second)
            throws E, StoreUnavailableException {
        return transact(first) ? Optional.of(transact(second)) : Optional.empty();
    }

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

    /** How the connections to a database that is elsewhere are used now; empty where there are none. */
    default Optional<ConnectionsInUse> connections() {
        return Optional.empty();
    }

    /**
     * Why calls can't be served though the database answers, in a few words that name nobody; empty if they can. Looks whether that
     * is still so.
     */
    default Optional<String> hindrance() throws StoreUnavailableException {
        return Optional.empty();
    }

    /** The renewal of the keys that the store's values are sealed under. */
    KeyRotation keyRotation();

    @Override
    void close();

    /**
     * Connections to a database.
     *
     * @param active at work
     * @param idle open, and nobody uses them
     * @param waiting transactions that wait for one
     * @param most there may be
     */
    record ConnectionsInUse(int active, int idle, int waiting, int most) {}

    /** A unit of work. */
    @FunctionalInterface
    interface Work<T, E extends Exception> {
        T in(Transaction transaction) throws E;
    }
}
