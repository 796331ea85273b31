package dev.latchkey.server.rpc;

import dev.latchkey.opaque.OpaqueServer;
import dev.latchkey.protocol.wire.Request;
import dev.latchkey.protocol.wire.Response;
import dev.latchkey.protocol.wire.SessionClosed;
import dev.latchkey.server.store.Store;
import dev.latchkey.server.store.StoreUnavailableException;
import java.security.SecureRandom;

/** The operations on the account itself and on its sessions, each to its handler. */
final class AccountOperations {
    private final Store store;
    private final CompleteRegistrationHandler registration;
    private final StorageKeyHandler storageKeys;
    private final AuditLogHandler log;
    private final PasswordChangeHandler passwords;
    private final DeleteAccountHandler deletion;
    private final DevicesHandler devices;
    private final SessionsHandler sessions;

    AccountOperations(Store store, AccountNames names, OpaqueServer opaque, SecureRandom random) {
        this.store = store;
        this.registration = new CompleteRegistrationHandler(store, names);
        this.storageKeys = new StorageKeyHandler(store);
        this.log = new AuditLogHandler(store);
        this.passwords = new PasswordChangeHandler(store, opaque, random);
        this.deletion = new DeleteAccountHandler(store);
        this.devices = new DevicesHandler(store, random);
        this.sessions = new SessionsHandler(store);
    }

    Response.Builder run(CallContext context, Request request) throws Refused, StoreUnavailableException {
        Response.Builder response = Response.newBuilder();
        return switch (request.getOperationCase()) {
            case COMPLETE_REGISTRATION ->
                response.setRegistrationCompleted(registration.complete(context, request.getCompleteRegistration()));
            case CLOSE_SESSION -> response.setSessionClosed(close(context));
            case RETRIEVE_STORAGE_KEY -> response.setStorageKeyRetrieved(storageKeys.retrieve(context));
            case READ_AUDIT_LOG -> response.setAuditLogRead(log.read(context, request.getReadAuditLog()));
            case START_PASSWORD_CHANGE ->
                response.setPasswordChangeStarted(passwords.start(context, request.getStartPasswordChange()));
            case SUBMIT_NEW_RECORD ->
                response.setNewRecordSubmitted(passwords.submit(context, request.getSubmitNewRecord()));
            case COMPLETE_PASSWORD_CHANGE ->
                response.setPasswordChanged(passwords.complete(context, request.getCompletePasswordChange()));
            case REGISTER_DEVICE ->
                response.setDeviceRegistered(devices.register(context, request.getRegisterDevice()));
            case LIST_DEVICES -> response.setDevicesListed(devices.list(context));
            case REVOKE_DEVICES -> response.setDevicesRevoked(devices.revoke(context, request.getRevokeDevices()));
            case LIST_SESSIONS -> response.setSessionsListed(sessions.list(context));
            case CLOSE_SESSIONS -> response.setSessionsClosed(sessions.close(context, request.getCloseSessions()));
            case DELETE_ACCOUNT -> response.setAccountDeleted(deletion.delete(context));
            default -> throw new IllegalArgumentException("not an operation on an account");
        };
    }

    private SessionClosed close(CallContext context) throws StoreUnavailableException {
        store.transact(tx -> tx.sessions().close(context.session()));
        return SessionClosed.getDefaultInstance();
    }
}
