package dev.latchkey.server.store;

/** Is told what a check of a whole store finds, while it goes on. */
public interface StoreCheck {

    void damaged(DamagedRow row);

    /** So many accounts of {@code total} are done; called now and then. */
    void progress(long accounts, long total);

    /**
     * What was looked at.
     *
     * @param accounts owners
     * @param values sealed values that were opened, or should have been
     * @param entries entries of logs
     * @param damaged rows that were reported, a row for each of its columns
     */
    record Summary(long accounts, long values, long entries, long damaged) {}
}
