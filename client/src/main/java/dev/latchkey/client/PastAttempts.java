package dev.latchkey.client;

import java.time.Instant;
import java.util.Optional;

/**
 * What happened to the account before this login, by the server's clock.
 *
 * @param lastLogin the login before this one
 * @param lastFailure the newest attempt that failed
 * @param failures the failed attempts since the login before this one
 */
public record PastAttempts(Optional<Instant> lastLogin, Optional<Instant> lastFailure, int failures) {

    static PastAttempts read(dev.latchkey.protocol.wire.SessionOpened opened) throws KeyClientException {
        if (opened.getFailuresSinceLastLogin() < 0) {
            throw Answers.unexpected();
        }
        return new PastAttempts(
                WireTime.read(opened.getLastLoginUnixMs()),
                WireTime.read(opened.getLastFailureUnixMs()),
                opened.getFailuresSinceLastLogin());
    }
}
