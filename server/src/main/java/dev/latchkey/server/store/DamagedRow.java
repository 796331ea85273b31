package dev.latchkey.server.store;

/**
 * One row of a database that is not as a server wrote it, for an operator. It names places and identifiers; it holds
 * nothing of any value.
 *
 * @param table the table
 * @param column the column; empty if it is the row as a whole
 * @param row what keys the row in its table beside its owner, in hexadecimal or decimal; empty if nothing does
 * @param user the owner's user id, as logs name it too; empty if it has none
 * @param kind how it is damaged
 * @param what the same in plain words, as the end of a sentence
 */
public record DamagedRow(String table, String column, String row, String user, Kind kind, String what) {

    /** How a row can be damaged, and what an operator can do about it. */
    public enum Kind {
        /** A sealed value was changed, moved here from elsewhere, or sealed under a key that is not there. */
        DOES_NOT_OPEN(
                "Its owner is refused what stands there, and nobody is shown anything wrong. Bring the row back from a"
                        + " backup that is not older than its last change."),
        /** What stands there does not belong together with the owner's log: mostly an older value that was put back. */
        NOT_AS_LOGGED(
                "The owner's own devices refuse it. Bring the whole owner back from one backup, all tables alike, and"
                        + " find out who writes to the database beside the server."),
        /** The owner's log itself. */
        BROKEN_LOG(
                "The owner's own devices refuse this log. Bring the whole owner back from one backup, all tables alike."),
        /** A row that something else has to stand beside. */
        UNRELATED("Bring the rows that belong together back from one backup."),
        /** Nothing that was sealed under this key opens. */
        LOST_KEY(
                "Bring the row back from a backup before anything else: all that is sealed under it opens again with it.");

        private final String advice;

        Kind(String advice) {
            this.advice = advice;
        }

        /** What to do, as sentences. */
        public String advice() {
            return advice;
        }
    }
}
