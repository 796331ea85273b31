package dev.latchkey.server.rpc;

import com.google.protobuf.ByteString;
import dev.latchkey.protocol.AuditAction;
import dev.latchkey.protocol.AuditOutcome;
import dev.latchkey.protocol.DeviceId;
import dev.latchkey.protocol.DeviceObject;
import dev.latchkey.protocol.SessionId;
import dev.latchkey.protocol.wire.CloseSessions;
import dev.latchkey.protocol.wire.FailureCode;
import dev.latchkey.protocol.wire.ListedSession;
import dev.latchkey.protocol.wire.SessionKind;
import dev.latchkey.protocol.wire.SessionsClosed;
import dev.latchkey.protocol.wire.SessionsListed;
import dev.latchkey.server.store.Sessions;
import dev.latchkey.server.store.Store;
import dev.latchkey.server.store.StoreUnavailableException;
import dev.latchkey.server.store.Transaction;

/** An owner's other sessions, seen and closed from one of them. */
final class SessionsHandler {
    private final Store store;

    SessionsHandler(Store store) {
        this.store = store;
    }

    SessionsListed list(CallContext context) throws Refused, StoreUnavailableException {
        return context.view(store, tx -> {
            SessionsListed.Builder answer = SessionsListed.newBuilder();
            tx.sessions().listOf(context.user()).forEach(session -> answer.addSessions(line(session)));
            return answer.build();
        });
    }

    SessionsClosed close(CallContext context, CloseSessions request) throws Refused, StoreUnavailableException {
        return context.transact(store, tx -> {
            if (request.hasAllOthers()) {
                for (Sessions.Listed session : tx.sessions().listOf(context.user())) {
                    if (!session.id().equals(context.session())) {
                        close(tx, context, session.id());
                    }
                }
            } else {
                closeOne(tx, context, SessionId.of(request.getSessionId().toByteArray()));
            }
            return SessionsClosed.newBuilder().setAudit(context.audit(tx)).build();
        });
    }

    private static void closeOne(Transaction tx, CallContext context, SessionId id) throws OperationFailure {
        if (id.equals(context.session())) {
            throw new OperationFailure(FailureCode.FAILURE_CODE_NOT_ALLOWED);
        }
        if (!close(tx, context, id)) {
            throw new OperationFailure(FailureCode.FAILURE_CODE_NOT_FOUND);
        }
    }

    private static boolean close(Transaction tx, CallContext context, SessionId id) {
        boolean closed = tx.sessions().close(context.user(), id);
        if (closed) {
            tx.audit()
                    .append(
                            context.user(),
                            Events.of(tx.nowMillis(), AuditAction.SESSION_CLOSED_BY_OWNER, AuditOutcome.DONE)
                                    .session(context.session())
                                    .object(DeviceObject.closed(id))
                                    .event());
        }
        return closed;
    }

    private static ListedSession line(Sessions.Listed session) {
        ListedSession.Builder line = ListedSession.newBuilder()
                .setSessionId(ByteString.copyFrom(session.id().toByteArray()))
                .setKind(SessionKind.forNumber(session.kind()))
                .setOpenedUnixMs(session.openedMillis())
                .setLastUsedUnixMs(session.lastUsedMillis());
        session.device().map(DeviceId::toByteArray).map(ByteString::copyFrom).ifPresent(line::setDeviceId);
        return line.build();
    }
}
