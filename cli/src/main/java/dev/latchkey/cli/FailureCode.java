package dev.latchkey.cli;

import java.util.Locale;

/** What went wrong, under the name that {@code --json} prints; names and exit codes never change. */
enum FailureCode {
    USAGE(ExitCode.USAGE),
    INVALID_INPUT(ExitCode.USAGE),
    INVALID_CONFIGURATION(ExitCode.USAGE),
    FILE_UNREADABLE(ExitCode.ERROR),
    FILE_UNWRITABLE(ExitCode.ERROR),
    FILE_EXISTS(ExitCode.CONFLICT),
    NO_SERVER(ExitCode.NO_SESSION),
    NO_ACCOUNT(ExitCode.NO_SESSION),
    SESSION_ENDED(ExitCode.NO_SESSION),
    WRONG_PASSWORD(ExitCode.WRONG_PASSWORD),
    LOCKED_OUT(ExitCode.WRONG_PASSWORD),
    NOT_FOUND(ExitCode.NOT_FOUND),
    NAME_TAKEN(ExitCode.CONFLICT),
    LABEL_EXISTS(ExitCode.CONFLICT),
    CONFLICT(ExitCode.CONFLICT),
    /** Somebody else has the same done at this moment. */
    UNDER_WAY(ExitCode.CONFLICT),
    LIMIT_REACHED(ExitCode.ERROR),
    UNREACHABLE(ExitCode.UNREACHABLE),
    THROTTLED(ExitCode.UNREACHABLE),
    UNTRUSTED_SERVER(ExitCode.INTEGRITY),
    WEAK_SERVER_PARAMETERS(ExitCode.INTEGRITY),
    INTEGRITY(ExitCode.INTEGRITY),
    SERVER_CHANGED(ExitCode.INTEGRITY),
    ROLLED_BACK(ExitCode.INTEGRITY),
    MEMORY_UNUSABLE(ExitCode.INTEGRITY),
    BACKUP_DAMAGED(ExitCode.INTEGRITY),
    WRONG_RECOVERY_CODE(ExitCode.WRONG_PASSWORD),
    NO_CLIPBOARD(ExitCode.ERROR),
    CANCELLED(ExitCode.ERROR),
    REFUSED(ExitCode.ERROR),
    ADDRESS(ExitCode.ERROR),
    ADMIN_SOCKET(ExitCode.ERROR),
    CERTIFICATE(ExitCode.ERROR),
    OPEN_PERMISSIONS(ExitCode.KEY_REFUSED),
    ROOT_KEY(ExitCode.ERROR),
    ROOT_KEY_REFUSED(ExitCode.KEY_REFUSED),
    STORAGE(ExitCode.ERROR),
    INTERNAL(ExitCode.ERROR);

    private final ExitCode exitCode;

    FailureCode(ExitCode exitCode) {
        this.exitCode = exitCode;
    }

    ExitCode exitCode() {
        return exitCode;
    }

    /** The stable name, in lower case with underscores. */
    String id() {
        return name().toLowerCase(Locale.ROOT);
    }
}
