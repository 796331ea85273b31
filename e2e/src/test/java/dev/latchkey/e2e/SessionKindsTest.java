package dev.latchkey.e2e;

import static dev.latchkey.e2e.RawSecrets.failureOf;
import static dev.latchkey.e2e.ServerFixture.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import dev.latchkey.opaque.OpaqueException;
import dev.latchkey.protocol.AuditAction;
import dev.latchkey.protocol.UserId;
import dev.latchkey.protocol.wire.Constraint;
import dev.latchkey.protocol.wire.Constraints;
import dev.latchkey.protocol.wire.FailureCode;
import dev.latchkey.protocol.wire.Limits;
import dev.latchkey.protocol.wire.ReadAuditLog;
import dev.latchkey.protocol.wire.Request;
import dev.latchkey.protocol.wire.Request.OperationCase;
import dev.latchkey.protocol.wire.Response;
import dev.latchkey.protocol.wire.RetrieveStorageKey;
import dev.latchkey.protocol.wire.SessionKind;
import io.grpc.Status;
import java.time.Duration;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What each kind of session allows and how long it lasts; the account session above all. */
final class SessionKindsTest extends OwnersAtOneServer {
    private static final Request STORAGE_KEY = Request.newBuilder()
            .setRetrieveStorageKey(RetrieveStorageKey.getDefaultInstance())
            .build();
    private static final int REQUESTS = 32;

    private static final Set<OperationCase> ONLY_IN_ACCOUNT_SESSIONS = EnumSet.of(
            OperationCase.START_PASSWORD_CHANGE,
            OperationCase.SUBMIT_NEW_RECORD,
            OperationCase.COMPLETE_PASSWORD_CHANGE,
            OperationCase.DELETE_ACCOUNT);

    private static final Set<OperationCase> IN_BOTH = EnumSet.of(
            OperationCase.CLOSE_SESSION,
            OperationCase.RETRIEVE_STORAGE_KEY,
            OperationCase.READ_AUDIT_LOG,
            OperationCase.REGISTER_DEVICE);

    /** One request of every operation there is, well formed. */
    private static Map<OperationCase, Request> everyOperation() {
        Map<OperationCase, Request> requests = new EnumMap<>(OperationCase.class);
        for (FieldDescriptor field : Request.getDescriptor().getOneofs().get(0).getFields()) {
            Message.Builder operation = Request.newBuilder().newBuilderForField(field);
            fill(operation);
            Request request =
                    Request.newBuilder().setField(field, operation.build()).build();
            requests.put(request.getOperationCase(), request);
        }
        return requests;
    }

    /** Fills in what must be there, so that a request is refused for its kind and not for its form. */
    private static void fill(Message.Builder message) {
        for (FieldDescriptor field : message.getDescriptorForType().getFields()) {
            if (field.getContainingOneof() != null && field.getContainingOneof().getField(0) != field) {
                continue;
            }
            Constraint must = field.getOptions().getExtension(Constraints.must);
            Object value = value(message, field, must);
            if (field.isRepeated()) {
                message.addRepeatedField(field, value);
            } else {
                message.setField(field, value);
            }
        }
    }

    private static Object value(Message.Builder message, FieldDescriptor field, Constraint must) {
        return switch (field.getJavaType()) {
            case BYTE_STRING -> ByteString.copyFrom(new byte[Math.max(must.getSize(), must.getMinSize())]);
            case INT -> 1;
            case LONG -> 1L;
            case ENUM -> field.getEnumType().findValueByNumber(1);
            case MESSAGE -> {
                Message.Builder inner = message.newBuilderForField(field);
                fill(inner);
                yield inner.build();
            }
            default -> throw new AssertionError(field);
        };
    }

    private static Set<OperationCase> allowedIn(RawSession session) {
        Set<OperationCase> allowed = EnumSet.noneOf(OperationCase.class);
        everyOperation().forEach((operation, request) -> {
            // These two would end the session before the others are tried.
            if (operation != OperationCase.CLOSE_SESSION && operation != OperationCase.DELETE_ACCOUNT) {
                Response answer = session.call(request);
                if (failureOf(answer) != FailureCode.FAILURE_CODE_NOT_ALLOWED) {
                    allowed.add(operation);
                }
            }
        });
        return allowed;
    }

    @Test
    void requestSession_allowsEverythingButTheAccountsOwn() throws Exception {
        RawSession session = client.logIn(name, PASSWORD);
        Set<OperationCase> expected = EnumSet.complementOf(EnumSet.copyOf(ONLY_IN_ACCOUNT_SESSIONS));
        expected.remove(OperationCase.COMPLETE_REGISTRATION);
        expected.remove(OperationCase.CLOSE_SESSION);
        expected.remove(OperationCase.OPERATION_NOT_SET);

        assertThat(allowedIn(session)).isEqualTo(expected);
        assertThat(failureOf(session.call(everyOperation().get(OperationCase.DELETE_ACCOUNT))))
                .isEqualTo(FailureCode.FAILURE_CODE_NOT_ALLOWED);
        assertThat(session.call(everyOperation().get(OperationCase.CLOSE_SESSION))
                        .hasSessionClosed())
                .isTrue();
        client.logIn(name, PASSWORD);
    }

