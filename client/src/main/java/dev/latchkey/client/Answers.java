package dev.latchkey.client;

import dev.latchkey.client.KeyClientException.Reason;
import dev.latchkey.protocol.wire.Failure;
import dev.latchkey.protocol.wire.Response;
import dev.latchkey.protocol.wire.Response.ResultCase;

/** What an opened answer may be: the result that was asked for, or a failure that a person is told about. */
final class Answers {

    private Answers() {}

    /** Gives {@code response} back if it holds the result {@code expected}. */
    static Response require(ResultCase expected, Response response) throws KeyClientException {
        if (response.getResultCase() == expected) {
            return response;
        }
        if (response.getResultCase() == ResultCase.FAILURE) {
            throw failed(response.getFailure());
        }
        throw unexpected();
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
            case FAILURE_CODE_WRONG_USER, FAILURE_CODE_MALFORMED ->
                new KeyClientException(
                        Reason.REFUSED,
                        "The server takes the request for malformed. Nothing was changed. Is this client as new as the "
                                + "server?");
            case FAILURE_CODE_UNSPECIFIED, UNRECOGNIZED -> unexpected();
        };
    }
}
