package dev.latchkey.client.testserver;

import com.google.protobuf.ByteString;
import dev.latchkey.opaque.Ke3;
import dev.latchkey.opaque.OpaqueException;
import dev.latchkey.opaque.ServerLogin;
import dev.latchkey.protocol.AccountName;
import dev.latchkey.protocol.AuditAction;
import dev.latchkey.protocol.MalformedException;
import dev.latchkey.protocol.StorageKeyEnvelope;
import dev.latchkey.protocol.UserId;
import dev.latchkey.protocol.wire.AccountDeleted;
import dev.latchkey.protocol.wire.CompletePasswordChange;
import dev.latchkey.protocol.wire.CompleteRegistration;
import dev.latchkey.protocol.wire.FailureCode;
import dev.latchkey.protocol.wire.NewRecordSubmitted;
import dev.latchkey.protocol.wire.PasswordChangeStarted;
import dev.latchkey.protocol.wire.PasswordChanged;
import dev.latchkey.protocol.wire.RegistrationCompleted;
import dev.latchkey.protocol.wire.Request;
import dev.latchkey.protocol.wire.Response;
import dev.latchkey.protocol.wire.SessionClosed;
import dev.latchkey.protocol.wire.SessionKind;
import dev.latchkey.protocol.wire.StartPasswordChange;
import dev.latchkey.protocol.wire.SubmitNewRecord;
import io.grpc.Status;
import io.grpc.StatusException;
import java.security.SecureRandom;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The accounts, and what makes, changes and ends one; the rest is left to {@link AccountOperations}. */
final class AccountKeeping {

    final Map<AccountName, InMemoryAccount> accounts = new HashMap<>();
    private final Steps steps;
    private final SecureRandom random;
    private final OpaqueRoles opaque;
    private final Collection<Session> sessions;

    AccountKeeping(Steps steps, SecureRandom random, OpaqueRoles opaque, Collection<Session> sessions) {
        this.steps = steps;
        this.random = random;
        this.opaque = opaque;
        this.sessions = sessions;
    }

    Response carryOut(Session session, Request request) throws OpaqueException, StatusException {
        try {
            if (session.kind == SessionKind.SESSION_KIND_REGISTRATION) {
                sessions.remove(session);
                return complete(session, request.getCompleteRegistration());
            }
            if (request.hasCloseSession()) {
                sessions.remove(session);
                return Response.newBuilder()
                        .setSessionClosed(SessionClosed.getDefaultInstance())
                        .build();
            }
            InMemoryAccount account = accounts.get(session.who.name);
            if (account == null) {
                throw Status.UNAUTHENTICATED.asException();
            }
            if (session.kind == SessionKind.SESSION_KIND_ACCOUNT) {
                Optional<Response> answer = onAccount(account, session, request);
                if (answer.isPresent()) {
                    return answer.get();
                }
            }
            Optional<Response> answer = new DeviceOperations(account, session, sessions, random).carryOut(request);
            return answer.isPresent()
                    ? answer.get()
                    : new AccountOperations(account, session, steps, random).carryOut(request);
        } catch (Refused e) {
            return e.answer();
        }
    }

    private Response complete(Session session, CompleteRegistration request) throws Refused {
        Claimant who = session.who;
        if (!UserId.of(request.getUserId().toByteArray()).equals(who.userId)) {
            throw new Refused(FailureCode.FAILURE_CODE_WRONG_USER);
        }
        requireWellFormed(request.getEncryptedStorageKey());
        if (accounts.containsKey(who.name)) {
            throw new Refused(FailureCode.FAILURE_CODE_NAME_TAKEN);
        }
        InMemoryAccount account = new InMemoryAccount(who, request.getEncryptedStorageKey(), session.id);
        accounts.put(who.name, account);
        return Response.newBuilder()
                .setRegistrationCompleted(RegistrationCompleted.newBuilder()
                        .setAudit(account.log().head(0)))
                .build();
    }

    private Optional<Response> onAccount(InMemoryAccount account, Session session, Request request)
            throws Refused, OpaqueException {
        Response.Builder response = Response.newBuilder();
        switch (request.getOperationCase()) {
            case START_PASSWORD_CHANGE ->
                response.setPasswordChangeStarted(start(session, request.getStartPasswordChange()));
            case SUBMIT_NEW_RECORD -> response.setNewRecordSubmitted(submit(session, request.getSubmitNewRecord()));
            case COMPLETE_PASSWORD_CHANGE -> {
                complete(account, session, request.getCompletePasswordChange());
                response.setPasswordChanged(
                        PasswordChanged.newBuilder().setAudit(account.log().head(request.getKnownAuditN())));
            }
            case DELETE_ACCOUNT -> {
                account.note(AuditAction.ACCOUNT_DELETED, session.id);
                accounts.remove(session.who.name);
                endEverythingOf(session.who.name);
                response.setAccountDeleted(
                        AccountDeleted.newBuilder().setAudit(account.log().head(request.getKnownAuditN())));
            }
            default -> {
                return Optional.empty();
            }
        }
        return Optional.of(response.build());
    }

    private PasswordChangeStarted start(Session session, StartPasswordChange request) throws OpaqueException {
        Claimant who = opaque.newcomer(session.who.name, session.who.userId);
        ByteString response = opaque.evaluate(who, request.getRegistrationRequest());
        session.change = new PasswordChange(who, null);
        return PasswordChangeStarted.newBuilder()
                .setRegistrationResponse(response)
                .setKsf(steps.ksf(InMemoryService.KSF_ON_WIRE))
                .build();
    }

    private NewRecordSubmitted submit(Session session, SubmitNewRecord request) throws Refused, OpaqueException {
        if (session.change == null) {
            throw new Refused(FailureCode.FAILURE_CODE_NOT_STARTED);
        }
        Claimant who = session.change.who.with(request.getRegistrationRecord().toByteArray());
        ServerLogin login = opaque.startLogin(who, request.getKe1());
        session.change = new PasswordChange(who, login);
        return NewRecordSubmitted.newBuilder()
                .setKe2(steps.ke2(
                        request.getKe1(), ByteString.copyFrom(login.ke2().toByteArray())))
                .build();
    }

    private void complete(InMemoryAccount account, Session session, CompletePasswordChange request) throws Refused {
        PasswordChange change = session.change;
        if (change == null || change.login == null) {
            throw new Refused(FailureCode.FAILURE_CODE_NOT_STARTED);
        }
        session.change = null;
        requireWellFormed(request.getEncryptedStorageKey());
        try (ServerLogin login = change.login) {
            login.finish(Ke3.parse(request.getKe3().toByteArray())).close();
        } catch (OpaqueException e) {
            throw new Refused(FailureCode.FAILURE_CODE_NOT_PROVEN);
        }
        account.changePassword(change.who, request.getEncryptedStorageKey(), session.id);
        endEverythingOf(session.who.name);
    }

    private void endEverythingOf(AccountName name) {
        sessions.removeIf(session -> session.who.name.equals(name));
        opaque.forgetHandshakesOf(name);
    }

    private static void requireWellFormed(ByteString encryptedStorageKey) throws Refused {
        try {
            StorageKeyEnvelope.requireWellFormed(encryptedStorageKey.toByteArray());
        } catch (MalformedException e) {
            throw new Refused(FailureCode.FAILURE_CODE_MALFORMED);
        }
    }
}
