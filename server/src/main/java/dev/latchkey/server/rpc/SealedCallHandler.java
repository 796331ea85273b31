package dev.latchkey.server.rpc;

import com.google.protobuf.ByteString;
import dev.latchkey.protocol.ChannelKeys;
import dev.latchkey.protocol.Direction;
import dev.latchkey.protocol.IntegrityException;
import dev.latchkey.protocol.MalformedException;
import dev.latchkey.protocol.ReplayWindow;
import dev.latchkey.protocol.SessionId;
import dev.latchkey.protocol.WireRules;
import dev.latchkey.protocol.wire.FailureCode;
import dev.latchkey.protocol.wire.Request;
import dev.latchkey.protocol.wire.Request.OperationCase;
import dev.latchkey.protocol.wire.Response;
import dev.latchkey.protocol.wire.SealedCall;
import dev.latchkey.protocol.wire.SealedMessage;
import dev.latchkey.protocol.wire.SessionKind;
import dev.latchkey.server.store.Sessions;
import dev.latchkey.server.store.Store;
import dev.latchkey.server.store.StoreUnavailableException;
import dev.latchkey.server.store.Transaction;
import java.security.SecureRandom;
import java.util.Optional;

/**
 * Every request of a session. First the message must open and its number be new, and the number is spent for good; only
 * then does the operation run, in a transaction of its own. What does not open changes nothing.
 */
final class SealedCallHandler {
    private final Store store;
    private final SessionLimits limits;
    private final Operations operations;
    private final SecureRandom random;

    SealedCallHandler(Store store, SessionLimits limits, Operations operations, SecureRandom random) {
        this.store = store;
        this.limits = limits;
        this.operations = operations;
        this.random = random;
    }

    SealedMessage call(SealedCall call) throws Refused, StoreUnavailableException {
        SessionId id = SessionId.of(call.getSessionId().toByteArray());
        byte[] sealed = call.getSealed().toByteArray();
        try (Admission admission = new Admission()) {
            Response response = answer(admission, id, sealed);
            count(admission, response);
            return SealedMessage.newBuilder()
                    .setSealed(ByteString.copyFrom(admission.seal(response, random)))
                    .build();
        }
    }

    private Response answer(Admission admission, SessionId id, byte[] sealed)
            throws Refused, StoreUnavailableException {
        try {
            Optional<Response> answered = store.<Response, Refused>transactTwice(
                    tx -> admit(tx, id, sealed, admission) && admission.isForOneTransaction(),
                    tx -> runUnder(tx, admission));
            if (answered.isPresent()) {
                return answered.get();
            }
            if (!admission.isGiven()) {
                throw Rejection.unauthenticated();
            }
            return run(admission, Optional.empty());
        } catch (OperationFailure failure) {
            return Response.newBuilder().setFailure(failure.toFailure()).build();
        }
    }

    private Response runUnder(Transaction tx, Admission admission) throws Refused {
        try {
            return run(admission, Optional.of(tx));
        } catch (StoreUnavailableException e) {
            throw new IllegalStateException("an operation under a transaction begins no other", e);
        }
    }

    private Response run(Admission admission, Optional<Transaction> under) throws Refused, StoreUnavailableException {
        Request request = admission.request();
        return operations.run(new CallContext(admission.session(), request.getKnownAuditN(), under), request);
    }

    private static void count(Admission admission, Response response) {
        Optional<FailureCode> failure =
                response.hasFailure() ? Optional.of(response.getFailure().getCode()) : Optional.empty();
        Tally.OF_CALL.get().operation(admission.operation(), failure);
    }

    /** Opens the message and spends its number. False if any of that fails; nothing has changed then. */
    private boolean admit(Transaction tx, SessionId id, byte[] sealed, Admission admission) {
        // The store may have begun anew.
        admission.close();
        Optional<Sessions.OpenSession> found = tx.sessions().find(id);
        if (found.isEmpty()) {
            return false;
        }
        Sessions.OpenSession session = found.get();
        try {
            return admit(tx, session, sealed, admission);
        } finally {
            if (!admission.isGiven()) {
                session.close();
            }
        }
    }

    private boolean admit(Transaction tx, Sessions.OpenSession session, byte[] sealed, Admission admission) {
        ChannelKeys keys = SessionSecrets.channelKeys(session.secrets());
        try {
            ChannelKeys.Opened opened = keys.open(Direction.CLIENT_TO_SERVER, session.id(), sealed);
            Optional<ReplayWindow> next = session.window().accept(opened.seq());
            SessionKind kind = SessionKind.forNumber(session.kind());
            if (opened.seq() > limits.of(kind).requests()
                    || next.isEmpty()
                    || !tx.sessions().advance(session.id(), session.window(), next.get())) {
                return false;
            }
            if (kind == SessionKind.SESSION_KIND_REGISTRATION) {
                tx.sessions().close(session.id());
            }
            admission.give(session, keys, opened);
            return true;
        } catch (IntegrityException forged) {
            return false;
        } finally {
            if (!admission.isGiven()) {
                keys.close();
            }
        }
    }

    /** What a request has whose message has opened and whose number is spent, with the keys to seal its answer. */
    private static final class Admission implements AutoCloseable {
        private Sessions.OpenSession session;
        private ChannelKeys keys;
        private ChannelKeys.Opened opened;
        private Request request;

        /** Takes ownership of session and keys. */
        void give(Sessions.OpenSession ofOwner, ChannelKeys ofSession, ChannelKeys.Opened message) {
            session = ofOwner;
            keys = ofSession;
            opened = message;
        }

        boolean isGiven() {
            return session != null;
        }

        Sessions.OpenSession session() {
            return session;
        }

        boolean isForOneTransaction() {
            try {
                return Operations.isOneTransaction(request());
            } catch (OperationFailure malformed) {
                return false;
            }
        }

        Request request() throws OperationFailure {
            try {
                if (request == null) {
                    request = WireRules.parse(Request.getDefaultInstance(), opened.body());
                }
                return request;
            } catch (MalformedException malformed) {
                throw new OperationFailure(FailureCode.FAILURE_CODE_MALFORMED);
            }
        }

        /** What was asked for, if that could be read. */
        OperationCase operation() {
            return request == null ? OperationCase.OPERATION_NOT_SET : request.getOperationCase();
        }

        byte[] seal(Response response, SecureRandom random) {
            return keys.seal(Direction.SERVER_TO_CLIENT, session.id(), opened.seq(), response.toByteArray(), random);
        }

        @Override
        public void close() {
            if (session != null) {
                keys.close();
                session.close();
                session = null;
                request = null;
            }
        }
    }
}
