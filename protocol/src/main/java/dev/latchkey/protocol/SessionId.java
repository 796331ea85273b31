package dev.latchkey.protocol;

import java.security.SecureRandom;

/** Names one session of any kind; chosen by the server, and worthless without the session's keys. */
public final class SessionId extends Identifier {

    private static final int SHOWN_DIGITS = 8;

    private SessionId(byte[] bytes) {
        super(bytes);
    }

    /**
     * Takes 16 bytes; copies them.
     *
     * @throws IllegalArgumentException if there are not 16
     */
    public static SessionId of(byte[] bytes) {
        return new SessionId(bytes);
    }

    /** Makes a new one. */
    public static SessionId random(SecureRandom random) {
        return new SessionId(randomBytes(random));
    }

    /** The first 4 bytes in hexadecimal: enough to follow a session through a log, too little to name it to a server. */
    @Override
    public String toString() {
        return hex().substring(0, SHOWN_DIGITS) + "…";
    }
}
