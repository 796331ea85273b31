package dev.latchkey.server.store.jdbc;

import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/** What SQLite said, where a failure came from it. */
enum SqliteFailure {
    /** Another program holds a lock on the file; nothing was done. */
    BUSY,
    /** The file is not a SQLite database. */
    NO_DATABASE,
    /** The file, or what a statement expects in it, is not as SQLite left it. */
    DAMAGED,
    /** The file can't be opened, read or written, or there is no room. */
    NO_ACCESS;

    private static final int PRIMARY = 0xff;

    /** A failure that is not SQLite's own is damage: a migration or a value that is not what it was. */
    static SqliteFailure of(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLiteException sqlite) {
                return of(sqlite.getResultCode());
            }
        }
        return DAMAGED;
    }

    private static SqliteFailure of(SQLiteErrorCode result) {
        // The lowest byte is the kind of error; what stands above it says where it happened.
        int kind = result.code & PRIMARY;
        if (kind == SQLiteErrorCode.SQLITE_BUSY.code || kind == SQLiteErrorCode.SQLITE_LOCKED.code) {
            return BUSY;
        }
        if (kind == SQLiteErrorCode.SQLITE_NOTADB.code) {
            return NO_DATABASE;
        }
        boolean unexpected = kind == SQLiteErrorCode.SQLITE_CORRUPT.code
                || kind == SQLiteErrorCode.SQLITE_ERROR.code
                || kind == SQLiteErrorCode.SQLITE_MISMATCH.code
                || kind == SQLiteErrorCode.SQLITE_CONSTRAINT.code;
        return unexpected ? DAMAGED : NO_ACCESS;
    }
}
