package dev.latchkey.client;

import static dev.latchkey.client.Loopback.name;
import static dev.latchkey.client.Loopback.password;
import static dev.latchkey.client.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.client.KeyClientException.Reason;
import dev.latchkey.client.testserver.InMemoryService;
import dev.latchkey.protocol.Password;
import dev.latchkey.protocol.wire.SessionKind;
import io.grpc.Deadline;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Reading what is missing of a log. */
final class LoggedChannelTest {

    private static final int MORE_THAN_COMES_WITH_A_HEAD = 100;

    @Test
    void reading_ends_with_the_deadline_over_all_of_it_whatever_each_request_has_left() throws KeyClientException {
        try (Loopback loopback = Loopback.honest();
                Password password = password("correct horse battery staple");
                Transport transport = transport(loopback)) {
            loopback.newClient().register(name("alice"), password);
            loopback.service().account(name("alice")).log().grow(MORE_THAN_COMES_WITH_A_HEAD);
            try (LoggedIn login = new Logins(transport, settings(loopback))
                    .logIn(SessionKind.SESSION_KIND_REQUEST, name("alice"), password)) {
                LoggedChannel channel = login.logged();
                AuditHead before = channel.log().tip();

                assertRefused(Reason.UNREACHABLE, () -> channel.catchUp(Deadline.after(-1, TimeUnit.SECONDS)));
                assertThat(channel.log().tip()).isEqualTo(before);

                channel.catchUp();
                assertThat(channel.log().isComplete()).isTrue();
                assertThat(channel.log().tip()).isEqualTo(login.facts().audit());
            }
        }
    }

    private static Transport transport(Loopback loopback) throws KeyClientException {
        return new Transport(
                loopback.address(),
                Trust.ofFile(Loopback.ca()),
                Duration.ofSeconds(10),
                new Transport.Retry(new Backoff(new SecureRandom()), pause -> {}));
    }

    private static ClientSettings settings(Loopback loopback) {
        return new ClientSettings(
                new SecureRandom(),
                Clock.systemUTC(),
                InMemoryService.KSF,
                step -> {},
                new Memories(null, loopback.address(), false, null));
    }
}
