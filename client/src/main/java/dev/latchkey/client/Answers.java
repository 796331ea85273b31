package dev.latchkey.client;

import dev.latchkey.client.KeyClientException.Reason;
import dev.latchkey.protocol.wire.Failure;
import dev.latchkey.protocol.wire.FailureCode;
import dev.latchkey.protocol.wire.Response;
import dev.latchkey.protocol.wire.Response.ResultCase;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** What an opened answer may be: the result that was asked for, or a failure that a person is told about. */
final class Answers {

    /** Of a server that is older or newer than this client. */
    private static final Set<FailureCode> OF_EVERY_OPERATION = Collections.unmodifiableSet(
            EnumSet.of(FailureCode.FAILURE_CODE_MALFORMED, FailureCode.FAILURE_CODE_NOT_ALLOWED));

    private Answers() {}

    /**
     * Gives {@code response} back if it holds the result {@code expected}.
     *
     * @throws KeyClientException the failure that the server states, if the operation can have it; otherwise {@code INTEGRITY}
     */
    static Response require(ResultCase expected, Response response) throws KeyClientException {
        if (response.getResultCase() == expected) {
            return response;
        }
        if (response.getResultCase() == ResultCase.FAILURE
                && failuresInsteadOf(expected).contains(response.getFailure().getCode())) {
            throw failed(response.getFailure());
        }
        throw unexpected();
    }

    /** The head of the audit chain in an answer that has one. */
    static dev.latchkey.protocol.wire.AuditHead head(Response response) {
        return switch (response.getResultCase()) {
            case REGISTRATION_COMPLETED -> response.getRegistrationCompleted().getAudit();
            case STORAGE_KEY_RETRIEVED -> response.getStorageKeyRetrieved().getAudit();
            case SECRETS_STORED -> response.getSecretsStored().getAudit();
            case SECRETS_RETRIEVED -> response.getSecretsRetrieved().getAudit();
            case SECRETS_LISTED -> response.getSecretsListed().getAudit();
            case SECRET_REPLACED -> response.getSecretReplaced().getAudit();
            case SECRET_RENAMED -> response.getSecretRenamed().getAudit();
            case SECRET_DELETED -> response.getSecretDeleted().getAudit();
            case SECRET_GENERATED -> response.getSecretGenerated().getAudit();
            case AUDIT_LOG_READ -> response.getAuditLogRead().getAudit();
            case PASSWORD_CHANGED -> response.getPasswordChanged().getAudit();
            case ACCOUNT_DELETED -> response.getAccountDeleted().getAudit();
            case DEVICE_REGISTERED -> response.getDeviceRegistered().getAudit();
            case DEVICES_LISTED -> response.getDevicesListed().getAudit();
            case DEVICES_REVOKED -> response.getDevicesRevoked().getAudit();
            case SESSIONS_CLOSED -> response.getSessionsClosed().getAudit();
            case SESSION_OPENED,
                    SESSION_CLOSED,
                    SESSIONS_LISTED,
                    KEY_IDS_ALLOCATED,
                    PASSWORD_CHANGE_STARTED,
                    NEW_RECORD_SUBMITTED,
                    FAILURE,
                    RESULT_NOT_SET -> throw new IllegalArgumentException("this answer has no place on the log");
        };
    }

    /** The failures an honest server can answer with instead of a result. */
    private static Set<FailureCode> failuresInsteadOf(ResultCase expected) {
        return switch (expected) {
            case SESSION_OPENED, FAILURE, RESULT_NOT_SET -> EnumSet.noneOf(FailureCode.class);
            // An account exists exactly when its storage key is stored, so that is never missing.
            case STORAGE_KEY_RETRIEVED,
                    SESSION_CLOSED,
                    AUDIT_LOG_READ,
                    PASSWORD_CHANGE_STARTED,
                    ACCOUNT_DELETED,
                    DEVICE_REGISTERED,
                    DEVICES_LISTED,
                    SESSIONS_LISTED -> OF_EVERY_OPERATION;
            case SECRETS_LISTED, DEVICES_REVOKED, SESSIONS_CLOSED ->
                withThoseOfEveryOperation(FailureCode.FAILURE_CODE_NOT_FOUND);
            case SECRET_REPLACED, SECRET_DELETED ->
                withThoseOfEveryOperation(FailureCode.FAILURE_CODE_NOT_FOUND, FailureCode.FAILURE_CODE_CONFLICT);
            case SECRET_RENAMED ->
                withThoseOfEveryOperation(
                        FailureCode.FAILURE_CODE_NOT_FOUND,
                        FailureCode.FAILURE_CODE_CONFLICT,
                        FailureCode.FAILURE_CODE_LABEL_EXISTS);
            case NEW_RECORD_SUBMITTED -> withThoseOfEveryOperation(FailureCode.FAILURE_CODE_NOT_STARTED);
            case PASSWORD_CHANGED ->
                withThoseOfEveryOperation(FailureCode.FAILURE_CODE_NOT_STARTED, FailureCode.FAILURE_CODE_NOT_PROVEN);
            case REGISTRATION_COMPLETED ->
                withThoseOfEveryOperation(
                        FailureCode.FAILURE_CODE_NAME_TAKEN,
                        FailureCode.FAILURE_CODE_USER_ID_TAKEN,
                        FailureCode.FAILURE_CODE_WRONG_USER);
            case KEY_IDS_ALLOCATED -> withThoseOfEveryOperation(FailureCode.FAILURE_CODE_LIMIT_REACHED);
            case SECRETS_STORED, SECRET_GENERATED ->
                withThoseOfEveryOperation(
                        FailureCode.FAILURE_CODE_LABEL_EXISTS,
                        FailureCode.FAILURE_CODE_CONFLICT,
                        FailureCode.FAILURE_CODE_KEY_ID_UNKNOWN,
                        FailureCode.FAILURE_CODE_LIMIT_REACHED);
            case SECRETS_RETRIEVED ->
                withThoseOfEveryOperation(FailureCode.FAILURE_CODE_NOT_FOUND, FailureCode.FAILURE_CODE_TOO_LARGE);
        };
    }

