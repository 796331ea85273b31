package dev.latchkey.server.rpc;

import dev.latchkey.protocol.wire.Limits;
import java.time.Duration;

/**
 * How long things live and how much of them there may be.
 *
 * @param handshake between KE2 and KE3
 * @param registration from the first step of a registration to its end
 * @param idle after which a session nobody uses is closed
 * @param lifetime after which a session is closed whatever happens
 * @param requests accepted in one session
 * @param sessionsPerUser open at once; one more closes the one idle longest
 */
public record SessionLimits(
        Duration handshake,
        Duration registration,
        Duration idle,
        Duration lifetime,
        int requests,
        int sessionsPerUser) {

    /** Largest body of a sealed message in bytes. */
    static final int MAX_MESSAGE_BYTES = 1 << 20;

    public static final SessionLimits DEFAULT = new SessionLimits(
            Duration.ofSeconds(60), Duration.ofMinutes(2), Duration.ofMinutes(5), Duration.ofHours(1), 1000, 16);

    /** What an opened session tells its client. */
    Limits ofRequestSession() {
        return Limits.newBuilder()
                .setIdleMs(idle.toMillis())
                .setLifetimeMs(lifetime.toMillis())
                .setMaxRequests(requests)
                .setMaxMessageBytes(MAX_MESSAGE_BYTES)
                .build();
    }

    /** A registration session takes one request and lives as long as a pending registration. */
    Limits ofRegistrationSession() {
        return Limits.newBuilder()
                .setIdleMs(registration.toMillis())
                .setLifetimeMs(registration.toMillis())
                .setMaxRequests(1)
                .setMaxMessageBytes(MAX_MESSAGE_BYTES)
                .build();
    }
}
