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
        Optional<Admitted> result = store.transact(tx -> admit(tx, id, sealed));
        try (Admitted admitted = result.orElseThrow(Rejection::unauthenticated)) {
            Response response = answer(admitted);
            return SealedMessage.newBuilder()
                    .setSealed(ByteString.copyFrom(admitted.seal(response, random)))
                    .build();
        }
    }

    /** Opens the message and spends its number. Empty if any of that fails; nothing has changed then. */
    private Optional<Admitted> admit(Transaction tx, SessionId id, byte[] sealed) {
        Optional<Sessions.OpenSession> found = tx.sessions().find(id);
        if (found.isEmpty()) {
            return Optional.empty();
        }
        Sessions.OpenSession session = found.get();
        Optional<Admitted> admitted = Optional.empty();
        try {
            admitted = admit(tx, session, sealed);
            return admitted;
        } finally {
            if (admitted.isEmpty()) {
                session.close();
            }
        }
    }

    private Optional<Admitted> admit(Transaction tx, Sessions.OpenSession session, byte[] sealed) {
        ChannelKeys keys = SessionSecrets.channelKeys(session.secrets());
        boolean admitted = false;
        try {
            ChannelKeys.Opened opened = keys.open(Direction.CLIENT_TO_SERVER, session.id(), sealed);
            Optional<ReplayWindow> next = session.window().accept(opened.seq());
            SessionKind kind = SessionKind.forNumber(session.kind());
            if (opened.seq() > limits.of(kind).requests()
                    || next.isEmpty()
                    || !tx.sessions().advance(session.id(), session.window(), next.get())) {
                return Optional.empty();
            }
            if (kind == SessionKind.SESSION_KIND_REGISTRATION) {
                tx.sessions().close(session.id());
            }
            admitted = true;
            return Optional.of(new Admitted(session, keys, opened));
        } catch (IntegrityException forged) {
            return Optional.empty();
        } finally {
            if (!admitted) {
                keys.close();
            }
        }
    }

    private Response answer(Admitted admitted) throws Refused, StoreUnavailableException {
        try {
            Request request = WireRules.parse(Request.parser(), admitted.body());
            return operations.run(new CallContext(admitted.session(), request.getKnownAuditN()), request);
        } catch (MalformedException malformed) {
            return failure(new OperationFailure(FailureCode.FAILURE_CODE_MALFORMED));
        } catch (OperationFailure failure) {
            return failure(failure);
        }
    }

    private static Response failure(OperationFailure failure) {
        return Response.newBuilder().setFailure(failure.toFailure()).build();
    }

    /** A request that has opened, with the keys to seal its answer. */
    private static final class Admitted implements AutoCloseable {
        private final Sessions.OpenSession session;
        private final ChannelKeys keys;
        private final ChannelKeys.Opened opened;

        /** Takes ownership of session and keys. */
        Admitted(Sessions.OpenSession session, ChannelKeys keys, ChannelKeys.Opened opened) {
            this.session = session;
            this.keys = keys;
            this.opened = opened;
        }

        Sessions.OpenSession session() {
            return session;
        }

        byte[] body() {
            return opened.body();
        }

        byte[] seal(Response response, SecureRandom random) {
            return keys.seal(Direction.SERVER_TO_CLIENT, session.id(), opened.seq(), response.toByteArray(), random);
        }

        @Override
        public void close() {
            keys.close();
            session.close();
        }
    }
}