    private static Set<FailureCode> withThoseOfEveryOperation(FailureCode... own) {
        Set<FailureCode> codes = EnumSet.copyOf(OF_EVERY_OPERATION);
        codes.addAll(List.of(own));
        return codes;
    }

    static KeyClientException unexpected() {
        return new KeyClientException(
                Reason.INTEGRITY,
                "The server answered something else than what was asked, so its answer was not used.");
    }

    private static KeyClientException failed(Failure failure) {
        return switch (failure.getCode()) {
            case FAILURE_CODE_NAME_TAKEN ->
                new KeyClientException(
                        Reason.NAME_TAKEN,
                        "This account name belongs to somebody already. Nothing was stored. Choose another one, or log in "
                                + "if it is yours.");
            case FAILURE_CODE_LABEL_EXISTS ->
                new KeyClientException(
                        Reason.LABEL_EXISTS,
                        "The account has a secret with this label already. It was left as it is, and nothing was stored. "
                                + "Choose another label.");
            case FAILURE_CODE_CONFLICT ->
                new KeyClientException(
                        Reason.CONFLICT,
                        "Something else stands in this secret's place, or it was deleted. Nothing was changed. Look at what "
                                + "is there, then decide.");
            case FAILURE_CODE_NOT_FOUND ->
                new KeyClientException(
                        Reason.NOT_FOUND, "The account has no such secret. Nothing was changed. Check the label.");
            case FAILURE_CODE_LIMIT_REACHED ->
                new KeyClientException(
                        Reason.LIMIT_REACHED,
                        "The account holds as much as it may. Nothing was stored. Delete what is not needed any more.");
            case FAILURE_CODE_TOO_LARGE ->
                new KeyClientException(
                        Reason.LIMIT_REACHED,
                        "The answer would not fit into one message. Nothing was changed. Ask for fewer at once.");
            case FAILURE_CODE_KEY_ID_UNKNOWN ->
                new KeyClientException(
                        Reason.REFUSED,
                        "The place for this secret was given away before it was stored. Nothing was stored. Try again.");
            case FAILURE_CODE_USER_ID_TAKEN ->
                new KeyClientException(
                        Reason.REFUSED,
                        "The random identifier drawn for this account is in use. Nothing was stored. Try again; if that "
                                + "happens twice, this device's source of randomness is broken.");
            case FAILURE_CODE_NOT_ALLOWED ->
                new KeyClientException(
                        Reason.REFUSED, "This session does not allow what was asked. Nothing was changed.");
            case FAILURE_CODE_NOT_STARTED ->
                new KeyClientException(
                        Reason.SESSION_ENDED,
                        "The change of the password took longer than the server waits. The old password stays. Try again.");
            case FAILURE_CODE_NOT_PROVEN ->
                new KeyClientException(
                        Reason.INTEGRITY,
                        "The server could not verify the new password, which it must be able to. The old password stays. "
                                + "Ask the server's operator.");
            case FAILURE_CODE_WRONG_USER, FAILURE_CODE_MALFORMED ->
                new KeyClientException(
                        Reason.REFUSED,
                        "The server takes the request for malformed. Nothing was changed. Is this client as new as the "
                                + "server?");
            case FAILURE_CODE_UNSPECIFIED, UNRECOGNIZED -> unexpected();
        };
    }
}
