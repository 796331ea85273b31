package dev.latchkey.e2e;

import static dev.latchkey.e2e.ServerFixture.assertRefused;
import static dev.latchkey.e2e.ServerFixture.refusalOf;
import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.protocol.UserId;
import dev.latchkey.protocol.wire.KeyServerGrpc;
import dev.latchkey.protocol.wire.Refusal;
import dev.latchkey.protocol.wire.Refusal.Reason;
import dev.latchkey.protocol.wire.SessionKind;
import dev.latchkey.protocol.wire.StartLoginRequest;
import dev.latchkey.protocol.wire.StartLoginResponse;
import dev.latchkey.server.peer.AddressPrefix;
import dev.latchkey.server.peer.Relay;
import dev.latchkey.server.peer.TrustedProxies;
import dev.latchkey.server.store.Rate;
import dev.latchkey.server.store.ThroughputLimits;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.MetadataUtils;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Limits of throughput: who is refused, who is not, and that no guess is spent or won by it. */
final class ThroughputTest {
    private static final Rate WIDE = new Rate(1000, 100_000);
    private static final int BURST = 5;
    private static final Rate NARROW = new Rate(1, BURST);
    private static final int FAR_MORE = 40;
    private static final int BUDGET = 10;
    private static final Duration REFILLED = Duration.ofSeconds(BURST + 1);
    private static final String PASSWORD = "correct horse battery staple";

    @TempDir
    private Path folder;

    private ServerFixture server;

    @AfterEach
    void stop() {
        server.close();
    }

    private void start(ThroughputLimits limits) throws Exception {
        TrustedProxies proxies = new TrustedProxies(
                List.of(AddressPrefix.parse(TestProxy.TRUSTED).orElseThrow()));
        server = ServerFixture.start(
                folder.resolve("server"), options -> options.throughput(limits).trustedProxies(proxies));
    }

    private static ThroughputLimits perAddress(Rate rate) {
        return new ThroughputLimits(rate, WIDE, WIDE);
    }

    private Relay proxyFor(String client) throws Exception {
        return TestProxy.start(TestProxy.TRUSTED, server.port(), TestProxy.line(client));
    }

    private RawClient clientOf(Relay proxy) throws Exception {
        return new RawClient(proxy.port(), server.deployment().ca());
    }

    private static StartLoginResponse startLogin(RawClient client, String name) {
        return client.stub().startLogin(RawClient.loginRequest(name, Elements.ke1()));
    }

    /** Begins logins, each for another name, until one is refused for throughput. */
    private static Refusal exhaust(RawClient client, String names) throws Exception {
        return exhaust(client, names, BURST);
    }

    private static Refusal exhaust(RawClient client, String names, int atLeast) throws Exception {
        for (int i = 0; i < FAR_MORE; i++) {
            String name = names + i;
            try {
                startLogin(client, name);
            } catch (StatusRuntimeException refused) {
                assertThat(i).as("a burst is let through").isGreaterThanOrEqualTo(atLeast);
                return refusalOf(() -> {
                    throw refused;
                });
            }
        }
        throw new AssertionError("nothing was refused");
    }

    /** Of an address that was exhausted before: while a connection is made it gains a call or two, and another has a burst. */
    private static void assertExhausted(KeyServerGrpc.KeyServerBlockingStub stub) throws Exception {
        assertThat(refusalOf(() -> {
                            for (int i = 0; i < BURST; i++) {
                                StartLoginResponse unused =
                                        stub.startLogin(RawClient.loginRequest("other-" + i, Elements.ke1()));
                            }
                        })
                        .getReason())
                .isEqualTo(Reason.REASON_THROUGHPUT);
    }

