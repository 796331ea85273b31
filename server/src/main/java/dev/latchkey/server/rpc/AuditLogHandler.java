package dev.latchkey.server.rpc;

import com.google.protobuf.ByteString;
import dev.latchkey.protocol.AuditEntry;
import dev.latchkey.protocol.wire.AuditLogRead;
import dev.latchkey.protocol.wire.FailureCode;
import dev.latchkey.protocol.wire.ReadAuditLog;
import dev.latchkey.server.store.Store;
import dev.latchkey.server.store.StoreUnavailableException;

/** Gives owners any part of their log, with the head before it. Reading is no entry. */
final class AuditLogHandler {
    private final Store store;

    AuditLogHandler(Store store) {
        this.store = store;
    }

    AuditLogRead read(CallContext context, ReadAuditLog request) throws Refused, StoreUnavailableException {
        long from = request.getFrom();
        return context.view(store, tx -> {
            // One past the end is the place where the next entry will stand; beyond it there is no head.
            long end = tx.audit().head(context.user()).n() + 1;
            if (Long.compareUnsigned(from, end) > 0) {
                throw new OperationFailure(FailureCode.FAILURE_CODE_NOT_FOUND);
            }
            AuditLogRead.Builder answer = AuditLogRead.newBuilder()
                    .setBefore(ByteString.copyFrom(tx.audit().headBefore(context.user(), from)));
            for (AuditEntry entry : tx.audit().page(context.user(), from, request.getLimit())) {
                answer.addEntries(ByteString.copyFrom(entry.encode()));
            }
            return answer.setAudit(context.audit(tx)).build();
        });
    }
}
