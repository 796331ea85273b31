package dev.latchkey.server.store.jdbc;

import java.sql.SQLException;
import org.flywaydb.core.api.FlywayException;

/** What PostgreSQL, or the way to it, said where a failure came from there. */
enum PostgresFailure {
    /** Two transactions met, and this one was undone for the other: to be run again. */
    COLLIDED,
    /** Something was to be written under a data key that another server has closed: to be run again with the new one. */
    CLOSED_KEY,
    /** The connection is gone, or leads to a server that is no primary any more: to be run again on another one. */
    LOST,
    /** A lock or a statement took longer than it may, or the database takes no more connections. */
    BUSY,
    /** The database does not let this user in. */
    LOGIN_REFUSED,
    /** The user may not do what was tried. */
    NO_RIGHTS,
    /** A table or value is not as it was made. */
    DAMAGED,
    /** The database can't go on: no room, no file, an error of its own. */
    FAILED;

    static PostgresFailure of(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql && sql.getSQLState() != null) {
                return of(sql.getSQLState());
            }
        }
        return failure instanceof FlywayException ? DAMAGED : FAILED;
    }

    /** By SQLSTATE: PostgreSQL 15, appendix A; its first two characters are the class. */
    private static PostgresFailure of(String state) {
        return switch (state) {
            case "40001", "40P01" -> COLLIDED;
            // of this version's own triggers
            case "LK001" -> CLOSED_KEY;
            // read-only; going down, crashed, starting up; dropped while idle
            case "25006", "57P01", "57P02", "57P03", "25P03", "57P05" -> LOST;
            case "55P03", "57014", "53300" -> BUSY;
            case "42501" -> NO_RIGHTS;
            case "3D000" -> LOGIN_REFUSED;
            default -> ofClass(state.substring(0, 2));
        };
    }

    private static PostgresFailure ofClass(String kind) {
        return switch (kind) {
            case "08" -> LOST;
            case "28" -> LOGIN_REFUSED;
            // a name, a type, a constraint or a value that a statement relies on
            case "22", "23", "42" -> DAMAGED;
            default -> FAILED;
        };
    }
}
