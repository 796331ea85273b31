package dev.latchkey.server.ops;

import dev.latchkey.server.store.Deployment;
import dev.latchkey.server.store.KeyRotation;
import dev.latchkey.server.store.Store;
import dev.latchkey.server.store.StoreUnavailableException;
import java.util.Optional;

/** What stores around a store leave to it: all but transactions. */
abstract class ForwardingStore implements Store {
    /** The one within. */
    final Store store;

    ForwardingStore(Store store) {
        this.store = store;
    }

    @Override
    public final Deployment deployment() {
        return store.deployment();
    }

    @Override
    public final KeyRotation keyRotation() {
        return store.keyRotation();
    }

    @Override
    public final Optional<String> hindrance() throws StoreUnavailableException {
        return store.hindrance();
    }

    @Override
    public final Optional<ConnectionsInUse> connections() {
        return store.connections();
    }

    @Override
    public void purge() throws StoreUnavailableException {
        store.purge();
    }

    @Override
    public final void close() {
        store.close();
    }
}
