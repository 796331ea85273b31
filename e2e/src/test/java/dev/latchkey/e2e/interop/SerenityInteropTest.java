package dev.latchkey.e2e.interop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.e2e.interop.ClientSide.LoggedIn;
import dev.latchkey.e2e.interop.ClientSide.Registered;
import dev.latchkey.opaque.KsfParameters;
import dev.latchkey.opaque.OpaqueException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Both roles against an independent implementation of RFC 9807, the npm package {@code @serenity-kit/opaque}: each client
 * registers at each server, and logs in at each server, its own accounts and those of the other client.
 */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class SerenityInteropTest {

    private static final KsfParameters CHEAP = new KsfParameters(256, 1, 4);

    private static final List<Setting> SETTINGS = List.of(
            new Setting("as Latchkey does", KsfParameters.DEFAULT, "alice", null, "correct horse battery staple"),
            new Setting("public keys as identities", CHEAP, null, null, "correct horse battery staple"),
            new Setting("names for both", CHEAP, "alice@example.org", "keys.example.org", "correct horse"),
            new Setting("words beyond ASCII", CHEAP, "zoë", null, "Füße, 密码, пароль, \uD83D\uDD11"),
            new Setting("the longest words", new KsfParameters(19456, 2, 1), "alice", null, "w".repeat(1024)));

    private static final List<Side> SIDES = List.of(Side.LATCHKEY, Side.SERENITY);

    /** Whose implementation. */
    private enum Side {
        LATCHKEY,
        SERENITY
    }

    private static SerenityPeer peer;
    private static Setup setup;
    private static LatchkeyServer latchkeyServer;
    private static int cases;

    @BeforeAll
    static void start() throws OpaqueException {
        peer = SerenityPeer.start();
        setup = peer.createSetup();
        latchkeyServer = new LatchkeyServer(setup);
    }

    @AfterAll
    static void stop() {
        if (latchkeyServer != null) {
            latchkeyServer.close();
        }
        if (peer != null) {
            peer.close();
            System.out.printf("interoperation with @serenity-kit/opaque, both directions: %d cases passed%n", cases);
        }
    }

    /** All ways to register and log in that both implementations have a part in. */
    static Stream<Arguments> journeys() {
        List<Arguments> journeys = new ArrayList<>();
        for (Setting setting : SETTINGS) {
            for (Side registeringClient : SIDES) {
                for (Side registeringServer : SIDES) {
                    for (Side client : SIDES) {
                        for (Side server : SIDES) {
                            List<Side> part = List.of(registeringClient, registeringServer, client, server);
                            if (part.containsAll(SIDES)) {
                                journeys.add(
                                        Arguments.of(setting, registeringClient, registeringServer, client, server));
                            }
                        }
                    }
                }
            }
        }
        return journeys.stream();
    }

    static Stream<Arguments> pairs() {
        return SETTINGS.stream()
                .flatMap(setting -> Stream.of(
                        Arguments.of(setting, Side.LATCHKEY, Side.SERENITY),
                        Arguments.of(setting, Side.SERENITY, Side.LATCHKEY)));
    }

    @Test
    void publicKey_sameSetup_isTheSameOnBothServers() {
        assertThat(latchkeyServer.publicKey()).isEqualTo(setup.publicKey());
        cases++;
    }

    @ParameterizedTest(name = "{0}: registered by {1} at {2}, logged in by {3} at {4}")
    @MethodSource("journeys")
    void login_rightPassword_givesEqualSessionKeysAndTheExportKeyOfTheRegistration(
            Setting setting, Side registeringClient, Side registeringServer, Side client, Side server) {
        Registered registered = client(registeringClient).register(setting, server(registeringServer));
        assertThat(registered.serverPublicKey()).isEqualTo(setup.publicKey());

        ServerSide.Handshake handshake = server(server).handshake(setting, Optional.of(registered.record()));
        LoggedIn loggedIn =
                client(client).login(setting, setting.words(), handshake).orElseThrow();

        assertThat(handshake.finish(loggedIn.ke3())).contains(loggedIn.sessionKeyHex());
        assertThat(loggedIn.exportKeyHex()).isEqualTo(registered.exportKeyHex());
        assertThat(loggedIn.serverPublicKey()).isEqualTo(setup.publicKey());
        cases++;
    }

    @ParameterizedTest(name = "{0}: {1} client at {2} server")
    @MethodSource("pairs")
    void login_wrongPassword_isRefusedByTheClient(Setting setting, Side client, Side server) {
        Registered registered = client(client).register(setting, server(server));
        ServerSide.Handshake handshake = server(server).handshake(setting, Optional.of(registered.record()));
        assertThat(client(client).login(setting, setting.words() + "x", handshake))
                .isEmpty();
        cases++;
    }

    @ParameterizedTest(name = "{0}: {1} client at {2} server")
    @MethodSource("pairs")
    void login_unknownAccount_isRefusedByTheClient(Setting setting, Side client, Side server) {
        ServerSide.Handshake handshake = server(server).handshake(setting, Optional.empty());
        assertThat(client(client).login(setting, setting.words(), handshake)).isEmpty();
        cases++;
    }

    @ParameterizedTest(name = "{0}: {1} client at {2} server")
    @MethodSource("pairs")
    void login_ke3Changed_isRefusedByTheServer(Setting setting, Side client, Side server) {
        Registered registered = client(client).register(setting, server(server));
        ServerSide.Handshake handshake = server(server).handshake(setting, Optional.of(registered.record()));
        LoggedIn loggedIn =
                client(client).login(setting, setting.words(), handshake).orElseThrow();
        char first = loggedIn.ke3().charAt(0);
        String changed = (first == '0' ? '1' : '0') + loggedIn.ke3().substring(1);
        assertThat(handshake.finish(changed)).isEmpty();
        cases++;
    }

    private static ClientSide client(Side side) {
        return side == Side.LATCHKEY ? new LatchkeyClient() : new SerenityClient(peer);
    }

    private static ServerSide server(Side side) {
        return side == Side.LATCHKEY ? latchkeyServer : new SerenityServer(peer, setup);
    }
}
