package dev.latchkey.server.store;

/**
 * A store can't be opened or changed; nothing in it was changed, but perhaps for {@link Reason#COMMIT_UNKNOWN}. Its text tells the
 * operator why and what to do.
 */
public final class StoreOpenException extends Exception {
    private static final long serialVersionUID = 1L;

    private final Reason reason;

    /** @param database which one, for an operator */
    public StoreOpenException(Reason reason, String database, Throwable cause) {
        super(
                "The database " + database + " " + reason.text
                        + (reason == Reason.NO_ROOT_KEY ? " What was said: " + cause.getMessage() + "." : ""),
                cause);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }

    /** Why. */
    public enum Reason {
        ROOT_KEY_MISMATCH(
                "was made under another root key. Start the server with the root key file that belongs to it; it"
                        + " was not changed."),
        NEWER_SCHEMA(
                "was written by a newer version of this server. Start that version, or bring back a backup from before"
                        + " the upgrade; it was not changed."),
        MISSING("is not there. Check its name; nothing was made."),
        OLDER_SCHEMA(
                "has the tables of an older version. Bring them to this version's form first: latchkey server migrate."),
        DAMAGED("is damaged: what it says of itself can't be read, or does not open under its root key. It was not"
                + " changed; bring it back from a backup."),
        FOREIGN("is not a database of this server. Name another file; it was not changed."),
        NOT_EMPTY("is not empty. A backup is only brought back into one that is; it was not changed."),
        NOT_OWNED(
                "would refuse a row of it that is damaged, and takes it only from the user who owns its tables. Bring the"
                        + " backup back as that user; nothing of it was kept."),
        NOT_WRITABLE(
                "can't be written. Check that the server's user may write to its folder and to the file, and that the"
                        + " disk is not full."),
        IN_USE("is in use by another process. Stop that one first: two servers must not share a database file."),
        NO_ROOT_KEY("can't be opened: what keeps its root key does not answer, or refuses. It was not changed."),
        USELESS_ROOT_KEY(
                "stays under the root key it is under: what the new one wraps does not open under it again. Let the new one"
                        + " decrypt as well as encrypt; nothing was changed."),
        NAMESAKE_ROOT_KEY(
                "stays under the root key it is under: the new one has its name, and does not open all that is wrapped under it."
                        + " If they are two keys, give the new one another name, or servers that run could not tell them apart."
                        + " If they are one, a data key is damaged: latchkey server verify says which. Nothing was changed."),
        COMMIT_UNKNOWN(
                "did not say whether it was changed. Keep both root keys, the one before and the new one, until the same"
                        + " command, given again, has said which one is good."),
        BUSY(
                "is busy: others hold what is to be changed. Find out whose transaction does not end, and give the same command"
                        + " again; nothing was changed."),
        UNREACHABLE(
                "can't be reached, or has no primary now. Check its address and that it runs; nothing in it was changed."),
        LOGIN_REFUSED(
                "does not let this server in. Check user, password and the database's name; nothing in it was changed."),
        NO_RIGHTS(
                "does not allow its user what is needed. To make or change tables, run latchkey server migrate as a user who"
                        + " may; nothing was changed."),
        NOT_LOCAL(
                "is on a network file system, which can't keep what a database file needs. Put it on a disk of this machine,"
                        + " or use PostgreSQL; nothing was changed."),
        NOT_PRIVATE("is on a file system that can't keep it from others. Put it on one with POSIX permissions.");

        private final String text;

        Reason(String text) {
            this.text = text;
        }
    }
}
