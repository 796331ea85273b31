package dev.latchkey.client.testserver;

import com.google.protobuf.ByteString;
import dev.latchkey.opaque.Identities;
import dev.latchkey.opaque.Ke1;
import dev.latchkey.opaque.Ke3;
import dev.latchkey.opaque.OpaqueException;
import dev.latchkey.opaque.OpaqueServer;
import dev.latchkey.opaque.RegistrationRecord;
import dev.latchkey.opaque.RegistrationRequest;
import dev.latchkey.opaque.SecretBytes;
import dev.latchkey.opaque.ServerKeyPair;
import dev.latchkey.opaque.ServerLogin;
import dev.latchkey.protocol.AccountName;
import dev.latchkey.protocol.ChannelKeys;
import dev.latchkey.protocol.SessionId;
import dev.latchkey.protocol.Transcript;
import dev.latchkey.protocol.UserId;
import dev.latchkey.protocol.wire.SessionKind;
import io.grpc.Status;
import io.grpc.StatusException;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.Map;

/** The server's side of OPAQUE, with its key pair and the handshakes under way. Used under the service's lock. */
final class OpaqueRoles {

    private static final int SEED_BYTES = 64;

    private final Steps steps;
    private final SecureRandom random;
    private final ServerKeyPair keyPair;
    private final SecretBytes fakeSeed;
    private final Map<ByteString, Handshake> handshakes = new HashMap<>();

    OpaqueRoles(Steps steps, SecureRandom random) {
        this.steps = steps;
        this.random = random;
        this.keyPair = ServerKeyPair.generate(random);
        this.fakeSeed = newSeed();
    }

    private static final class Handshake {

        final SessionKind kind;
        final Claimant who;
        final ServerLogin login;
        final byte[] ke1;
        final byte[] ke2;

        Handshake(SessionKind kind, Claimant who, ServerLogin login, byte[] ke1, byte[] ke2) {
            this.kind = kind;
            this.who = who;
            this.login = login;
            this.ke1 = ke1;
            this.ke2 = ke2;
        }
    }

    /** Somebody of whom there is no record yet, with a seed for this attempt alone. */
    Claimant newcomer(AccountName name, UserId userId) {
        return new Claimant(name, userId, newSeed(), null);
    }

    /** The answer to a registration request. */
    ByteString evaluate(Claimant who, ByteString request) throws OpaqueException {
        RegistrationRequest blinded = RegistrationRequest.parse(request.toByteArray());
        byte[] response = new OpaqueServer(steps.keyPairOfRegistration(keyPair), random)
                .respond(blinded, who.userId.toByteArray(), who.oprfSeed)
                .toByteArray();
        return steps.registrationResponse(request, ByteString.copyFrom(response));
    }

    /** The login of {@code who}, which the receiver finishes. */
    ServerLogin startLogin(Claimant who, ByteString ke1) throws OpaqueException {
        try (RegistrationRecord record = RegistrationRecord.parse(who.record)) {
            return new OpaqueServer(steps.keyPairOfLogin(keyPair), random)
                    .startLogin(
                            record,
                            Ke1.parse(ke1.toByteArray()),
                            who.userId.toByteArray(),
                            who.oprfSeed,
                            Identities.ofClient(who.name.utf8()));
        }
    }

    /** Starts a login that {@link #finish} ends, and gives KE2. */
    ByteString startHandshake(ByteString id, SessionKind kind, ByteString ke1, Claimant who) throws OpaqueException {
        ServerLogin login = startLogin(who, ke1);
        byte[] ke2 = login.ke2().toByteArray();
        handshakes.put(id, new Handshake(kind, who, login, ke1.toByteArray(), ke2));
        return steps.ke2(ke1, ByteString.copyFrom(ke2));
    }

    /** The session that KE3 opens; one that verifies or not consumes the handshake. */
    Session finish(ByteString id, ByteString ke3) throws StatusException {
        Handshake handshake = handshakes.remove(id);
        if (handshake == null) {
            throw Status.UNAUTHENTICATED.asException();
        }
        SessionId sessionId = SessionId.of(id.toByteArray());
        try (ServerLogin login = handshake.login;
                SecretBytes sessionKey = login.finish(Ke3.parse(ke3.toByteArray()))) {
            Transcript transcript = Transcript.of(
                    handshake.who.name,
                    handshake.kind,
                    InMemoryService.KSF,
                    handshake.ke1,
                    handshake.ke2,
                    ke3.toByteArray());
            ChannelKeys keys = ChannelKeys.derive(sessionKey, sessionId, transcript);
            return new Session(sessionId, keys, handshake.kind, handshake.who);
        } catch (OpaqueException e) {
            throw Status.UNAUTHENTICATED.asException();
        }
    }

    /** Drops the handshakes of an account whose password changed or which is gone. */
    void forgetHandshakesOf(AccountName name) {
        handshakes.values().removeIf(handshake -> handshake.who.name.equals(name));
    }

    /** Somebody whose password nobody has; another one at each login, which no client can tell. */
    Claimant nobody(AccountName name) {
        try (SecretBytes seed = SecretBytes.random(32, random);
                SecretBytes maskingKey = SecretBytes.random(64, random);
                RegistrationRecord record = new OpaqueServer(keyPair, random).fakeRecord(seed, maskingKey)) {
            return new Claimant(name, UserId.random(random), fakeSeed, record.toByteArray());
        }
    }

    private SecretBytes newSeed() {
        return SecretBytes.random(SEED_BYTES, random);
    }
}
