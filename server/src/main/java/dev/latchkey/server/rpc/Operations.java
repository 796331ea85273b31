package dev.latchkey.server.rpc;

import dev.latchkey.protocol.wire.FailureCode;
import dev.latchkey.protocol.wire.Request;
import dev.latchkey.protocol.wire.Request.OperationCase;
import dev.latchkey.protocol.wire.Response;
import dev.latchkey.protocol.wire.SessionKind;
import dev.latchkey.server.store.StoreUnavailableException;
import java.util.EnumSet;
import java.util.Set;

/** From the opened request alone to its operation, if this kind of session allows it. What is not listed is not allowed. */
final class Operations {
    private static final Set<OperationCase> ON_SECRETS = EnumSet.of(
            OperationCase.ALLOCATE_KEY_IDS,
            OperationCase.STORE_SECRETS,
            OperationCase.GENERATE_SECRET,
            OperationCase.RETRIEVE_SECRETS,
            OperationCase.LIST_SECRETS,
            OperationCase.REPLACE_SECRET,
            OperationCase.RENAME_SECRET,
            OperationCase.DELETE_SECRET);

    /** Each of them is one change of the owner's data. */
    private static final Set<OperationCase> IN_ONE_TRANSACTION = EnumSet.of(
            OperationCase.ALLOCATE_KEY_IDS,
            OperationCase.STORE_SECRETS,
            OperationCase.GENERATE_SECRET,
            OperationCase.RETRIEVE_SECRETS,
            OperationCase.REPLACE_SECRET,
            OperationCase.RENAME_SECRET,
            OperationCase.DELETE_SECRET);

    private static final Set<OperationCase> OF_EVERY_OWNER = EnumSet.of(
            OperationCase.CLOSE_SESSION,
            OperationCase.RETRIEVE_STORAGE_KEY,
            OperationCase.READ_AUDIT_LOG,
            OperationCase.REGISTER_DEVICE);

    private static final Set<OperationCase> ON_DEVICES_AND_SESSIONS = EnumSet.of(
            OperationCase.LIST_DEVICES,
            OperationCase.REVOKE_DEVICES,
            OperationCase.LIST_SESSIONS,
            OperationCase.CLOSE_SESSIONS);

    private static final Set<OperationCase> ON_THE_ACCOUNT = EnumSet.of(
            OperationCase.START_PASSWORD_CHANGE,
            OperationCase.SUBMIT_NEW_RECORD,
            OperationCase.COMPLETE_PASSWORD_CHANGE,
            OperationCase.DELETE_ACCOUNT);

    private final SecretOperations secrets;
    private final AccountOperations account;

    Operations(SecretOperations secrets, AccountOperations account) {
        this.secrets = secrets;
        this.account = account;
    }

    Response run(CallContext context, Request request) throws Refused, StoreUnavailableException {
        OperationCase operation = request.getOperationCase();
        if (!allows(context.kind(), operation)) {
            throw new OperationFailure(FailureCode.FAILURE_CODE_NOT_ALLOWED);
        }
        Response.Builder response =
                ON_SECRETS.contains(operation) ? secrets.run(context, request) : account.run(context, request);
        return response.build();
    }

    /** Whether the operation is one transaction, which may have been begun for it. */
    static boolean isOneTransaction(Request request) {
        return IN_ONE_TRANSACTION.contains(request.getOperationCase());
    }

    static boolean allows(SessionKind kind, OperationCase operation) {
        return switch (kind) {
            case SESSION_KIND_REGISTRATION -> operation == OperationCase.COMPLETE_REGISTRATION;
            case SESSION_KIND_REQUEST ->
                OF_EVERY_OWNER.contains(operation)
                        || ON_SECRETS.contains(operation)
                        || ON_DEVICES_AND_SESSIONS.contains(operation);
            case SESSION_KIND_ACCOUNT -> OF_EVERY_OWNER.contains(operation) || ON_THE_ACCOUNT.contains(operation);
            case SESSION_KIND_UNSPECIFIED, UNRECOGNIZED -> false;
        };
    }
}
