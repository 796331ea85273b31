package dev.latchkey.client;

import dev.latchkey.protocol.DeviceId;
import dev.latchkey.protocol.SessionId;
import java.time.Instant;
import java.util.Optional;

/**
 * An open session of an account, all by the server's word.
 *
 * @param id its identifier
 * @param use what it is for, and so what may be asked in it
 * @param time when it was opened and last used
 * @param device the device it is used from, if the account knew that; it may have been revoked since
 * @param current whether it is the one that this was asked in
 */
public record SessionSummary(SessionId id, Use use, Time time, Optional<DeviceId> device, boolean current) {

    /** What a session is for. */
    public enum Use {
        /** Everything with secrets. */
        SECRETS,
        /** Changing the password or deleting the account. */
        ACCOUNT
    }

    /**
     * When something was done in a session.
     *
     * @param opened when it was opened
     * @param lastUsed when its last request came
     */
    public record Time(Instant opened, Instant lastUsed) {}
}
