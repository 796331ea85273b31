package dev.latchkey.server.rpc;

import com.google.protobuf.ByteString;
import dev.latchkey.opaque.SecretBytes;
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
        try (Sessions.OpenSession session = found.get()) {
            SessionKind kind = SessionKind.forNumber(session.kind());
            ChannelKeys keys = SessionSecrets.channelKeys(session.secrets());
            boolean admitted = false;
            try {
                ChannelKeys.Opened opened = keys.open(Direction.CLIENT_TO_SERVER, id, sealed);
                Optional<ReplayWindow> next = session.window().accept(opened.seq());
                if (opened.seq() > requestsOf(kind)
                        || next.isEmpty()
                        || !tx.sessions().advance(id, session.window(), next.get())) {
                    return Optional.empty();
                }
                if (kind == SessionKind.SESSION_KIND_REGISTRATION) {
                    tx.sessions().close(id);
                }
                SecretBytes secrets = session.secrets().copy();
                CallContext context = new CallContext(id, session.user(), kind, session.credentialVersion(), secrets);
                admitted = true;
                return Optional.of(new Admitted(context, keys, opened));
            } catch (IntegrityException forged) {
                return Optional.empty();
            } finally {
                if (!admitted) {
                    keys.close();
                }
            }
        }
    }

    private long requestsOf(SessionKind kind) {
        return kind == SessionKind.SESSION_KIND_REGISTRATION ? 1 : limits.requests();
    }

    private Response answer(Admitted admitted) throws Refused, StoreUnavailableException {
        try {
            return operations.run(admitted.context(), WireRules.parse(Request.parser(), admitted.body()));
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
        private final CallContext context;
        private final ChannelKeys keys;
        private final ChannelKeys.Opened opened;

        Admitted(CallContext context, ChannelKeys keys, ChannelKeys.Opened opened) {
            this.context = context;
            this.keys = keys;
            this.opened = opened;
        }

        CallContext context() {
            return context;
        }

        byte[] body() {
            return opened.body();
        }

        byte[] seal(Response response, SecureRandom random) {
            return keys.seal(
                    Direction.SERVER_TO_CLIENT, context.session(), opened.seq(), response.toByteArray(), random);
        }

        @Override
        public void close() {
            keys.close();
            context.close();
        }
    }
}
