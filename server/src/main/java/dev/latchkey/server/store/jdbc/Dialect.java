package dev.latchkey.server.store.jdbc;

import org.jdbi.v3.core.Handle;

/** Where the databases do not agree. The statements of the tables are the same for all; these are their gaps. */
interface Dialect {
    /** The database's own clock in Unix milliseconds, as it was when the transaction began. */
    long millis(Handle handle);

    /** Ends a SELECT: nobody else changes the rows before the transaction ends. Empty where nobody else could. */
    String lock();

    /** Like {@link #lock}, but several may hold them so. */
    String lockShared();

    /** Like {@link #lock}, but passes over rows that somebody else holds. */
    String lockFree();

    /** Lets one transaction at a time on from here, until it ends. */
    void takeTurn(Handle handle, String turn);

    /** Waits for those who write under this version of the data key; nobody begins to before the transaction ends. */
    void closeDataKey(Handle handle, int version);

    /** Whether bytes that are written over are gone from where they stood, so that rows have slots with erasure keys. */
    boolean overwrites();

    /** Selects a row's {@code slot} and the {@code erasure_key} in it, both NULL where rows have none. */
    String slotOf(String table);

    /** Stands before VALUES where rows bring numbers that the database draws itself otherwise. */
    String ownNumbers();

    /** Lets the database go on behind the numbers that rows have brought. */
    void continueNumbers(Handle handle);
}
