package dev.latchkey.server.store.jdbc;

import dev.latchkey.server.store.Store;
import dev.latchkey.server.store.StoreOpenException;
import dev.latchkey.server.store.StoreOptions;
import java.util.function.UnaryOperator;
import org.jdbi.v3.core.Jdbi;

/** A real database of its own for one test, which can be opened, closed and opened again. */
interface TestDatabase extends AutoCloseable {

    /** The caller closes the store. */
    Store open(UnaryOperator<StoreOptions> settings) throws StoreOpenException;

    /** Like {@link #open}, with room for one transaction at a time. */
    Store openNarrow(UnaryOperator<StoreOptions> settings) throws StoreOpenException;

    /** A second pair of hands on the durable tables, such as an attacker's or a shell's. */
    Jdbi hands();

    /** Of what waits there now, where the database plans by them. */
    default void takeStatistics() {}

    /** How it is opened. */
    StoreOptions options();

    @Override
    void close();
}
