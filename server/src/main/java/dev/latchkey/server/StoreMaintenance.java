package dev.latchkey.server;

import dev.latchkey.server.seal.KeyWrapper;
import dev.latchkey.server.seal.RootKeyException;
import dev.latchkey.server.seal.RootKeySource;
import dev.latchkey.server.store.KeyRotation;
import dev.latchkey.server.store.KeyRotation.Progress;
import dev.latchkey.server.store.KeyRotation.RootKeyChanged;
import dev.latchkey.server.store.KeyRotation.Status;
import dev.latchkey.server.store.Store;
import dev.latchkey.server.store.StoreCheck;
import dev.latchkey.server.store.StoreCheck.Summary;
import dev.latchkey.server.store.StoreOpenException;
import dev.latchkey.server.store.StoreUnavailableException;
import dev.latchkey.server.store.jdbc.Stores;
import java.util.HexFormat;
import java.util.function.Consumer;

/**
 * What an operator does to a server's database beside the server. A SQLite file has one owner, so its server is stopped; over
 * PostgreSQL servers may run.
 */
public final class StoreMaintenance {
    private final ServerOptions options;

    /** @param options of the server */
    public StoreMaintenance(ServerOptions options) {
        this.options = options;
    }

    /**
     * Opens every sealed value, holds every row against its owner's log, and changes nothing.
     *
     * @param check is told what is found
     */
    public Summary check(StoreCheck check) throws ServerStartException {
        try (KeyWrapper rootKey = ServerStorage.loadRootKey(options)) {
            return Stores.check(ServerStorage.storeOptions(options, rootKey), check);
        } catch (StoreOpenException refused) {
            throw ServerStorage.refused(refused);
        }
    }

    /**
     * Looks, before a root key is made for it, whether there is a database; changes nothing.
     *
     * @param isUnderThisRootKey whether it must open under the root key of the options
     */
    public void requireThere(boolean isUnderThisRootKey) throws ServerStartException {
        try {
            if (!isUnderThisRootKey) {
                Stores.requireThere(options.storage());
                return;
            }
            try (KeyWrapper rootKey = ServerStorage.loadRootKey(options)) {
                Stores.requireExisting(ServerStorage.storeOptions(options, rootKey));
            }
        } catch (StoreOpenException refused) {
            throw ServerStorage.refused(refused);
        }
    }

    /** Wraps all data keys under another root key, in one transaction. Once that is done, the one before need not be there. */
    public RootKeyChanged changeRootKey(RootKeySource to) throws ServerStartException, RootKeyException {
        try (KeyWrapper next = to.open(options.random())) {
            return new RootKeyChanged(change(next), HexFormat.of().formatHex(next.fingerprint()));
        } catch (StoreOpenException refused) {
            throw ServerStorage.refused(refused);
        }
    }

    private boolean change(KeyWrapper next) throws ServerStartException, StoreOpenException {
        KeyWrapper rootKey;
        try {
            rootKey = ServerStorage.loadRootKey(options);
        } catch (ServerStartException notThere) {
            requireUnder(next, notThere);
            return false;
        }
        try (rootKey) {
            return Stores.changeRootKey(ServerStorage.storeOptions(options, rootKey), next);
        }
    }

    /** @param otherwise what is wrong if the database is not under that root key */
    private void requireUnder(KeyWrapper rootKey, ServerStartException otherwise)
            throws ServerStartException, StoreOpenException {
        try {
            Stores.changeRootKey(ServerStorage.storeOptions(options, rootKey), rootKey);
        } catch (StoreOpenException e) {
            if (e.reason() == StoreOpenException.Reason.ROOT_KEY_MISMATCH) {
                otherwise.addSuppressed(e);
                throw otherwise;
            }
            throw e;
        }
    }

    /** The data keys, and how far their last renewal has come. */
    public Status dataKeys() throws ServerStartException, StoreUnavailableException {
        try (ServerStorage storage = ServerStorage.openExisting(options)) {
            return storage.store().keyRotation().status();
        }
    }

    /**
     * Renews the data key, or goes on with a renewal that did not end.
     *
     * @param listener is told of every step
     * @return where it ended
     */
    public Progress renewDataKey(Consumer<Progress> listener) throws ServerStartException, StoreUnavailableException {
        try (ServerStorage storage = ServerStorage.openExisting(options)) {
            return renew(storage.store(), listener);
        }
    }

    private static Progress renew(Store store, Consumer<Progress> listener) throws StoreUnavailableException {
        KeyRotation rotation = store.keyRotation();
        Progress progress = rotation.begin();
        listener.accept(progress);
        while (!progress.state().ends()) {
            progress = rotation.step();
            listener.accept(progress);
        }
        return progress;
    }
}
