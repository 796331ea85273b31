package dev.latchkey.server.store.jdbc;

import dev.latchkey.server.store.KeyRotation;
import dev.latchkey.server.store.StoreUnavailableException;

/** The renewal of the data key, on one store that is open: after what changes keys, its own are those of the database. */
final class StoreKeyRotation implements KeyRotation {
    private final Transactions transactions;

    /** Runs work in a transaction of the store. */
    @FunctionalInterface
    interface Transactions {
        <T> T run(Work<T> work) throws StoreUnavailableException;
    }

    /** What is to be done in it. */
    @FunctionalInterface
    interface Work<T> {
        T in(JdbcTransaction transaction);
    }

    StoreKeyRotation(Transactions transactions) {
        this.transactions = transactions;
    }

    @Override
    public Status status() throws StoreUnavailableException {
        return transactions.run(transaction -> transaction.keyRotation().status());
    }

    @Override
    public synchronized Progress begin() throws StoreUnavailableException {
        Progress progress =
                transactions.run(transaction -> transaction.keyRotation().begin());
        refresh();
        return progress;
    }

    @Override
    public synchronized Progress step() throws StoreUnavailableException {
        Progress progress =
                transactions.run(transaction -> transaction.keyRotation().step());
        if (progress.state() == State.DONE) {
            refresh();
        }
        return progress;
    }

    /** In a transaction of its own: keys that it finds are committed. Nobody else here changes any meanwhile. */
    private void refresh() throws StoreUnavailableException {
        transactions.run(transaction -> {
            transaction.refreshDataKeys();
            return null;
        });
    }
}
