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
        return catchThrowableOfType(
                KeyClientException.class, () -> Answers.require(ResultCase.SECRETS_STORED, response));
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
        "FAILURE_CODE_NAME_TAKEN,     NAME_TAKEN",
        "FAILURE_CODE_USER_ID_TAKEN,  REFUSED",
        "FAILURE_CODE_WRONG_USER,     REFUSED",
        "FAILURE_CODE_MALFORMED,      REFUSED",
        "FAILURE_CODE_NOT_ALLOWED,    REFUSED",
        "FAILURE_CODE_NOT_FOUND,      NOT_FOUND",
        "FAILURE_CODE_LABEL_EXISTS,   LABEL_EXISTS",
        "FAILURE_CODE_CONFLICT,       CONFLICT",
        "FAILURE_CODE_KEY_ID_UNKNOWN, REFUSED",
        "FAILURE_CODE_LIMIT_REACHED,  LIMIT_REACHED",
        "FAILURE_CODE_TOO_LARGE,      LIMIT_REACHED",
        "FAILURE_CODE_UNSPECIFIED,    INTEGRITY",
    })
    void failure_has_one_reason(FailureCode code, Reason reason) {
        assertThat(refused(failure(code)).reason()).isEqualTo(reason);
    }

    @ParameterizedTest
    @EnumSource(value = FailureCode.class, mode = EnumSource.Mode.EXCLUDE, names = "UNRECOGNIZED")
    void failure_is_told_in_whole_sentences(FailureCode code) {
        assertThat(refused(failure(code)).getMessage()).matches("[A-Z].*[.?]").doesNotContain("FAILURE_CODE");
    }
}
