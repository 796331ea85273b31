package dev.latchkey.server.store.jdbc;

import dev.latchkey.server.seal.KeyWrapper;
import dev.latchkey.server.seal.RootKeyException;
import dev.latchkey.server.seal.RootKeySource;
import dev.latchkey.server.store.KeyRotation;
import dev.latchkey.server.store.StoreOpenException;
import dev.latchkey.server.store.StoreOptions;
import dev.latchkey.server.store.StoreUnavailableException;
import java.util.HexFormat;

/** The renewal of keys, on one store that is open: after what changes keys, its own are those of the database. */
final class StoreKeyRotation implements KeyRotation {
    private final StoreOptions options;
    private final Transactions transactions;

    /** Runs work in a transaction of the store. */
    @FunctionalInterface
    interface Transactions {
        <T, E extends Exception> T run(Work<T, E> work) throws E, StoreUnavailableException;
    }

    /** What is to be done in it. */
    @FunctionalInterface
    interface Work<T, E extends Exception> {
        T in(JdbcTransaction transaction) throws E;
    }

    StoreKeyRotation(StoreOptions options, Transactions transactions) {
        this.options = options;
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

    /** The new one is offered before: who meets the new fingerprint right after the commit finds it. */
    @Override
    public synchronized RootKeyChanged changeRootKey(RootKeySource to)
            throws RootKeyException, StoreOpenException, StoreUnavailableException {
        KeyWrapper next = to.open(options.random());
        String fingerprint = HexFormat.of().formatHex(next.fingerprint());
        options.rootKey().offer(next);
        boolean isNeeded = false;
        try {
            boolean changed = transactions.run(transaction -> transaction.changeRootKey(next));
            isNeeded = changed;
            refresh();
            return new RootKeyChanged(changed, fingerprint);
        } catch (StoreUnavailableException e) {
            isNeeded |= e.reason() == StoreUnavailableException.Reason.COMMIT_UNKNOWN;
            throw e;
        } finally {
            if (!isNeeded) {
                options.rootKey().withdraw(next);
            }
        }
    }

    /** In a transaction of its own: keys that it finds are committed. Nobody else here changes any meanwhile. */
    private void refresh() throws StoreUnavailableException {
        transactions.<Void, RuntimeException>run(transaction -> {
            transaction.refreshDataKeys();
            return null;
        });
    }
}
