package dev.latchkey.client.testserver;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.latchkey.opaque.Identities;
import dev.latchkey.opaque.Ke1;
import dev.latchkey.opaque.Ke3;
import dev.latchkey.opaque.KsfParameters;
import dev.latchkey.opaque.OpaqueException;
import dev.latchkey.opaque.OpaqueServer;
import dev.latchkey.opaque.RegistrationRecord;
import dev.latchkey.opaque.RegistrationRequest;
import dev.latchkey.opaque.SecretBytes;
import dev.latchkey.opaque.ServerKeyPair;
import dev.latchkey.opaque.ServerLogin;
import dev.latchkey.protocol.AccountName;
import dev.latchkey.protocol.ChannelKeys;
import dev.latchkey.protocol.Direction;
import dev.latchkey.protocol.IntegrityException;
import dev.latchkey.protocol.InvalidInputException;
import dev.latchkey.protocol.ReplayWindow;
import dev.latchkey.protocol.SessionId;
import dev.latchkey.protocol.Transcript;
import dev.latchkey.protocol.UserId;
import dev.latchkey.protocol.wire.CompleteRegistration;
import dev.latchkey.protocol.wire.Failure;
import dev.latchkey.protocol.wire.FailureCode;
import dev.latchkey.protocol.wire.KeyServerGrpc;
import dev.latchkey.protocol.wire.Limits;
import dev.latchkey.protocol.wire.OpenSessionRequest;
import dev.latchkey.protocol.wire.RegistrationCompleted;
import dev.latchkey.protocol.wire.Request;
import dev.latchkey.protocol.wire.Response;
import dev.latchkey.protocol.wire.SealedCall;
import dev.latchkey.protocol.wire.SealedMessage;
import dev.latchkey.protocol.wire.SessionClosed;
import dev.latchkey.protocol.wire.SessionKind;
import dev.latchkey.protocol.wire.SessionOpened;
import dev.latchkey.protocol.wire.StartLoginRequest;
import dev.latchkey.protocol.wire.StartLoginResponse;
import dev.latchkey.protocol.wire.StartRegistrationRequest;
import dev.latchkey.protocol.wire.StartRegistrationResponse;
import dev.latchkey.protocol.wire.SubmitRecordRequest;
import dev.latchkey.protocol.wire.SubmitRecordResponse;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.stub.StreamObserver;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.Map;

/**
 * An honest key server in memory, with the real server roles of OPAQUE and the real channel; {@link Steps} bend it.
 *
 * <p>Nothing expires and nothing is counted. One lock around everything.
 */
public final class InMemoryService extends KeyServerGrpc.KeyServerImplBase {

    /** The least that a client logs in with, so that tests spend little time on it. */
    public static final KsfParameters KSF = new KsfParameters(19_456, 2, 1);

    private static final dev.latchkey.protocol.wire.KsfParameters KSF_ON_WIRE =
            dev.latchkey.protocol.wire.KsfParameters.newBuilder()
                    .setMemoryKib(KSF.memoryKib())
                    .setIterations(KSF.iterations())
                    .setParallelism(KSF.parallelism())
                    .build();

    private static final int SEED_BYTES = 64;
    private static final int ID_BYTES = 16;
    private static final Limits LIMITS = Limits.newBuilder()
            .setIdleMs(300_000)
            .setLifetimeMs(3_600_000)
            .setMaxRequests(1000)
            .setMaxMessageBytes(1 << 20)
            .build();

    private final Steps steps;
    private final SecureRandom random = new SecureRandom();
    private final ServerKeyPair keyPair = ServerKeyPair.generate(random);
    private final SecretBytes fakeSeed = SecretBytes.random(SEED_BYTES, random);
    private final Map<ByteString, Claimant> registrations = new HashMap<>();
    private final Map<ByteString, Handshake> handshakes = new HashMap<>();
    private final Map<ByteString, Session> sessions = new HashMap<>();
    private final Map<AccountName, InMemoryAccount> accounts = new HashMap<>();

    /** A service that is honest but for {@code steps}. */
    public InMemoryService(Steps steps) {
        this.steps = steps;
    }

    /** Who registers or logs in, and what the password is tried against. */
    private static final class Claimant {

        final AccountName name;
        final UserId userId;
        final SecretBytes oprfSeed;
        final byte[] record;

        Claimant(AccountName name, UserId userId, SecretBytes oprfSeed, byte[] record) {
            this.name = name;
            this.userId = userId;
            this.oprfSeed = oprfSeed;
            this.record = record;
        }
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

    private static final class Session {

        final SessionId id;
        final ChannelKeys keys;
        final SessionKind kind;
        final Claimant who;
        ReplayWindow window = ReplayWindow.EMPTY;

