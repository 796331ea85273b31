package dev.latchkey.e2e.interop;

import dev.latchkey.opaque.Ke1;
import dev.latchkey.opaque.Ke3;
import dev.latchkey.opaque.OpaqueException;
import dev.latchkey.opaque.OpaqueServer;
import dev.latchkey.opaque.RegistrationRecord;
import dev.latchkey.opaque.RegistrationRequest;
import dev.latchkey.opaque.SecretBytes;
import dev.latchkey.opaque.ServerKeyPair;
import dev.latchkey.opaque.ServerLogin;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;

final class LatchkeyServer implements ServerSide, AutoCloseable {

    private static final HexFormat HEX = HexFormat.of();
    private static final byte[] CREDENTIAL_IDENTIFIER = Setup.CREDENTIAL_IDENTIFIER.getBytes(StandardCharsets.UTF_8);

    private final SecureRandom random = new SecureRandom();
    private final SecretBytes oprfSeed;
    private final ServerKeyPair keyPair;
    private final OpaqueServer server;

    LatchkeyServer(Setup setup) throws OpaqueException {
        oprfSeed = SecretBytes.takeOwnership(HEX.parseHex(setup.oprfSeed()));
        try (SecretBytes privateKey = SecretBytes.takeOwnership(HEX.parseHex(setup.serverPrivateKey()))) {
            keyPair = ServerKeyPair.of(privateKey);
        }
        server = new OpaqueServer(keyPair, random);
    }

    String publicKey() {
        return HEX.formatHex(keyPair.publicKey());
    }

    @Override
    public String respond(String registrationRequest) {
        try {
            RegistrationRequest request = RegistrationRequest.parse(HEX.parseHex(registrationRequest));
            return HEX.formatHex(
                    server.respond(request, CREDENTIAL_IDENTIFIER, oprfSeed).toByteArray());
        } catch (OpaqueException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public Handshake handshake(Setting setting, Optional<String> record) {
        return new Handshake() {

            /** Saved, as a real server does between the two messages. */
            private SecretBytes state;

            @Override
            public String start(String ke1) {
                try (RegistrationRecord used =
                                record.isPresent() ? RegistrationRecord.parse(HEX.parseHex(record.get())) : fake();
                        ServerLogin login = server.startLogin(
                                used,
                                Ke1.parse(HEX.parseHex(ke1)),
                                CREDENTIAL_IDENTIFIER,
                                oprfSeed,
                                setting.identities())) {
                    String ke2 = HEX.formatHex(login.ke2().toByteArray());
                    state = login.save();
                    return ke2;
                } catch (OpaqueException e) {
                    throw new AssertionError(e);
                }
            }

            @Override
            public Optional<String> finish(String ke3) {
                try (SecretBytes saved = state;
                        ServerLogin login = ServerLogin.resume(saved);
                        SecretBytes sessionKey = login.finish(Ke3.parse(HEX.parseHex(ke3)))) {
                    return Optional.of(HEX.formatHex(sessionKey.exposed()));
                } catch (OpaqueException e) {
                    return Optional.empty();
                }
            }
        };
    }

    @Override
    public void close() {
        keyPair.close();
        oprfSeed.close();
    }

    @Override
    public String toString() {
        return "latchkey server";
    }

    private RegistrationRecord fake() {
        try (SecretBytes seed = SecretBytes.random(32, random);
                SecretBytes maskingKey = SecretBytes.random(64, random)) {
            return server.fakeRecord(seed, maskingKey);
        }
    }
}
