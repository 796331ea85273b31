package dev.latchkey.opaque;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;

/** One registered account with its server, for the tests of what comes after; stretches with the identity unless told. */
public final class Account implements AutoCloseable {

    static final KeyStretching IDENTITY_KSF = (oprfOutput, parameters) -> oprfOutput.copy();
    static final Identities ALICE = Identities.ofClient("alice".getBytes(StandardCharsets.UTF_8));

    private static final SecureRandom RANDOM = new SecureRandom();
    private static final byte[] CREDENTIAL_IDENTIFIER = "1234".getBytes(StandardCharsets.UTF_8);
    private static final byte[] NO_CONTEXT = {};

    private final ServerKeyPair serverKeyPair = ServerKeyPair.generate(RANDOM);
    private final SecretBytes oprfSeed = SecretBytes.random(OpaqueServer.OPRF_SEED_BYTES, RANDOM);
    private final SecretBytes password = secret("correct horse battery staple");
    private final OpaqueClient client = new OpaqueClient(RANDOM, NO_CONTEXT, IDENTITY_KSF);
    private final OpaqueServer server = new OpaqueServer(serverKeyPair, RANDOM);
    private final ClientRegistrationResult registered;

    public Account() {
        try (ClientRegistration registration = client.startRegistration(password)) {
            registered = registration.finish(respond(registration), ALICE, KsfParameters.DEFAULT);
        } catch (OpaqueException e) {
            throw new AssertionError(e);
        }
    }

    static SecretBytes secret(String text) {
        return SecretBytes.takeOwnership(text.getBytes(StandardCharsets.UTF_8));
    }

    OpaqueClient client() {
        return client;
    }

    OpaqueServer server() {
        return server;
    }

    ServerKeyPair serverKeyPair() {
        return serverKeyPair;
    }

    SecretBytes password() {
        return password;
    }

    RegistrationRecord record() {
        return registered.record();
    }

    SecretBytes exportKey() {
        return registered.exportKey();
    }

    RegistrationResponse respond(ClientRegistration registration) {
        return server.respond(registration.request(), CREDENTIAL_IDENTIFIER, oprfSeed);
    }

    ServerLogin startServerLogin(Ke1 ke1) throws OpaqueException {
        return startServerLogin(server, record(), ke1, ALICE);
    }

    ServerLogin startServerLogin(OpaqueServer server, RegistrationRecord record, Ke1 ke1, Identities identities)
            throws OpaqueException {
        return server.startLogin(record, ke1, CREDENTIAL_IDENTIFIER, oprfSeed, identities);
    }

    @Override
    public void close() {
        registered.close();
        password.close();
        oprfSeed.close();
        serverKeyPair.close();
    }
}