        Session(SessionId id, ChannelKeys keys, SessionKind kind, Claimant who) {
            this.id = id;
            this.keys = keys;
            this.kind = kind;
            this.who = who;
        }
    }

    /** How many sessions are open. */
    public synchronized int sessions() {
        return sessions.size();
    }

    /** How many accounts there are. */
    public synchronized int accounts() {
        return accounts.size();
    }

    /** Forgets every session, as a server does whose database was restored. */
    public synchronized void forgetSessions() {
        sessions.clear();
    }

    @FunctionalInterface
    private interface Work<T> {
        T run() throws StatusException, OpaqueException, InvalidInputException, IntegrityException;
    }

    private synchronized <T> void answer(StreamObserver<T> observer, Work<T> work) {
        try {
            observer.onNext(work.run());
            observer.onCompleted();
        } catch (StatusException e) {
            observer.onError(e);
        } catch (OpaqueException | InvalidInputException e) {
            observer.onError(Status.INVALID_ARGUMENT.asException());
        } catch (IntegrityException e) {
            observer.onError(Status.UNAUTHENTICATED.asException());
        }
    }

    @Override
    public void startRegistration(
            StartRegistrationRequest request, StreamObserver<StartRegistrationResponse> observer) {
        answer(observer, () -> {
            Claimant who = new Claimant(
                    AccountName.canonical(request.getAccountName()),
                    UserId.of(request.getUserId().toByteArray()),
                    SecretBytes.random(SEED_BYTES, random),
                    null);
            RegistrationRequest blinded =
                    RegistrationRequest.parse(request.getRegistrationRequest().toByteArray());
            byte[] response = new OpaqueServer(keyPair, random)
                    .respond(blinded, who.userId.toByteArray(), who.oprfSeed)
                    .toByteArray();
            ByteString id = newId();
            registrations.put(id, who);
            return StartRegistrationResponse.newBuilder()
                    .setRegistrationId(id)
                    .setRegistrationResponse(ByteString.copyFrom(response))
                    .setKsf(steps.ksf(KSF_ON_WIRE))
                    .build();
        });
    }

    @Override
    public void submitRecord(SubmitRecordRequest request, StreamObserver<SubmitRecordResponse> observer) {
        answer(observer, () -> {
            Claimant started = required(registrations.remove(request.getRegistrationId()));
            Claimant recorded = new Claimant(
                    started.name,
                    started.userId,
                    started.oprfSeed,
                    request.getRegistrationRecord().toByteArray());
            ByteString id = newId();
            return SubmitRecordResponse.newBuilder()
                    .setSessionId(id)
                    .setKe2(startHandshake(id, SessionKind.SESSION_KIND_REGISTRATION, request.getKe1(), recorded))
                    .build();
        });
    }

    @Override
    public void startLogin(StartLoginRequest request, StreamObserver<StartLoginResponse> observer) {
        answer(observer, () -> {
            steps.beforeLogin();
            AccountName name = AccountName.canonical(request.getAccountName());
            InMemoryAccount account = accounts.get(name);
            Claimant who = account == null
                    ? nobody(name)
                    : new Claimant(name, account.userId, account.oprfSeed, account.record);
            ByteString id = newId();
            return StartLoginResponse.newBuilder()
                    .setSessionId(id)
                    .setKe2(startHandshake(id, request.getKind(), request.getKe1(), who))
                    .setKsf(steps.ksf(KSF_ON_WIRE))
                    .build();
        });
    }

    @Override
    public void openSession(OpenSessionRequest request, StreamObserver<SealedMessage> observer) {
        answer(observer, () -> {
            steps.beforeReading(request);
            Handshake handshake = required(handshakes.remove(request.getSessionId()));
            Session session =
                    finish(handshake, SessionId.of(request.getSessionId().toByteArray()), request.getKe3());
            sessions.put(request.getSessionId(), session);
            Response response = Response.newBuilder()
                    .setSessionOpened(steps.opened(opened(session)))
                    .build();
            return SealedMessage.newBuilder()
                    .setSealed(seal(session, steps.seqOfAnswer(0), response))
                    .build();
        });
    }

    @Override
    public void call(SealedCall call, StreamObserver<SealedMessage> observer) {
        answer(observer, () -> {
            steps.beforeReading(call);
            Session session = required(sessions.get(call.getSessionId()));
            ChannelKeys.Opened opened = session.keys.open(
                    Direction.CLIENT_TO_SERVER, session.id, call.getSealed().toByteArray());
            session.window = session.window.accept(opened.seq()).orElseThrow(Status.UNAUTHENTICATED::asException);
            Request request = parse(opened.body());
            steps.beforeCarryingOut(request);
            Response response = steps.answer(request, carryOut(session, call.getSessionId(), request));
            ByteString sealed = seal(session, steps.seqOfAnswer(opened.seq()), response);
            return SealedMessage.newBuilder()
                    .setSealed(steps.sealed(call.getSealed(), sealed))
                    .build();
        });
    }

