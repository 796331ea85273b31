package dev.latchkey.client;

import java.time.Duration;

/**
 * How long a session lasts and how much it carries; the server ends it at whichever bound it meets first.
 *
 * @param idle without a request
 * @param lifetime in all
 * @param maxRequests in all
 * @param maxMessageBytes in one request or answer
 */
public record SessionLimits(Duration idle, Duration lifetime, long maxRequests, int maxMessageBytes) {

    static SessionLimits read(dev.latchkey.protocol.wire.Limits limits) throws KeyClientException {
        // Unsigned on the wire: what is negative here is more than anybody means.
        if (limits.getIdleMs() < 0
                || limits.getLifetimeMs() < 0
                || limits.getMaxRequests() < 0
                || limits.getMaxMessageBytes() < 0) {
            throw Answers.unexpected();
        }
        return new SessionLimits(
                Duration.ofMillis(limits.getIdleMs()),
                Duration.ofMillis(limits.getLifetimeMs()),
                limits.getMaxRequests(),
                limits.getMaxMessageBytes());
    }
}
