package dev.latchkey.e2e.interop;

import java.util.Optional;

/** One implementation's server; all messages and keys are hexadecimal. */
interface ServerSide {

    String respond(String registrationRequest);

    /** A login at the account of {@code record}, or at an unknown account if there is none. */
    Handshake handshake(Setting setting, Optional<String> record);

    /** One login, in two steps. */
    interface Handshake {

        /** From KE1 to KE2. */
        String start(String ke1);

        /** From KE3 to the session key, or nothing if the server refuses. */
        Optional<String> finish(String ke3);
    }
}
