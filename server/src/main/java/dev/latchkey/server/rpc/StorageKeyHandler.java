package dev.latchkey.server.rpc;

import com.google.protobuf.ByteString;
import dev.latchkey.protocol.wire.FailureCode;
import dev.latchkey.protocol.wire.StorageKeyRetrieved;
import dev.latchkey.server.store.Store;
import dev.latchkey.server.store.StoreUnavailableException;

/** Gives the session's own user the 93 bytes back. There is no way to name another user. */
final class StorageKeyHandler {
    private final Store store;

    StorageKeyHandler(Store store) {
        this.store = store;
    }

    StorageKeyRetrieved retrieve(CallContext context) throws Refused, StoreUnavailableException {
        return context.view(store, tx -> {
            byte[] encrypted = tx.accounts()
                    .encryptedStorageKey(context.user())
                    .orElseThrow(() -> new OperationFailure(FailureCode.FAILURE_CODE_NOT_FOUND));
            return StorageKeyRetrieved.newBuilder()
                    .setEncryptedStorageKey(ByteString.copyFrom(encrypted))
                    .setAudit(context.audit(tx))
                    .build();
        });
    }
}
