package dev.latchkey.bench;

import dev.latchkey.opaque.ClientLogin;
import dev.latchkey.opaque.ClientLoginResult;
import dev.latchkey.opaque.ClientRegistration;
import dev.latchkey.opaque.ClientRegistrationResult;
import dev.latchkey.opaque.Identities;
import dev.latchkey.opaque.Ke1;
import dev.latchkey.opaque.Ke2;
import dev.latchkey.opaque.Ke3;
import dev.latchkey.opaque.KsfParameters;
import dev.latchkey.opaque.OpaqueClient;
import dev.latchkey.opaque.OpaqueException;
import dev.latchkey.opaque.OpaqueServer;
import dev.latchkey.opaque.RegistrationRecord;
import dev.latchkey.opaque.RegistrationRequest;
import dev.latchkey.opaque.RegistrationResponse;
import dev.latchkey.opaque.SecretBytes;
import dev.latchkey.opaque.ServerKeyPair;
import dev.latchkey.opaque.ServerLogin;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;

/** An account and both roles, from bytes to bytes, without anything around them. */
final class OpaqueAccount implements AutoCloseable {

    /** The least there is: what stretching costs is the client's affair. */
    static final KsfParameters HARDLY_STRETCHED = new KsfParameters(8, 1, 1);

    private static final byte[] IDENTIFIER = "account".getBytes(StandardCharsets.US_ASCII);

    private final SecureRandom random = new SecureRandom();
    private final OpaqueClient client = new OpaqueClient(random);
    private final ServerKeyPair keyPair = ServerKeyPair.generate(random);
    private final OpaqueServer server = new OpaqueServer(keyPair, random);
    private final SecretBytes seed = SecretBytes.random(OpaqueServer.OPRF_SEED_BYTES, random);
    private final SecretBytes password = SecretBytes.random(16, random);
    private final byte[] record;

    OpaqueAccount() throws OpaqueException {
        try (ClientRegistration registration = client.startRegistration(password);
                ClientRegistrationResult result = registration.finish(
                        RegistrationResponse.parse(
                                respond(registration.request().toByteArray())),
                        Identities.none(),
                        HARDLY_STRETCHED);
                RegistrationRecord made = result.record()) {
            record = made.toByteArray();
        }
    }

    /** A new request to register. */
    byte[] request() {
        try (ClientRegistration registration = client.startRegistration(password)) {
            return registration.request().toByteArray();
        }
    }

    /** The server's part of a registration, from bytes to bytes. */
    byte[] respond(byte[] request) throws OpaqueException {
        return server.respond(RegistrationRequest.parse(request), IDENTIFIER, seed)
                .toByteArray();
    }

    /** A login that has begun at the client. */
    ClientLogin start() {
        return client.startLogin(password);
    }

    /** KE2, at the server, from the bytes of KE1 and of the stored record. */
    ServerLogin answer(byte[] ke1) throws OpaqueException {
        try (RegistrationRecord stored = RegistrationRecord.parse(record)) {
            return server.startLogin(stored, Ke1.parse(ke1), IDENTIFIER, seed, Identities.none());
        }
    }

    /** KE3, at the client. */
    byte[] finish(ClientLogin login, byte[] ke2) throws OpaqueException {
        try (ClientLoginResult result = login.finish(Ke2.parse(ke2), Identities.none(), HARDLY_STRETCHED)) {
            return result.ke3().toByteArray();
        }
    }

    /** A whole login; what is given back is the time that the server's part took, in ns. */
    long login() throws OpaqueException {
        try (ClientLogin login = start()) {
            byte[] ke1 = login.ke1().toByteArray();
            long begun = System.nanoTime();
            try (ServerLogin answer = answer(ke1)) {
                byte[] ke2 = answer.ke2().toByteArray();
                long answered = System.nanoTime();
                byte[] ke3 = finish(login, ke2);
                long resumed = System.nanoTime();
                answer.finish(Ke3.parse(ke3)).close();
                return answered - begun + (System.nanoTime() - resumed);
            }
        }
    }

    @Override
    public void close() {
        password.close();
        seed.close();
        keyPair.close();
    }
}
