package dev.latchkey.e2e;

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
import dev.latchkey.protocol.Transcript;
import dev.latchkey.protocol.UserId;
import dev.latchkey.protocol.wire.KeyServerGrpc;
import dev.latchkey.protocol.wire.OpenSessionRequest;
import dev.latchkey.protocol.wire.SealedMessage;
import dev.latchkey.protocol.wire.SessionKind;
import dev.latchkey.protocol.wire.StartLoginRequest;
import dev.latchkey.protocol.wire.StartLoginResponse;
import dev.latchkey.protocol.wire.StartRegistrationRequest;
import dev.latchkey.protocol.wire.StartRegistrationResponse;
import dev.latchkey.protocol.wire.SubmitRecordRequest;
import dev.latchkey.protocol.wire.SubmitRecordResponse;
import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.concurrent.TimeUnit;

/**
 * A client that keeps every rule of the protocol only as long as a test wants it to: each step by itself, its messages in
 * the test's hands.
 */
final class RawClient implements AutoCloseable {
    private static final int DEADLINE_SECONDS = 30;

    private final ManagedChannel channel;
    private final SecureRandom random = new SecureRandom();

    RawClient(int port, Path ca) throws IOException {
        this.channel = NettyChannelBuilder.forAddress("localhost", port)
                .sslContext(
                        GrpcSslContexts.forClient().trustManager(ca.toFile()).build())
                .build();
    }

    KeyServerGrpc.KeyServerBlockingStub stub() {
        return KeyServerGrpc.newBlockingStub(channel).withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS);
    }

    /** For calls that are not waited for, one after the other. */
    KeyServerGrpc.KeyServerStub asyncStub() {
        return KeyServerGrpc.newStub(channel).withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS);
    }

    SecureRandom random() {
        return random;
    }

    /** A registration up to its open session; the account does not exist yet. */
    RawSession startRegistration(String name, UserId user, String password) throws OpaqueException {
        return open(submitRecord(name, user, password));
    }

    /** The first two steps of a registration: what waits for KE3. */
    RawHandshake submitRecord(String name, UserId user, String password) throws OpaqueException {
        OpaqueClient opaque = new OpaqueClient(random);
        try (SecretBytes secret = SecretBytes.takeOwnership(utf8(password));
                ClientRegistration registration = opaque.startRegistration(secret)) {
            StartRegistrationResponse started = stub().startRegistration(StartRegistrationRequest.newBuilder()
                    .setAccountName(name)
                    .setUserId(bytes(user.toByteArray()))
                    .setRegistrationRequest(bytes(registration.request().toByteArray()))
                    .build());
            KsfParameters ksf = ksf(started.getKsf());
            Identities identities = Identities.ofClient(utf8(name));
            ClientLogin login = opaque.startLogin(secret);
            try (ClientRegistrationResult result = registration.finish(
                    RegistrationResponse.parse(started.getRegistrationResponse().toByteArray()), identities, ksf)) {
                SubmitRecordResponse submitted = stub().submitRecord(SubmitRecordRequest.newBuilder()
                        .setRegistrationId(started.getRegistrationId())
                        .setRegistrationRecord(bytes(result.record().toByteArray()))
                        .setKe1(bytes(login.ke1().toByteArray()))
                        .build());
                return finish(
                        login,
                        name,
                        SessionKind.SESSION_KIND_REGISTRATION,
                        ksf,
                        submitted.getSessionId().toByteArray(),
                        submitted.getKe2().toByteArray());
            }
        }
    }

    RawSession logIn(String name, String password) throws OpaqueException {
        return open(startLogin(name, password));
    }

    /** Shows a device's ticket with the KE1. */
    RawSession logIn(String name, String password, ByteString ticket) throws OpaqueException {
        return open(startLogin(name, password, SessionKind.SESSION_KIND_REQUEST, ticket));
    }

    /** An account session: the kind that may change the password. */
    RawSession logInToAccount(String name, String password) throws OpaqueException {
        return open(startLogin(name, password, SessionKind.SESSION_KIND_ACCOUNT));
    }

    /** KE1 → KE2, verified; what waits for KE3. A wrong password shows here. */
    RawHandshake startLogin(String name, String password) throws OpaqueException {
        return startLogin(name, password, SessionKind.SESSION_KIND_REQUEST);
    }

    RawHandshake startLogin(String name, String password, SessionKind kind) throws OpaqueException {
        return startLogin(name, password, kind, ByteString.EMPTY);
    }

    /** @param ticket empty to show none */
    RawHandshake startLogin(String name, String password, SessionKind kind, ByteString ticket) throws OpaqueException {
        try (SecretBytes secret = SecretBytes.takeOwnership(utf8(password))) {
            ClientLogin login = new OpaqueClient(random).startLogin(secret);
            StartLoginRequest.Builder request =
                    loginRequest(name, login.ke1().toByteArray()).toBuilder().setKind(kind);
            if (!ticket.isEmpty()) {
                request.setDeviceTicket(ticket);
            }
            StartLoginResponse response = stub().startLogin(request.build());
            return finish(
                    login,
                    name,
                    kind,
                    ksf(response.getKsf()),
                    response.getSessionId().toByteArray(),
                    response.getKe2().toByteArray());
        }
    }

    static StartLoginRequest loginRequest(String name, byte[] ke1) {
        return StartLoginRequest.newBuilder()
                .setAccountName(name)
                .setKind(SessionKind.SESSION_KIND_REQUEST)
                .setKe1(bytes(ke1))
                .build();
    }

    /** KE3 → an open session, its SessionOpened opened. */
    RawSession open(RawHandshake handshake) {
        return new RawSession(this, handshake, send(handshake));
    }

    SealedMessage send(RawHandshake handshake) {
        return stub().openSession(OpenSessionRequest.newBuilder()
                .setSessionId(bytes(handshake.sessionId().toByteArray()))
                .setKe3(bytes(handshake.ke3()))
                .build());
    }

    private static RawHandshake finish(
            ClientLogin login, String name, SessionKind kind, KsfParameters ksf, byte[] sessionId, byte[] ke2)
            throws OpaqueException {
        SessionId id = SessionId.of(sessionId);
        try (login;
                ClientLoginResult result = login.finish(Ke2.parse(ke2), Identities.ofClient(utf8(name)), ksf)) {
            Transcript transcript = Transcript.of(
                    accountName(name),
                    kind,
                    ksf,
                    login.ke1().toByteArray(),
                    ke2,
                    result.ke3().toByteArray());
            return new RawHandshake(
                    id,
                    result.ke3().toByteArray(),
                    ChannelKeys.derive(result.sessionKey(), id, transcript),
                    result.exportKey().copy());
        }
    }

    static KsfParameters ksf(dev.latchkey.protocol.wire.KsfParameters ksf) {
        return new KsfParameters(ksf.getMemoryKib(), ksf.getIterations(), ksf.getParallelism());
    }

    private static AccountName accountName(String name) {
        try {
            return AccountName.of(name);
        } catch (InvalidInputException invalid) {
            throw new IllegalArgumentException(invalid);
        }
    }

    static ByteString bytes(byte[] bytes) {
        return ByteString.copyFrom(bytes);
    }

    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        channel.shutdownNow();
    }
}