    @Test
    void address_exhausted_isRefusedWithATimeWhileAnotherIsServed() throws Exception {
        start(perAddress(NARROW));
        try (Relay one = proxyFor("198.51.100.7");
                Relay other = proxyFor("198.51.100.8");
                RawClient stranger = clientOf(one);
                RawClient owner = clientOf(other);
                RawClient direct = server.client()) {
            Refusal refusal = exhaust(stranger, "name-");

            assertThat(refusal.getReason()).isEqualTo(Reason.REASON_THROUGHPUT);
            assertThat(refusal.getRetryAfterMs()).isBetween(1L, 1000L);
            assertThat(startLogin(owner, "owner").getKe2().size()).isEqualTo(320);
            assertThat(startLogin(direct, "owner").getKe2().size()).isEqualTo(320);
        }
    }

    @Test
    void address_overAnotherConnection_isTheSame() throws Exception {
        start(perAddress(NARROW));
        try (Relay one = proxyFor("198.51.100.7");
                Relay again = proxyFor("198.51.100.7");
                RawClient first = clientOf(one);
                RawClient second = clientOf(again)) {
            exhaust(first, "name-");

            assertExhausted(second.stub());
        }
    }

    @Test
    void address_thatAClientClaimsInsideTls_isIgnored() throws Exception {
        start(perAddress(NARROW));
        Metadata claims = new Metadata();
        for (String name : List.of("forwarded", "x-forwarded-for", "x-real-ip", "proxy")) {
            claims.put(Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER), "for=203.0.113.9");
        }
        try (RawClient client = server.client()) {
            exhaust(client, "name-");

            assertExhausted(client.stub().withInterceptors(MetadataUtils.newAttachHeadersInterceptor(claims)));
        }
    }

    @Test
    void addresses_ofOneIpv6Network_areOne() throws Exception {
        start(perAddress(NARROW));
        byte[] sameNetwork = TestProxy.binary(
                0x21,
                0x21,
                HexFormat.of().parseHex("20010db8000001ff00000000000000020000000000000000000000000000000000010002"));
        try (Relay one = proxyFor("2001:db8:0:100::1");
                Relay same = TestProxy.start(TestProxy.TRUSTED, server.port(), sameNetwork);
                Relay other = proxyFor("2001:db8:0:200::1");
                RawClient first = clientOf(one);
                RawClient second = clientOf(same);
                RawClient third = clientOf(other)) {
            exhaust(first, "name-");

            assertExhausted(second.stub());
            assertThat(startLogin(third, "x").getKe2().size()).isEqualTo(320);
        }
    }

    @Test
    void address_mappedIntoIpv6_isItsIpv4Address() throws Exception {
        start(perAddress(NARROW));
        byte[] mapped = TestProxy.binary(
                0x21,
                0x21,
                HexFormat.of().parseHex("00000000000000000000ffffc63364070000000000000000000000000000000000010002"));
        try (Relay one = proxyFor("198.51.100.7");
                Relay same = TestProxy.start(TestProxy.TRUSTED, server.port(), mapped);
                RawClient first = clientOf(one);
                RawClient second = clientOf(same)) {
            exhaust(first, "name-");

            assertExhausted(second.stub());
        }
    }

    @Test
    void address_exhausted_isServedAgainLater() throws Exception {
        start(perAddress(NARROW));
        try (RawClient client = server.client()) {
            exhaust(client, "name-");
            server.advance(REFILLED);

            exhaust(client, "again-");
        }
    }

    @Test
    void address_exhaustedByRegistrations_stillLogsIn() throws Exception {
        start(perAddress(NARROW));
        try (RawClient client = server.client()) {
            Refusal refusal = null;
            for (int i = 0; i < FAR_MORE && refusal == null; i++) {
                String name = "name-" + i;
                try {
                    client.submitRecord(name, UserId.random(client.random()), PASSWORD);
                } catch (StatusRuntimeException refused) {
                    refusal = refusalOf(() -> {
                        throw refused;
                    });
                }
            }

            assertThat(refusal).isNotNull();
            assertThat(refusal.getReason()).isEqualTo(Reason.REASON_THROUGHPUT);
            assertThat(startLogin(client, "owner").getKe2().size()).isEqualTo(320);
        }
    }

    @Test
    void address_isNowhereAtRest() throws Exception {
        start(perAddress(NARROW));
        try (Relay proxy = proxyFor("198.51.100.7");
                RawClient client = clientOf(proxy)) {
            exhaust(client, "somebody-");
        }
        byte[] address = InetAddress.getByName("198.51.100.7").getAddress();
        for (String file : List.of("latchkey.db", "latchkey.db-wal", "latchkey.db-transient")) {
            String bytes = new String(
                    Files.readAllBytes(server.deployment().folder().resolve(file)), StandardCharsets.ISO_8859_1);
            assertThat(bytes)
                    .doesNotContain(new String(address, StandardCharsets.ISO_8859_1))
                    .doesNotContain("198.51.100.7")
                    .doesNotContain("somebody-");
        }
    }

    @Test
    void account_exhaustedByStrangers_stillServesWhoShowsATicket() throws Exception {
        start(new ThroughputLimits(WIDE, NARROW, WIDE));
        try (RawClient client = server.client()) {
            StartLoginRequest request = RawClient.loginRequest("mara", Elements.ke1()).toBuilder()
                    .setDeviceTicket(RawClient.bytes(new byte[32]))
                    .build();
            assertThat(refusalOf(() -> {
                                for (int i = 0; i < FAR_MORE; i++) {
                                    startLogin(client, "mara");
                                }
                            })
                            .getReason())
                    .isEqualTo(Reason.REASON_THROUGHPUT);

            assertThat(client.stub().startLogin(request).getKe2().size()).isEqualTo(320);
            assertThat(refusalOf(() -> {
                                for (int i = 0; i < FAR_MORE; i++) {
                                    client.stub().startLogin(request);
                                }
                            })
                            .getReason())
                    .as("a ticket has its own limit")
                    .isEqualTo(Reason.REASON_THROUGHPUT);
        }
    }

    @Test
    void account_exhausted_isRefusedFromEverywhereWhileOthersAreServed() throws Exception {
        start(new ThroughputLimits(WIDE, NARROW, WIDE));
        try (Relay proxy = proxyFor("198.51.100.7");
                RawClient one = server.client();
                RawClient other = clientOf(proxy)) {
            for (int i = 0; i < BURST; i++) {
                startLogin(one, "mara");
            }

            assertThat(refusalOf(() -> {
                                for (int i = 0; i < BURST; i++) {
                                    startLogin(other, "mara");
                                }
                            })
                            .getReason())
                    .isEqualTo(Reason.REASON_THROUGHPUT);
            assertThat(startLogin(other, "rosa").getKe2().size()).isEqualTo(320);
        }
    }

    @Test
    void wholeServer_exhausted_refusesEverybodyUntilLater() throws Exception {
        start(new ThroughputLimits(WIDE, WIDE, NARROW));
        try (Relay proxy = proxyFor("198.51.100.7");
                RawClient one = server.client();
                RawClient other = clientOf(proxy)) {
            Refusal refusal = exhaust(one, "name-");
            assertThat(refusal.getReason()).isEqualTo(Reason.REASON_THROUGHPUT);
            assertThat(refusal.getRetryAfterMs()).isBetween(1L, 1000L);
            assertThat(refusalOf(() -> {
                                for (int i = 0; i < BURST; i++) {
                                    startLogin(other, "other");
                                }
                            })
                            .getReason())
                    .isEqualTo(Reason.REASON_THROUGHPUT);
            server.advance(REFILLED);

            exhaust(other, "again-");
        }
    }

    @Test
    void wholeServer_isNotUsedUpByThoseWhoAreRefused() throws Exception {
        start(new ThroughputLimits(NARROW, WIDE, new Rate(1, 2 * BURST + 2)));
        try (Relay proxy = proxyFor("198.51.100.7");
                RawClient stranger = clientOf(proxy);
                RawClient owner = server.client()) {
            int refused = 0;
            for (int i = 0; i < FAR_MORE; i++) {
                String name = "name-" + i;
                try {
                    startLogin(stranger, name);
                } catch (StatusRuntimeException throughput) {
                    refused++;
                }
            }

            assertThat(refused).isGreaterThan(2 * BURST + 2);
            assertThat(startLogin(owner, "owner").getKe2().size()).isEqualTo(320);
        }
    }

    @Test
    void wholeServer_isNotUsedUpByManyNetworksOfOneSite() throws Exception {
        start(new ThroughputLimits(NARROW, WIDE, new Rate(1, 4 * BURST)));
        try (RawClient owner = server.client()) {
            Refusal last = Refusal.getDefaultInstance();
            for (int network = 0; network < 6; network++) {
                try (Relay proxy = proxyFor("2001:db8:1:" + Integer.toHexString(network << 8) + "::1");
                        RawClient stranger = clientOf(proxy)) {
                    last = exhaust(stranger, "name-", 0);
                }
            }

            assertThat(last.getReason()).isEqualTo(Reason.REASON_THROUGHPUT);
            assertThat(startLogin(owner, "owner").getKe2().size()).isEqualTo(320);
        }
    }

    @Test
    void requests_thatAreMalformed_takeNothing() throws Exception {
        start(perAddress(NARROW));
        try (RawClient client = server.client()) {
            StartLoginRequest notMapped = RawClient.loginRequest("NotMapped", Elements.ke1());
            for (int i = 0; i < FAR_MORE; i++) {
                assertRefused(() -> client.stub().startLogin(notMapped), Status.Code.INVALID_ARGUMENT);
            }

            exhaust(client, "name-");
        }
    }

    @Test
    void refusal_forThroughput_spendsNoGuess() throws Exception {
        start(new ThroughputLimits(new Rate(1, 3), WIDE, WIDE));
        try (RawClient client = server.client()) {
            int answered = 0;
            int refused = 0;
            Refusal last = Refusal.getDefaultInstance();
            while (last.getReason() != Reason.REASON_GUESS_BUDGET) {
                try {
                    startLogin(client, "mara");
                    answered++;
                } catch (StatusRuntimeException exhausted) {
                    last = refusalOf(() -> {
                        throw exhausted;
                    });
                    refused++;
                    if (refused % BUDGET == 0) {
                        server.advance(Duration.ofSeconds(4));
                    }
                }
                assertThat(answered).isLessThanOrEqualTo(BUDGET);
            }

            assertThat(refused).as("some of them for throughput").isGreaterThan(1);
            assertThat(answered).isEqualTo(BUDGET);
        }
    }

    @Test
    void guesses_withinAllLimits_areStillCounted() throws Exception {
        start(ThroughputLimits.DEFAULT);
        try (RawClient client = server.client()) {
            for (int i = 0; i < BUDGET; i++) {
                startLogin(client, "mara");
            }

            assertThat(refusalOf(() -> startLogin(client, "mara")).getReason()).isEqualTo(Reason.REASON_GUESS_BUDGET);
        }
    }

    @Test
    void session_thatIsOpen_isNotLimited() throws Exception {
        start(perAddress(NARROW));
        try (RawClient client = server.client()) {
            RawHandshake handshake = registeredAndStarted(client);
            exhaustAgain(client);

            assertThat(client.open(handshake).opened().getKind()).isEqualTo(SessionKind.SESSION_KIND_REQUEST);
        }
    }

    private RawHandshake registeredAndStarted(RawClient client) throws Exception {
        RawSession session = client.startRegistration("mara", UserId.random(client.random()), PASSWORD);
        session.call(RawSession.completion(session.user().toByteArray(), session.sealedStorageKey()));
        return client.startLogin("mara", PASSWORD);
    }

    /** After one login was begun. */
    private static void exhaustAgain(RawClient client) throws Exception {
        assertThat(refusalOf(() -> {
                            for (int i = 0; i < FAR_MORE; i++) {
                                startLogin(client, "name-" + i);
                            }
                        })
                        .getReason())
                .isEqualTo(Reason.REASON_THROUGHPUT);
    }
}
