package dev.latchkey.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.opaque.ClientRegistration;
import dev.latchkey.opaque.OpaqueClient;
import dev.latchkey.opaque.SecretBytes;
import dev.latchkey.protocol.UserId;
import dev.latchkey.protocol.wire.StartLoginRequest;
import dev.latchkey.protocol.wire.StartLoginResponse;
import dev.latchkey.protocol.wire.StartRegistrationRequest;
import dev.latchkey.protocol.wire.StartRegistrationResponse;
import dev.latchkey.server.peer.AddressPrefix;
import dev.latchkey.server.peer.Relay;
import dev.latchkey.server.peer.TrustedProxies;
import dev.latchkey.server.store.Rate;
import dev.latchkey.server.store.ThroughputLimits;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Logins and registrations that are begun and never gone on with, as many as one address can, and an owner beside them. */
final class HandshakeFloodTest {
    private static final String STRANGER = "198.51.100.7";
    private static final String OWNER = "203.0.113.9";
    private static final String PASSWORD = "seven quiet otters at dusk";

    /** Of the real limits all but an address's burst, which is met sooner. */
    private static final Rate PER_ADDRESS =
            new Rate(ThroughputLimits.DEFAULT.perAddress().perSecond(), 400);

    private static final ThroughputLimits LIMITS = new ThroughputLimits(
            PER_ADDRESS, ThroughputLimits.DEFAULT.perAccount(), ThroughputLimits.DEFAULT.wholeServer());

    /** What the owner asks for: few enough for the owner's own limits. */
    private static final int SERVED_AT_LEAST = 20;

    private static final int SERVED_AT_MOST = 200;

    @Test
    void handshakesAndRegistrations_floodingFromOneAddress_areBoundedWhileAnOwnerIsServed(@TempDir Path folder)
            throws Exception {
        TrustedProxies proxies = new TrustedProxies(
                List.of(AddressPrefix.parse(TestProxy.TRUSTED).orElseThrow()));
        try (ServerFixture server = ServerFixture.start(
                        folder, options -> options.throughput(LIMITS).trustedProxies(proxies));
                Relay floods = TestProxy.start(TestProxy.TRUSTED, server.port(), TestProxy.line(STRANGER));
                Relay home = TestProxy.start(TestProxy.TRUSTED, server.port(), TestProxy.line(OWNER));
                RawClient stranger =
                        new RawClient(floods.port(), server.deployment().ca());
                RawClient owner = new RawClient(home.port(), server.deployment().ca())) {
            owner.startRegistration("owner", UserId.random(owner.random()), PASSWORD)
                    .complete();
            owner.logIn("owner", PASSWORD);

            long start = System.nanoTime();
            HandshakeFlood logins = logins(stranger);
            HandshakeFlood registrations = registrations(stranger);
            long[] took;
            try {
                took = serve(owner, logins, registrations);
            } finally {
                registrations.end();
                logins.end();
            }
            Duration lasted = Duration.ofNanos(System.nanoTime() - start);

            System.out.printf(
                    "fault handshake flood: %d logins and %d registrations begun from one address in %d ms and %d refused;"
                            + " beside them %d logins and registrations of an owner, median %d ms, longest %d ms%n",
                    logins.answered(),
                    registrations.answered(),
                    lasted.toMillis(),
                    logins.refused() + registrations.refused(),
                    took.length,
                    took[took.length / 2] / 1_000_000,
                    took[took.length - 1] / 1_000_000);
            int most = (int) (PER_ADDRESS.burst() + PER_ADDRESS.perSecond() * (lasted.toSeconds() + 1));
            assertThat(logins.answered()).isBetween(PER_ADDRESS.burst(), most);
            assertThat(registrations.answered()).isBetween(PER_ADDRESS.burst(), most);
            assertThat(logins.other() + registrations.other()).isZero();
        }
    }

    /** The owner logs in and registers more accounts while the floods go on; how long each took, in order. */
    private static long[] serve(RawClient owner, HandshakeFlood logins, HandshakeFlood registrations) throws Exception {
        long[] took = new long[SERVED_AT_MOST];
        int served = 0;
        while (served < SERVED_AT_LEAST
                || (served < SERVED_AT_MOST && !(logins.hasMetALimit() && registrations.hasMetALimit()))) {
            long asked = System.nanoTime();
            if (served % 2 == 0) {
                owner.logIn("owner", PASSWORD);
            } else {
                owner.startRegistration("more-" + served, UserId.random(owner.random()), PASSWORD)
                        .complete();
            }
            took[served] = System.nanoTime() - asked;
            served++;
        }
        logins.awaitLimit();
        registrations.awaitLimit();
        long[] sorted = Arrays.copyOf(took, served);
        Arrays.sort(sorted);
        return sorted;
    }

    private static HandshakeFlood logins(RawClient stranger) {
        StartLoginRequest request = RawClient.loginRequest("unnamed", Elements.ke1());
        return HandshakeFlood.<StartLoginResponse>of((number, answer) -> stranger.asyncStub()
                .startLogin(
                        request.toBuilder().setAccountName("stranger-" + number).build(), answer));
    }

    private static HandshakeFlood registrations(RawClient stranger) {
        try (SecretBytes password = SecretBytes.takeOwnership(new byte[] {'x'});
                ClientRegistration registration = new OpaqueClient(new SecureRandom()).startRegistration(password)) {
            StartRegistrationRequest request = StartRegistrationRequest.newBuilder()
                    .setRegistrationRequest(
                            RawClient.bytes(registration.request().toByteArray()))
                    .build();
            return HandshakeFlood.<StartRegistrationResponse>of((number, answer) -> stranger.asyncStub()
                    .startRegistration(
                            request.toBuilder()
                                    .setAccountName("stranger-" + number)
                                    .setUserId(RawClient.bytes(Elements.userId()))
                                    .build(),
                            answer));
        }
    }
}
