package dev.latchkey.cli;

/** How a command ended, as a shell sees it; the numbers never change their meaning. */
enum ExitCode {
    OK(0),
    ERROR(1),
    USAGE(2),
    /** The session ended, or no account or server was given. */
    NO_SESSION(3),
    /** Wrong password, or locked out for a time. */
    WRONG_PASSWORD(4),
    NOT_FOUND(5),
    CONFLICT(6),
    /** The server can't be reached, or asks to come back later. */
    UNREACHABLE(7),
    /** Something on the way or at the server is not what it must be. */
    INTEGRITY(8),
    /** A key that a server was given is not to be used: starting it again does not help, and might lock a token. */
    KEY_REFUSED(9);

    private final int number;

    ExitCode(int number) {
        this.number = number;
    }

    int number() {
        return number;
    }
}
