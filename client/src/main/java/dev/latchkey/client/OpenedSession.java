package dev.latchkey.client;

import dev.latchkey.protocol.DeviceId;
import dev.latchkey.protocol.MalformedException;
import dev.latchkey.protocol.UserId;
import java.time.Instant;
import java.util.Optional;

/**
 * What the server says when a session opens.
 *
 * @param userId the account's identifier
 * @param limits how long the session lasts and how much it carries
 * @param audit where the account's audit chain stands
 * @param attempts what happened to the account before
 * @param device this device, if the account knows it and took the guess from its own budget
 */
public record OpenedSession(
        UserId userId, SessionLimits limits, AuditHead audit, PastAttempts attempts, Optional<DeviceId> device) {

    /** The login before this one. */
    public Optional<Instant> lastLogin() {
        return attempts.lastLogin();
    }

    /** The newest attempt that failed. */
    public Optional<Instant> lastFailure() {
        return attempts.lastFailure();
    }

    /** The failed attempts since the login before this one. */
    public int failures() {
        return attempts.failures();
    }

    static OpenedSession read(dev.latchkey.protocol.wire.SessionOpened opened) throws KeyClientException {
        if (!opened.hasAudit()) {
            throw Answers.unexpected();
        }
        try {
            return new OpenedSession(
                    UserId.parse(opened.getUserId().toByteArray()),
                    SessionLimits.read(opened.getLimits()),
                    AuditHead.read(opened.getAudit()),
                    PastAttempts.read(opened),
                    opened.hasDeviceId()
                            ? Optional.of(DeviceId.of(opened.getDeviceId().toByteArray()))
                            : Optional.empty());
        } catch (MalformedException e) {
            throw Answers.unexpected();
        }
    }
}
