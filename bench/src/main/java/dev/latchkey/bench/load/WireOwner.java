package dev.latchkey.bench.load;

import com.google.protobuf.ByteString;
import dev.latchkey.opaque.ClientLogin;
import dev.latchkey.opaque.ClientLoginResult;
import dev.latchkey.opaque.ClientRegistration;
import dev.latchkey.opaque.ClientRegistrationResult;
import dev.latchkey.opaque.Identities;
import dev.latchkey.opaque.Ke2;
import dev.latchkey.opaque.KsfParameters;
import dev.latchkey.opaque.OpaqueClient;
import dev.latchkey.opaque.OpaqueException;
import dev.latchkey.opaque.RegistrationResponse;
import dev.latchkey.opaque.SecretBytes;
import dev.latchkey.protocol.AccountName;
import dev.latchkey.protocol.ChannelKeys;
import dev.latchkey.protocol.InvalidInputException;
import dev.latchkey.protocol.SessionId;
import dev.latchkey.protocol.StorageKey;
import dev.latchkey.protocol.StorageKeyEnvelope;
import dev.latchkey.protocol.Transcript;
import dev.latchkey.protocol.UserId;
import dev.latchkey.protocol.wire.CompleteRegistration;
import dev.latchkey.protocol.wire.OpenSessionRequest;
import dev.latchkey.protocol.wire.Request;
import dev.latchkey.protocol.wire.SessionKind;
import dev.latchkey.protocol.wire.StartLoginRequest;
import dev.latchkey.protocol.wire.StartLoginResponse;
import dev.latchkey.protocol.wire.StartRegistrationRequest;
import dev.latchkey.protocol.wire.StartRegistrationResponse;
import dev.latchkey.protocol.wire.SubmitRecordRequest;
import dev.latchkey.protocol.wire.SubmitRecordResponse;
import java.security.SecureRandom;

/**
 * An owner who says on the wire what every client says and whose password is hardly stretched: that costs only the device,
 * and would be all that a load driver does.
 */
public final class WireOwner implements AutoCloseable {

    private static final KsfParameters HARDLY_STRETCHED = new KsfParameters(8, 1, 1);

    private final SecureRandom random;
    private final OpaqueClient opaque;
    private final AccountName name;
    private final SecretBytes password;

    /** An owner without an account. */
    public WireOwner(String name, SecureRandom random) {
        this.random = random;
        this.opaque = new OpaqueClient(random);
        this.password = SecretBytes.random(16, random);
        try {
            this.name = AccountName.of(name);
        } catch (InvalidInputException e) {
            throw new IllegalArgumentException(e);
        }
    }

    /** Makes the account: four calls. */
    public void register(Connection connection) throws OpaqueException {
        UserId user = UserId.random(random);
        Identities identities = Identities.ofClient(name.utf8());
        try (ClientRegistration registration = opaque.startRegistration(password);
                ClientLogin login = opaque.startLogin(password)) {
            StartRegistrationResponse started = connection
                    .stub()
                    .startRegistration(StartRegistrationRequest.newBuilder()
                            .setAccountName(name.value())
                            .setUserId(bytes(user.toByteArray()))
                            .setRegistrationRequest(bytes(registration.request().toByteArray()))
                            .build());
            try (ClientRegistrationResult result = registration.finish(
                    RegistrationResponse.parse(started.getRegistrationResponse().toByteArray()),
                    identities,
                    HARDLY_STRETCHED)) {
                SubmitRecordResponse submitted = connection
                        .stub()
                        .submitRecord(SubmitRecordRequest.newBuilder()
                                .setRegistrationId(started.getRegistrationId())
                                .setRegistrationRecord(bytes(result.record().toByteArray()))
                                .setKe1(bytes(login.ke1().toByteArray()))
                                .build());
                Handshake handshake = new Handshake(
                        SessionKind.SESSION_KIND_REGISTRATION,
                        submitted.getSessionId(),
                        submitted.getKe2(),
                        started.getKsf());
                try (WireSession session = open(connection, login, handshake);
                        StorageKey storageKey = StorageKey.generate(random)) {
                    byte[] sealed = StorageKeyEnvelope.seal(result.exportKey(), user, storageKey, random);
                    session.ask(Request.newBuilder()
                            .setCompleteRegistration(CompleteRegistration.newBuilder()
                                    .setUserId(bytes(user.toByteArray()))
                                    .setEncryptedStorageKey(bytes(sealed))));
                }
            }
        }
    }

    /** Opens a session, which the caller closes: two calls. */
    public WireSession logIn(Connection connection) throws OpaqueException {
        try (ClientLogin login = opaque.startLogin(password)) {
            StartLoginResponse response = connection
                    .stub()
                    .startLogin(StartLoginRequest.newBuilder()
                            .setAccountName(name.value())
                            .setKind(SessionKind.SESSION_KIND_REQUEST)
                            .setKe1(bytes(login.ke1().toByteArray()))
                            .build());
            return open(
                    connection,
                    login,
                    new Handshake(
                            SessionKind.SESSION_KIND_REQUEST,
                            response.getSessionId(),
                            response.getKe2(),
                            response.getKsf()));
        }
    }

    /** What the server has answered to KE1. */
    private record Handshake(
            SessionKind kind, ByteString sessionId, ByteString ke2, dev.latchkey.protocol.wire.KsfParameters ksf) {}

    private WireSession open(Connection connection, ClientLogin login, Handshake handshake) throws OpaqueException {
        byte[] ke2 = handshake.ke2().toByteArray();
        try (ClientLoginResult result =
                login.finish(Ke2.parse(ke2), Identities.ofClient(name.utf8()), HARDLY_STRETCHED)) {
            byte[] ke3 = result.ke3().toByteArray();
            SessionId id = SessionId.of(handshake.sessionId().toByteArray());
            var asked = handshake.ksf();
            Transcript transcript = Transcript.of(
                    name,
                    handshake.kind(),
                    new KsfParameters(asked.getMemoryKib(), asked.getIterations(), asked.getParallelism()),
                    login.ke1().toByteArray(),
                    ke2,
                    ke3);
            ChannelKeys keys = ChannelKeys.derive(result.sessionKey(), id, transcript);
            return WireSession.open(
                    connection,
                    id,
                    keys,
                    connection
                            .stub()
                            .openSession(OpenSessionRequest.newBuilder()
                                    .setSessionId(handshake.sessionId())
                                    .setKe3(bytes(ke3))
                                    .build()),
                    random);
        }
    }

    static ByteString bytes(byte[] bytes) {
        return ByteString.copyFrom(bytes);
    }

    @Override
    public void close() {
        password.close();
    }
}
