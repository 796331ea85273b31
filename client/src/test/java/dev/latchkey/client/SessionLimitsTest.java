package dev.latchkey.client;

import static dev.latchkey.client.Loopback.label;
import static dev.latchkey.client.Loopback.name;
import static dev.latchkey.client.Loopback.password;
import static dev.latchkey.client.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.client.KeyClientException.Reason;
import dev.latchkey.client.testserver.Steps;
import dev.latchkey.opaque.SecretBytes;
import dev.latchkey.protocol.Password;
import dev.latchkey.protocol.SecretType;
import dev.latchkey.protocol.wire.SessionOpened;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** What a server says of a session, and what the client makes of it. */
final class SessionLimitsTest {

    private static final Steps NARROW = new Steps() {
        @Override
        protected SessionOpened opened(SessionOpened honest) {
            SessionOpened.Builder opened = honest.toBuilder()
                    .setLastLoginUnixMs(1_700_000_000_000L)
                    .setLastFailureUnixMs(1_700_000_001_000L)
                    .setFailuresSinceLastLogin(3);
            opened.getLimitsBuilder()
                    .setIdleMs(1_000)
                    .setLifetimeMs(60_000)
                    .setMaxRequests(7)
                    .setMaxMessageBytes(1024);
            return opened.build();
        }
    };

    @Test
    void facts_are_what_the_server_said_and_larger_requests_are_not_sent() throws KeyClientException {
        try (Loopback loopback = Loopback.with(NARROW);
                Password password = password("correct horse battery staple")) {
            KeyClient client = loopback.newClient();
            client.register(name("alice"), password);
            try (KeySession session = client.logIn(name("alice"), password);
                    SecretBytes small = SecretBytes.allocate(500);
                    SecretBytes large = SecretBytes.allocate(1024)) {
                assertThat(session.facts().limits())
                        .isEqualTo(new SessionLimits(Duration.ofSeconds(1), Duration.ofMinutes(1), 7, 1024));
                assertThat(session.facts().lastLogin()).contains(Instant.ofEpochSecond(1_700_000_000));
                assertThat(session.facts().lastFailure()).contains(Instant.ofEpochSecond(1_700_000_001));
                assertThat(session.facts().failures()).isEqualTo(3);

                session.store(label("small"), small, SecretType.OPAQUE_BYTES);
                assertRefused(
                        Reason.LIMIT_REACHED, () -> session.store(label("large"), large, SecretType.OPAQUE_BYTES));
                assertThat(session.list(0, 10).secrets()).hasSize(1);
            }
        }
    }
}
