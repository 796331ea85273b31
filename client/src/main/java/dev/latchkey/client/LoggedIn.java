package dev.latchkey.client;

/**
 * An open session with a proven storage key, which whoever receives it closes.
 *
 * @param channel carries its requests
 * @param logged the same channel, its answers held against the account's log
 * @param storageKey locked
 * @param facts what the server said when it opened
 * @param known what the server is recognised by, and what is remembered of the account
 */
record LoggedIn(
        SealedChannel channel, LoggedChannel logged, LockedStorageKey storageKey, OpenedSession facts, Known known)
        implements AutoCloseable {

    /**
     * What outlives the session.
     *
     * @param server what the server showed itself to be
     * @param memory writes down how far the log was verified
     * @param device what this device showed of itself
     */
    record Known(ServerIdentity server, SessionMemory memory, ThisDevice device) {}

    /** Wipes the session's keys after writing down what was verified and telling the server, if it can be told. */
    @Override
    public void close() {
        storageKey.close();
        known.memory().close();
        channel.hangUp();
    }
}
