package dev.latchkey.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.latchkey.client.KeyClientException.Reason;
import dev.latchkey.protocol.wire.Failure;
import dev.latchkey.protocol.wire.FailureCode;
import dev.latchkey.protocol.wire.Response;
import dev.latchkey.protocol.wire.Response.ResultCase;
import dev.latchkey.protocol.wire.SecretsStored;
import dev.latchkey.protocol.wire.SessionClosed;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

final class AnswersTest {

    private static KeyClientException refused(Response response) {
        return refused(ResultCase.SECRETS_STORED, response);
    }

    private static KeyClientException refused(ResultCase expected, Response response) {
        return catchThrowableOfType(KeyClientException.class, () -> Answers.require(expected, response));
    }

    private static Response failure(FailureCode code) {
        return Response.newBuilder()
                .setFailure(Failure.newBuilder().setCode(code))
                .build();
    }

    @Test
    void expected_result_is_given_back() throws KeyClientException {
        Response response = Response.newBuilder()
                .setSecretsStored(SecretsStored.getDefaultInstance())
                .build();

        assertThat(Answers.require(ResultCase.SECRETS_STORED, response)).isSameAs(response);
    }

    @Test
    void other_result_is_an_integrity_failure() {
        Response response = Response.newBuilder()
                .setSessionClosed(SessionClosed.getDefaultInstance())
                .build();

        assertThat(refused(response).reason()).isEqualTo(Reason.INTEGRITY);
    }

    @Test
    void empty_answer_is_an_integrity_failure() {
        assertThat(refused(Response.getDefaultInstance()).reason()).isEqualTo(Reason.INTEGRITY);
    }

    @ParameterizedTest
    @CsvSource({
        "REGISTRATION_COMPLETED, FAILURE_CODE_NAME_TAKEN,     NAME_TAKEN",
        "REGISTRATION_COMPLETED, FAILURE_CODE_USER_ID_TAKEN,  REFUSED",
        "REGISTRATION_COMPLETED, FAILURE_CODE_WRONG_USER,     REFUSED",
        "KEY_IDS_ALLOCATED,      FAILURE_CODE_LIMIT_REACHED,  LIMIT_REACHED",
        "SECRETS_STORED,         FAILURE_CODE_LABEL_EXISTS,   LABEL_EXISTS",
        "SECRETS_STORED,         FAILURE_CODE_CONFLICT,       CONFLICT",
        "SECRETS_STORED,         FAILURE_CODE_KEY_ID_UNKNOWN, REFUSED",
        "SECRETS_STORED,         FAILURE_CODE_LIMIT_REACHED,  LIMIT_REACHED",
        "SECRETS_STORED,         FAILURE_CODE_MALFORMED,      REFUSED",
        "SECRETS_STORED,         FAILURE_CODE_NOT_ALLOWED,    REFUSED",
        "SECRETS_RETRIEVED,      FAILURE_CODE_NOT_FOUND,      NOT_FOUND",
        "SECRETS_RETRIEVED,      FAILURE_CODE_TOO_LARGE,      LIMIT_REACHED",
        "SECRETS_LISTED,         FAILURE_CODE_MALFORMED,      REFUSED",
    })
    void failure_of_an_operation_has_one_reason(ResultCase expected, FailureCode code, Reason reason) {
        assertThat(refused(expected, failure(code)).reason()).isEqualTo(reason);
    }

    @ParameterizedTest
    @CsvSource({
        "REGISTRATION_COMPLETED, FAILURE_CODE_NOT_FOUND",
        "SESSION_OPENED,         FAILURE_CODE_NOT_ALLOWED",
        "SESSION_OPENED,         FAILURE_CODE_MALFORMED",
        "STORAGE_KEY_RETRIEVED,  FAILURE_CODE_NOT_FOUND",
        "STORAGE_KEY_RETRIEVED,  FAILURE_CODE_LIMIT_REACHED",
        "KEY_IDS_ALLOCATED,      FAILURE_CODE_CONFLICT",
        "SECRETS_STORED,         FAILURE_CODE_NAME_TAKEN",
        "SECRETS_STORED,         FAILURE_CODE_NOT_FOUND",
        "SECRETS_STORED,         FAILURE_CODE_UNSPECIFIED",
        "SECRETS_RETRIEVED,      FAILURE_CODE_LABEL_EXISTS",
        "SECRETS_LISTED,         FAILURE_CODE_CONFLICT",
    })
    void failure_that_the_operation_can_not_have_is_an_integrity_failure(ResultCase expected, FailureCode code) {
        assertThat(refused(expected, failure(code)).reason()).isEqualTo(Reason.INTEGRITY);
    }

    @ParameterizedTest
    @EnumSource(value = FailureCode.class, mode = EnumSource.Mode.EXCLUDE, names = "UNRECOGNIZED")
    void failure_is_told_in_whole_sentences(FailureCode code) {
        for (ResultCase expected : ResultCase.values()) {
            if (expected != ResultCase.FAILURE) {
                assertThat(refused(expected, failure(code)).getMessage())
                        .matches("[A-Z].*[.?]")
                        .doesNotContain("FAILURE_CODE");
            }
        }
    }
}
