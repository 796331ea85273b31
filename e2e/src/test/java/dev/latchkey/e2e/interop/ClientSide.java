package dev.latchkey.e2e.interop;

import java.util.Optional;

/** One implementation's client. */
interface ClientSide {

    Registered register(Setting setting, ServerSide server);

    /** Empty if the client refuses what the server sent. */
    Optional<LoggedIn> login(Setting setting, String words, ServerSide.Handshake handshake);

    /** What the client has after a registration; hexadecimal. */
    record Registered(String record, String exportKeyHex, String serverPublicKey) {}

    /** What the client has after a login; hexadecimal. */
    record LoggedIn(String ke3, String sessionKeyHex, String exportKeyHex, String serverPublicKey) {}
}
