package dev.latchkey.client.testserver;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.latchkey.opaque.KsfParameters;
import dev.latchkey.opaque.OpaqueException;
import dev.latchkey.protocol.AccountName;
import dev.latchkey.protocol.AuditAction;
import dev.latchkey.protocol.ChannelKeys;
import dev.latchkey.protocol.Direction;
import dev.latchkey.protocol.IntegrityException;
import dev.latchkey.protocol.InvalidInputException;
import dev.latchkey.protocol.UserId;
import dev.latchkey.protocol.wire.KeyServerGrpc;
import dev.latchkey.protocol.wire.Limits;
import dev.latchkey.protocol.wire.OpenSessionRequest;
import dev.latchkey.protocol.wire.Request;
import dev.latchkey.protocol.wire.Response;
import dev.latchkey.protocol.wire.SealedCall;
import dev.latchkey.protocol.wire.SealedMessage;
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
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * An honest key server in memory, with the real server roles of OPAQUE, the real channel and the real audit chain; {@link
 * Steps} bend it, and who holds it may bring back an earlier state.
 *
 * <p>Nothing expires and nothing is counted. One lock around everything.
 */
public final class InMemoryService extends KeyServerGrpc.KeyServerImplBase {

    /** The least that a client logs in with, so that tests spend little time on it. */
    public static final KsfParameters KSF = new KsfParameters(19_456, 2, 1);

    static final dev.latchkey.protocol.wire.KsfParameters KSF_ON_WIRE =
            dev.latchkey.protocol.wire.KsfParameters.newBuilder()
                    .setMemoryKib(KSF.memoryKib())
                    .setIterations(KSF.iterations())
                    .setParallelism(KSF.parallelism())
                    .build();

    private static final int ID_BYTES = 16;
    private static final Limits LIMITS = Limits.newBuilder()
            .setIdleMs(300_000)
            .setLifetimeMs(3_600_000)
            .setMaxRequests(1000)
            .setMaxMessageBytes(1 << 20)
            .build();

    private final Steps steps;
    private final SecureRandom random = new SecureRandom();
    private final OpaqueRoles opaque;
    private final AccountKeeping keeping;
    private final Map<ByteString, Claimant> registrations = new HashMap<>();
    private final Map<ByteString, Session> sessions = new LinkedHashMap<>();
    private final Map<ByteString, ByteString> shown = new HashMap<>();

    /** A service that is honest but for {@code steps}. */
    public InMemoryService(Steps steps) {
        this.steps = steps;
        this.opaque = new OpaqueRoles(steps, random);
        this.keeping = new AccountKeeping(steps, random, opaque, sessions.values());
    }

    /** How many sessions are open. */
    public synchronized int sessions() {
        return sessions.size();
    }

    /** How many accounts there are. */
    public synchronized int accounts() {
        return keeping.accounts.size();
    }

    /** What is kept of one owner, to be read or bent between two requests. */
    public synchronized InMemoryAccount account(AccountName name) {
        return keeping.accounts.get(name);
    }

    /** Forgets every session, as a server does whose database was restored. */
    public synchronized void forgetSessions() {
        sessions.clear();
    }

    /** All accounts as they are now, for {@link #restore}. */
    public synchronized Snapshot snapshot() {
        return new Snapshot(keeping.accounts);
    }

    /** Makes everything of all accounts what it was then; sessions go on, for a server that lies need not end them. */
    public synchronized void restore(Snapshot snapshot) {
        keeping.accounts.clear();
        keeping.accounts.putAll(snapshot.copies());
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
            Claimant who = opaque.newcomer(
                    AccountName.canonical(request.getAccountName()),
                    UserId.of(request.getUserId().toByteArray()));
            ByteString response = opaque.evaluate(who, request.getRegistrationRequest());
            ByteString id = newId();
            registrations.put(id, who);
            return StartRegistrationResponse.newBuilder()
                    .setRegistrationId(id)
                    .setRegistrationResponse(response)
                    .setKsf(steps.ksf(KSF_ON_WIRE))
                    .build();
        });
    }

    @Override
    public void submitRecord(SubmitRecordRequest request, StreamObserver<SubmitRecordResponse> observer) {
        answer(observer, () -> {
            Claimant recorded = required(registrations.remove(request.getRegistrationId()))
                    .with(request.getRegistrationRecord().toByteArray());
            ByteString id = newId();
            return SubmitRecordResponse.newBuilder()
                    .setSessionId(id)
                    .setKe2(opaque.startHandshake(
                            id, SessionKind.SESSION_KIND_REGISTRATION, request.getKe1(), recorded))
                    .build();
        });
    }

    @Override
    public void startLogin(StartLoginRequest request, StreamObserver<StartLoginResponse> observer) {
        answer(observer, () -> {
            steps.beforeLogin();
            AccountName name = AccountName.canonical(request.getAccountName());
            InMemoryAccount account = keeping.accounts.get(name);
            Claimant who = account == null ? opaque.nobody(name) : account.claimant(name);
            ByteString id = newId();
            shown.put(id, account == null ? null : account.holder(request.getDeviceTicket()));
            return steps.loginStarted(StartLoginResponse.newBuilder()
                    .setSessionId(id)
                    .setKe2(opaque.startHandshake(id, request.getKind(), request.getKe1(), who))
                    .setKsf(steps.ksf(KSF_ON_WIRE))
                    .build());
        });
    }

    @Override
    public void openSession(OpenSessionRequest request, StreamObserver<SealedMessage> observer) {
        answer(observer, () -> {
            steps.beforeReading(request);
            Session session = opaque.finish(request.getSessionId(), request.getKe3());
            session.device = shown.remove(request.getSessionId());
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
            Response response = steps.answer(request, keeping.carryOut(session, request));
            ByteString sealed = seal(session, steps.seqOfAnswer(opened.seq()), response);
            return SealedMessage.newBuilder()
                    .setSealed(steps.sealed(call.getSealed(), sealed))
                    .build();
        });
    }

    private SessionOpened opened(Session session) {
        SessionOpened.Builder opened = SessionOpened.newBuilder()
                .setUserId(ByteString.copyFrom(session.who.userId.toByteArray()))
                .setKind(session.kind)
                .setLimits(LIMITS);
        if (session.kind == SessionKind.SESSION_KIND_REGISTRATION) {
            return opened.build();
        }
        InMemoryAccount account = keeping.accounts.get(session.who.name);
        opened.setLastLoginUnixMs(Math.max(
                account.log().lastTimeOf(AuditAction.SESSION_OPENED),
                account.log().lastTimeOf(AuditAction.ACCOUNT_SESSION_OPENED)));
        account.note(
                session.kind == SessionKind.SESSION_KIND_ACCOUNT
                        ? AuditAction.ACCOUNT_SESSION_OPENED
                        : AuditAction.SESSION_OPENED,
                session.id);
        if (session.device != null) {
            opened.setDeviceId(session.device);
        }
        // No request came before this one, so no entries go with the head.
        return opened.setAudit(account.log().head(account.log().n())).build();
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
