package dev.latchkey.server.store;

/** One transaction's view of the tables. Valid only inside {@link Store#transact}. */
public interface Transaction {
    /** Milliseconds since 1970 by the database's clock, the same during the whole transaction. */
    long nowMillis();

    GuessLedger ledger();

    /** Writes nothing that has to be flushed to disk. */
    Throughput throughput();

    PendingRegistrations pendingRegistrations();

    /** Those of logins. */
    Handshakes handshakes();

    /** Those of registrations: bounded apart, so that strangers who register never keep owners from logging in. */
    Handshakes registrationHandshakes();

    PasswordChanges passwordChanges();

    Sessions sessions();

    Accounts accounts();

    Devices devices();

    Secrets secrets();

    AuditLog audit();

    Backups backups();
}
