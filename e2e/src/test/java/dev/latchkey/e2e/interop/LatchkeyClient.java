package dev.latchkey.e2e.interop;

import dev.latchkey.opaque.ClientLogin;
import dev.latchkey.opaque.ClientLoginResult;
import dev.latchkey.opaque.ClientRegistration;
import dev.latchkey.opaque.ClientRegistrationResult;
import dev.latchkey.opaque.Ke2;
import dev.latchkey.opaque.OpaqueClient;
import dev.latchkey.opaque.OpaqueException;
import dev.latchkey.opaque.RegistrationResponse;
import dev.latchkey.opaque.SecretBytes;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;

final class LatchkeyClient implements ClientSide {

    private static final HexFormat HEX = HexFormat.of();

    private final OpaqueClient client = new OpaqueClient(new SecureRandom());

    @Override
    public Registered register(Setting setting, ServerSide server) {
        try (SecretBytes password = password(setting.words());
                ClientRegistration registration = client.startRegistration(password)) {
            String response =
                    server.respond(HEX.formatHex(registration.request().toByteArray()));
            try (ClientRegistrationResult result = registration.finish(
                    RegistrationResponse.parse(HEX.parseHex(response)), setting.identities(), setting.ksf())) {
                return new Registered(
                        HEX.formatHex(result.record().toByteArray()),
                        HEX.formatHex(result.exportKey().exposed()),
                        HEX.formatHex(result.serverPublicKey()));
            }
        } catch (OpaqueException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public Optional<LoggedIn> login(Setting setting, String words, ServerSide.Handshake handshake) {
        try (SecretBytes password = password(words);
                ClientLogin login = client.startLogin(password)) {
            String ke2 = handshake.start(HEX.formatHex(login.ke1().toByteArray()));
            try (ClientLoginResult result =
                    login.finish(Ke2.parse(HEX.parseHex(ke2)), setting.identities(), setting.ksf())) {
                return Optional.of(new LoggedIn(
                        HEX.formatHex(result.ke3().toByteArray()),
                        HEX.formatHex(result.sessionKey().exposed()),
                        HEX.formatHex(result.exportKey().exposed()),
                        HEX.formatHex(result.serverPublicKey())));
            }
        } catch (OpaqueException e) {
            if (e.reason() == OpaqueException.Reason.ENVELOPE) {
                return Optional.empty();
            }
            throw new AssertionError(e);
        }
    }

    @Override
    public String toString() {
        return "latchkey client";
    }

    private static SecretBytes password(String words) {
        return SecretBytes.takeOwnership(words.getBytes(StandardCharsets.UTF_8));
    }
}
