package dev.latchkey.server.rpc;

import dev.latchkey.protocol.wire.Limits;
import dev.latchkey.protocol.wire.SessionKind;
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

    private static final Duration LIFETIME_OF_ACCOUNT_SESSION = Duration.ofMinutes(10);
    private static final int REQUESTS_OF_ACCOUNT_SESSION = 32;

    /** What holds for a session of this kind. */
    OfSession of(SessionKind kind) {
        return switch (kind) {
            // One request, and the life of a pending registration.
            case SESSION_KIND_REGISTRATION -> new OfSession(registration, registration, 1);
            case SESSION_KIND_ACCOUNT ->
                new OfSession(
                        idle,
                        lifetime.compareTo(LIFETIME_OF_ACCOUNT_SESSION) < 0 ? lifetime : LIFETIME_OF_ACCOUNT_SESSION,
                        Math.min(requests, REQUESTS_OF_ACCOUNT_SESSION));
            case SESSION_KIND_REQUEST -> new OfSession(idle, lifetime, requests);
            case SESSION_KIND_UNSPECIFIED, UNRECOGNIZED ->
                throw new IllegalArgumentException("a session is of one of the known kinds");
        };
    }

    /**
     * What holds for one session.
     *
     * @param idle after which it is closed if nobody uses it
     * @param lifetime after which it is closed whatever happens
     * @param requests accepted in it
     */
    record OfSession(Duration idle, Duration lifetime, int requests) {

        /** What an opened session tells its client. */
        Limits message() {
            return Limits.newBuilder()
                    .setIdleMs(idle.toMillis())
                    .setLifetimeMs(lifetime.toMillis())
                    .setMaxRequests(requests)
                    .setMaxMessageBytes(MAX_MESSAGE_BYTES)
                    .build();
        }
    }
}