    private Response carryOut(Session session, ByteString sessionId, Request request) {
        try {
            if (session.kind == SessionKind.SESSION_KIND_REGISTRATION) {
                sessions.remove(sessionId);
                return Response.newBuilder()
                        .setRegistrationCompleted(complete(session.who, request.getCompleteRegistration()))
                        .build();
            }
            if (request.hasCloseSession()) {
                sessions.remove(sessionId);
                return Response.newBuilder()
                        .setSessionClosed(SessionClosed.getDefaultInstance())
                        .build();
            }
            return accounts.get(session.who.name).carryOut(request, steps);
        } catch (InMemoryAccount.Refused e) {
            return Response.newBuilder()
                    .setFailure(Failure.newBuilder().setCode(e.code))
                    .build();
        }
    }

    private RegistrationCompleted complete(Claimant who, CompleteRegistration request) throws InMemoryAccount.Refused {
        if (!UserId.of(request.getUserId().toByteArray()).equals(who.userId)) {
            throw new InMemoryAccount.Refused(FailureCode.FAILURE_CODE_WRONG_USER);
        }
        if (accounts.containsKey(who.name)) {
            throw new InMemoryAccount.Refused(FailureCode.FAILURE_CODE_NAME_TAKEN);
        }
        InMemoryAccount account =
                new InMemoryAccount(who.userId, who.record, who.oprfSeed, request.getEncryptedStorageKey(), random);
        accounts.put(who.name, account);
        return RegistrationCompleted.newBuilder().setAudit(account.head()).build();
    }

    private ByteString startHandshake(ByteString id, SessionKind kind, ByteString ke1, Claimant who)
            throws OpaqueException {
        try (RegistrationRecord record = RegistrationRecord.parse(who.record)) {
            ServerLogin login = new OpaqueServer(steps.keyPairOfLogin(keyPair), random)
                    .startLogin(
                            record,
                            Ke1.parse(ke1.toByteArray()),
                            who.userId.toByteArray(),
                            who.oprfSeed,
                            Identities.ofClient(who.name.utf8()));
            byte[] ke2 = login.ke2().toByteArray();
            handshakes.put(id, new Handshake(kind, who, login, ke1.toByteArray(), ke2));
            return steps.ke2(ByteString.copyFrom(ke2));
        }
    }

    private static Session finish(Handshake handshake, SessionId id, ByteString ke3) throws StatusException {
        try (ServerLogin login = handshake.login;
                SecretBytes sessionKey = login.finish(Ke3.parse(ke3.toByteArray()))) {
            Transcript transcript = Transcript.of(
                    handshake.who.name, handshake.kind, KSF, handshake.ke1, handshake.ke2, ke3.toByteArray());
            return new Session(id, ChannelKeys.derive(sessionKey, id, transcript), handshake.kind, handshake.who);
        } catch (OpaqueException e) {
            throw Status.UNAUTHENTICATED.asException();
        }
    }

    /** Somebody whose password nobody has; another one at each login, which no client can tell. */
    private Claimant nobody(AccountName name) {
        try (SecretBytes seed = SecretBytes.random(32, random);
                SecretBytes maskingKey = SecretBytes.random(64, random);
                RegistrationRecord record = new OpaqueServer(keyPair, random).fakeRecord(seed, maskingKey)) {
            return new Claimant(name, UserId.random(random), fakeSeed, record.toByteArray());
        }
    }

    private SessionOpened opened(Session session) {
        SessionOpened.Builder opened = SessionOpened.newBuilder()
                .setUserId(ByteString.copyFrom(session.who.userId.toByteArray()))
                .setKind(session.kind)
                .setLimits(LIMITS);
        if (session.kind == SessionKind.SESSION_KIND_REGISTRATION) {
            return opened.build();
        }
        InMemoryAccount account = accounts.get(session.who.name);
        return opened.setLastLoginUnixMs(account.noteLogin())
                .setAudit(account.head())
                .build();
    }

    private ByteString seal(Session session, long seq, Response response) {
        return ByteString.copyFrom(
                session.keys.seal(Direction.SERVER_TO_CLIENT, session.id, seq, response.toByteArray(), random));
    }

    private static Request parse(byte[] body) throws StatusException {
        try {
            return Request.parseFrom(body);
        } catch (InvalidProtocolBufferException e) {
            throw Status.UNAUTHENTICATED.asException();
        }
    }

    private ByteString newId() {
        byte[] id = new byte[ID_BYTES];
        random.nextBytes(id);
        return ByteString.copyFrom(id);
    }

    private static <T> T required(T found) throws StatusException {
        if (found == null) {
            throw Status.UNAUTHENTICATED.asException();
        }
        return found;
    }
}