    @Test
    void accountSession_allowsTheAccountsOwnAndNoSecrets() throws Exception {
        RawSession session = client.logInToAccount(name, PASSWORD);
        Set<OperationCase> expected = EnumSet.copyOf(ONLY_IN_ACCOUNT_SESSIONS);
        expected.addAll(IN_BOTH);
        expected.remove(OperationCase.CLOSE_SESSION);
        expected.remove(OperationCase.DELETE_ACCOUNT);

        assertThat(allowedIn(session)).isEqualTo(expected);
        assertThat(session.call(everyOperation().get(OperationCase.CLOSE_SESSION))
                        .hasSessionClosed())
                .isTrue();
        assertRefused(() -> session.call(STORAGE_KEY), Status.Code.UNAUTHENTICATED);
    }

    @Test
    void registrationSession_allowsItsOneRequestAlone() throws Exception {
        for (OperationCase operation : EnumSet.of(
                OperationCase.DELETE_ACCOUNT,
                OperationCase.START_PASSWORD_CHANGE,
                OperationCase.READ_AUDIT_LOG,
                OperationCase.REGISTER_DEVICE,
                OperationCase.LIST_SESSIONS,
                OperationCase.LIST_SECRETS)) {
            RawSession session = client.startRegistration("nobody-" + name, UserId.random(client.random()), PASSWORD);

            assertThat(failureOf(session.call(everyOperation().get(operation))))
                    .isEqualTo(FailureCode.FAILURE_CODE_NOT_ALLOWED);
        }
    }

    @Test
    void accountSession_opened_saysItsKindItsLimitsAndLeavesItsOwnEntry() throws Exception {
        RawSession session = client.logInToAccount(name, PASSWORD);

        Limits limits = session.opened().getLimits();
        assertThat(session.opened().getKind()).isEqualTo(SessionKind.SESSION_KIND_ACCOUNT);
        assertThat(limits.getIdleMs()).isEqualTo(Duration.ofMinutes(5).toMillis());
        assertThat(limits.getLifetimeMs()).isEqualTo(Duration.ofMinutes(10).toMillis());
        assertThat(limits.getMaxRequests()).isEqualTo(REQUESTS);
        RawLog log = new RawLog(session.user());
        log.absorb(session.call(STORAGE_KEY).getStorageKeyRetrieved().getAudit());
        assertThat(log.actions()).containsExactly(AuditAction.ACCOUNT_REGISTERED, AuditAction.ACCOUNT_SESSION_OPENED);
        assertThat(log.last().sessionId()).contains(session.id());
        assertThat(log.head()).isEqualTo(session.opened().getAudit().getHead().toByteArray());
    }

    @Test
    void accountSession_asManyRequestsAsAllowed_isOver() throws Exception {
        RawSession session = client.logInToAccount(name, PASSWORD);
        for (int i = 0; i < REQUESTS; i++) {
            assertThat(session.call(STORAGE_KEY).hasStorageKeyRetrieved()).isTrue();
        }

        assertRefused(() -> session.call(STORAGE_KEY), Status.Code.UNAUTHENTICATED);
    }

    @Test
    void accountSession_idleOrOld_isOver() throws Exception {
        RawSession idle = client.logInToAccount(name, PASSWORD);
        server.advance(Duration.ofMinutes(5).plusSeconds(1));
        assertRefused(() -> idle.call(STORAGE_KEY), Status.Code.UNAUTHENTICATED);

        RawSession old = client.logInToAccount(name, PASSWORD);
        server.advance(Duration.ofMinutes(4));
        old.call(STORAGE_KEY);
        server.advance(Duration.ofMinutes(4));
        old.call(STORAGE_KEY);
        server.advance(Duration.ofMinutes(2).plusSeconds(1));
        assertRefused(() -> old.call(STORAGE_KEY), Status.Code.UNAUTHENTICATED);
    }

    @Test
    void accountSession_wrongPassword_countsAsAGuessLikeAnyOther() throws Exception {
        assertThatThrownBy(() -> client.startLogin(name, "wrong", SessionKind.SESSION_KIND_ACCOUNT))
                .isInstanceOf(OpaqueException.class);
        server.advance(Duration.ofSeconds(61));

        RawSession session = client.logInToAccount(name, PASSWORD);

        assertThat(session.opened().getFailuresSinceLastLogin()).isEqualTo(1);
        assertThat(session.call(Request.newBuilder()
                                .setReadAuditLog(
                                        ReadAuditLog.newBuilder().setFrom(1).setLimit(10))
                                .build())
                        .getAuditLogRead()
                        .getEntriesList())
                .extracting(entry -> RawLog.parse(entry).action().orElseThrow())
                .containsExactly(
                        AuditAction.ACCOUNT_REGISTERED, AuditAction.LOGIN_FAILED, AuditAction.ACCOUNT_SESSION_OPENED);
    }
}
