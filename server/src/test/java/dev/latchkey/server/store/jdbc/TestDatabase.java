package dev.latchkey.server.store.jdbc;

import dev.latchkey.server.store.Store;
import dev.latchkey.server.store.StoreOpenException;
import dev.latchkey.server.store.StoreOptions;
import java.util.function.UnaryOperator;

/** A real database of its own for one test, which can be opened, closed and opened again. */
interface TestDatabase extends AutoCloseable {

    /** The caller closes the store. */
    Store open(UnaryOperator<StoreOptions> settings) throws StoreOpenException;

    /** Like {@link #open}, with room for one transaction at a time. */
    Store openNarrow(UnaryOperator<StoreOptions> settings) throws StoreOpenException;

    @Override
    void close();
}
