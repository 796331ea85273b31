package dev.latchkey.server.store.jdbc;

/**
 * When the write-ahead log has to be emptied: it holds whole pages as they were, so what a transaction erased is still to
 * be read there. Soon after that transaction, yet not before everybody who is waiting had a turn, unless there are too
 * many of them. Used only with the writer's turn.
 */
final class LogTruncation {
    /** So many transactions that came in between are let past. */
    static final int LONGEST_DELAY = 16;

    private boolean due;
    private int letPast;

    /** A transaction is about to be committed. */
    void transactionEnds(boolean hasErased) {
        if (due) {
            letPast++;
        }
        due |= hasErased;
    }

    boolean isDue() {
        return due;
    }

    boolean isDueNow(boolean othersWait) {
        return due && (!othersWait || letPast >= LONGEST_DELAY);
    }

    void done() {
        due = false;
        letPast = 0;
    }
}
