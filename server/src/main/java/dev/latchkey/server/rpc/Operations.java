package dev.latchkey.server.rpc;

import dev.latchkey.protocol.wire.FailureCode;
import dev.latchkey.protocol.wire.Request;
import dev.latchkey.protocol.wire.Response;
import dev.latchkey.protocol.wire.SessionClosed;
import dev.latchkey.protocol.wire.SessionKind;
import dev.latchkey.server.store.Store;
import dev.latchkey.server.store.StoreUnavailableException;

/** From the opened request alone to the handler of its operation, if this kind of session allows it. */
final class Operations {
    private final Store store;
    private final CompleteRegistrationHandler registration;
    private final StorageKeyHandler storageKeys;
    private final SecretsHandler secrets;

    Operations(
            Store store,
            CompleteRegistrationHandler registration,
            StorageKeyHandler storageKeys,
            SecretsHandler secrets) {
        this.store = store;
        this.registration = registration;
        this.storageKeys = storageKeys;
        this.secrets = secrets;
    }

    Response run(CallContext context, Request request) throws Refused, StoreUnavailableException {
        Request.OperationCase operation = request.getOperationCase();
        if (!allows(context.kind(), operation)) {
            throw new OperationFailure(FailureCode.FAILURE_CODE_NOT_ALLOWED);
        }
        Response.Builder response = Response.newBuilder();
        switch (operation) {
            case COMPLETE_REGISTRATION ->
                response.setRegistrationCompleted(registration.complete(context, request.getCompleteRegistration()));
            case CLOSE_SESSION -> response.setSessionClosed(close(context));
            case RETRIEVE_STORAGE_KEY -> response.setStorageKeyRetrieved(storageKeys.retrieve(context));
            case ALLOCATE_KEY_IDS ->
                response.setKeyIdsAllocated(secrets.allocate(context, request.getAllocateKeyIds()));
            case STORE_SECRETS -> response.setSecretsStored(secrets.store(context, request.getStoreSecrets()));
            case RETRIEVE_SECRETS ->
                response.setSecretsRetrieved(secrets.retrieve(context, request.getRetrieveSecrets()));
            case LIST_SECRETS -> response.setSecretsListed(secrets.list(context, request.getListSecrets()));
            case OPERATION_NOT_SET -> throw new OperationFailure(FailureCode.FAILURE_CODE_MALFORMED);
        }
        return response.build();
    }

    private static boolean allows(SessionKind kind, Request.OperationCase operation) {
        boolean completes = operation == Request.OperationCase.COMPLETE_REGISTRATION;
        return switch (kind) {
            case SESSION_KIND_REGISTRATION -> completes;
            case SESSION_KIND_REQUEST -> !completes;
            case SESSION_KIND_ACCOUNT, SESSION_KIND_UNSPECIFIED, UNRECOGNIZED -> false;
        };
    }

    private SessionClosed close(CallContext context) throws StoreUnavailableException {
        store.transact(tx -> tx.sessions().close(context.session()));
        return SessionClosed.getDefaultInstance();
    }
}
