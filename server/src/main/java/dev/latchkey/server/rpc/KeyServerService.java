package dev.latchkey.server.rpc;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import dev.latchkey.opaque.OpaqueServer;
import dev.latchkey.protocol.MalformedException;
import dev.latchkey.protocol.WireRules;
import dev.latchkey.protocol.wire.KeyServerGrpc;
import dev.latchkey.protocol.wire.OpenSessionRequest;
import dev.latchkey.protocol.wire.SealedCall;
import dev.latchkey.protocol.wire.SealedMessage;
import dev.latchkey.protocol.wire.StartLoginRequest;
import dev.latchkey.protocol.wire.StartLoginResponse;
import dev.latchkey.protocol.wire.StartRegistrationRequest;
import dev.latchkey.protocol.wire.StartRegistrationResponse;
import dev.latchkey.protocol.wire.SubmitRecordRequest;
import dev.latchkey.protocol.wire.SubmitRecordResponse;
import dev.latchkey.server.store.Store;
import dev.latchkey.server.store.StoreUnavailableException;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.security.SecureRandom;

/**
 * The five calls. Every message is held to the bounds stated beside its fields before a handler sees it, and every way
 * to fail becomes a status here; no text of an exception leaves the server.
 */
public final class KeyServerService extends KeyServerGrpc.KeyServerImplBase {
    private final RegistrationHandler registrations;
    private final LoginHandler logins;
    private final SessionOpener sessions;
    private final SealedCallHandler calls;
    private final ThroughputGate gate;
    private final FailureLog failures = new FailureLog(System::nanoTime);

    private KeyServerService(
            RegistrationHandler registrations,
            LoginHandler logins,
            SessionOpener sessions,
            SealedCallHandler calls,
            ThroughputGate gate) {
        this.registrations = registrations;
        this.logins = logins;
        this.sessions = sessions;
        this.calls = calls;
        this.gate = gate;
    }

    /** All arguments stay the caller's and must outlive the service. */
    public static KeyServerService create(
            Store store, OpaqueServer opaque, SessionLimits limits, ThroughputGate gate, SecureRandom random) {
        AccountNames names = new AccountNames(store.deployment().enumerationKey(), opaque);
        HandshakeStarter handshakes = new HandshakeStarter(store, opaque, limits);
        Operations operations = new Operations(
                new SecretOperations(store, random), new AccountOperations(store, names, opaque, random));
        return new KeyServerService(
                new RegistrationHandler(store, opaque, names, handshakes, limits.registration(), random),
                new LoginHandler(store, names, handshakes, limits.handshake(), random),
                new SessionOpener(store, limits, random),
                new SealedCallHandler(store, limits, operations, random),
                gate);
    }

    @Override
    public void startRegistration(
            StartRegistrationRequest request, StreamObserver<StartRegistrationResponse> observer) {
        answer(request, observer, started -> {
            pass(ThroughputGate.Begun.REGISTRATION, started.getAccountName(), ByteString.EMPTY);
            return registrations.start(started);
        });
    }

    @Override
    public void submitRecord(SubmitRecordRequest request, StreamObserver<SubmitRecordResponse> observer) {
        answer(request, observer, registrations::submitRecord);
    }

    @Override
    public void startLogin(StartLoginRequest request, StreamObserver<StartLoginResponse> observer) {
        answer(request, observer, started -> {
            pass(ThroughputGate.Begun.LOGIN, started.getAccountName(), started.getDeviceTicket());
            return logins.start(started);
        });
    }

    @Override
    public void openSession(OpenSessionRequest request, StreamObserver<SealedMessage> observer) {
        answer(request, observer, sessions::open);
    }

    @Override
    public void call(SealedCall request, StreamObserver<SealedMessage> observer) {
        answer(request, observer, calls::call);
    }

    /** What can never be begun takes nothing from what can. */
    private void pass(ThroughputGate.Begun what, String name, ByteString ticket)
            throws Rejection, StoreUnavailableException {
        gate.pass(what, ClientAddress.OF_CALL.get(), AccountNames.require(name), ticket.toByteArray());
    }

    private <Q extends Message, A> void answer(Q request, StreamObserver<A> observer, Handler<Q, A> handler) {
        if (isOver(observer)) {
            return;
        }
        A answer;
        try {
            WireRules.check(request);
            answer = handler.handle(request);
        } catch (MalformedException malformed) {
            observer.onError(Statuses.of(Rejection.malformed()));
            return;
        } catch (Rejection rejection) {
            rejection.count(Tally.OF_CALL.get());
            observer.onError(Statuses.of(rejection));
            return;
        } catch (Refused | StoreUnavailableException | RuntimeException failure) {
            failures.failed(request, failure);
            observer.onError(Statuses.ofFailure(failure));
            return;
        }
        observer.onNext(answer);
        observer.onCompleted();
    }

    /** Nobody waits for the answer any more: a guess must not be counted, nor anything be changed, for nothing. */
    private static boolean isOver(StreamObserver<?> observer) {
        return observer instanceof ServerCallStreamObserver<?> call && call.isCancelled();
    }

    @FunctionalInterface
    private interface Handler<Q, A> {
        A handle(Q request) throws Refused, StoreUnavailableException;
    }
}
