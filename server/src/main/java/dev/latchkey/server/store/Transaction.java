package dev.latchkey.server.store;

/** One transaction's view of the tables. Valid only inside {@link Store#transact}. */
public interface Transaction {
    /** Milliseconds since 1970 by the database's clock, the same during the whole transaction. */
    long nowMillis();

    GuessLedger ledger();

    PendingRegistrations pendingRegistrations();

    Handshakes handshakes();

    Sessions sessions();

    Accounts accounts();

    Secrets secrets();

    AuditLog audit();
}
