package dev.latchkey.e2e;

import static dev.latchkey.e2e.RawSecrets.failureOf;
import static dev.latchkey.e2e.ServerFixture.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchkey.opaque.OpaqueException;
import dev.latchkey.protocol.AuditAction;
import dev.latchkey.protocol.Hashes;
import dev.latchkey.protocol.InvalidInputException;
import dev.latchkey.protocol.Label;
import dev.latchkey.protocol.LabelTag;
import dev.latchkey.protocol.StorageKey;
import dev.latchkey.protocol.UserId;
import dev.latchkey.protocol.wire.CloseSession;
import dev.latchkey.protocol.wire.FailureCode;
import dev.latchkey.protocol.wire.NewSecret;
import dev.latchkey.protocol.wire.Request;
import dev.latchkey.protocol.wire.Response;
import dev.latchkey.protocol.wire.RetrieveStorageKey;
import dev.latchkey.protocol.wire.SessionKind;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A change of password, step by step: whatever happens to it, exactly one password opens everything. */
final class PasswordChangeTest extends OwnersAtOneServer {
    private static final String NEXT = "the staple was a battery all along";
    private static final Request STORAGE_KEY = Request.newBuilder()
            .setRetrieveStorageKey(RetrieveStorageKey.getDefaultInstance())
            .build();

    private RawSession session;
    private RawPasswordChange change;
    private byte[] tag;

    @BeforeEach
    void logInAndBegin() throws Exception {
        session = client.logInToAccount(name, PASSWORD);
        change = new RawPasswordChange(session, name, NEXT);
        tag = tagOf(session);
    }

    /** Which storage key it is: what it makes of a label. */
    private static byte[] tagOf(RawSession opened) {
        try (StorageKey storageKey = RawPasswordChange.storageKey(opened)) {
            return LabelTag.of(storageKey, Label.of("label"));
        } catch (InvalidInputException invalid) {
            throw new AssertionError(invalid);
        }
    }

    /** This password opens the owner's storage key, and the other one opens nothing. */
    private void assertThatOnlyOpens(String right, String wrong) throws Exception {
        assertThat(tagOf(client.logIn(name, right))).isEqualTo(tag);
        assertThatThrownBy(() -> client.startLogin(name, wrong)).isInstanceOf(OpaqueException.class);
    }

    private void assertThatNothingChanged() throws Exception {
        assertThatOnlyOpens(PASSWORD, NEXT);
        assertThat(session.call(STORAGE_KEY).hasStorageKeyRetrieved())
                .as("the session goes on")
                .isTrue();
    }

    private static Request withKe3Flipped(Request completion) {
        byte[] ke3 = completion.getCompletePasswordChange().getKe3().toByteArray();
        ke3[17] ^= 1;
        Request.Builder forged = completion.toBuilder();
        forged.getCompletePasswordChangeBuilder().setKe3(RawClient.bytes(ke3));
        return forged.build();
    }

    @Test
    void change_allSteps_theNewPasswordOpensTheSameStorageKeyAndTheOldOneNothing() throws Exception {
        Request completion = change.upToTheLastStep();

        Response answer = session.call(completion);

        assertThat(answer.hasPasswordChanged()).isTrue();
        assertThatOnlyOpens(NEXT, PASSWORD);
        RawLog log = new RawLog(session.user());
        log.absorb(answer.getPasswordChanged().getAudit());
        assertThat(log.last().action()).contains(AuditAction.PASSWORD_CHANGED);
        assertThat(log.last().sessionId()).contains(session.id());
        assertThat(log.last().object())
                .contains(Hashes.sha3_256(completion
                        .getCompletePasswordChange()
                        .getEncryptedStorageKey()
                        .toByteArray()));
    }

    @Test
    void change_secretsAndLog_areStillThere() throws Exception {
        RawSecrets before = new RawSecrets(client.logIn(name, PASSWORD));
        NewSecret stored = before.stored();
        change.run();

        RawSecrets after = new RawSecrets(client.logIn(name, NEXT));

        assertThat(after.retrieve(stored.getKeyId())
                        .getSecretsRetrieved()
                        .getSecrets(0)
                        .getSealedSecret())
                .isEqualTo(stored.getSealedSecret());
        after.log().absorb(after.list().getSecretsListed().getAudit());
        assertThat(after.log().actions()).contains(AuditAction.SECRET_STORED, AuditAction.PASSWORD_CHANGED);
    }

    @Test
    void change_afterARestart_isStillTheNewPassword() throws Exception {
        change.run();

        server.restart();
        client.close();
        client = server.client();

        assertThatOnlyOpens(NEXT, PASSWORD);
    }

    @Test
    void change_twiceInARow_theLastPasswordOpens() throws Exception {
        change.run();
        RawSession again = client.logInToAccount(name, NEXT);

        new RawPasswordChange(again, name, PASSWORD).run();

        assertThatOnlyOpens(PASSWORD, NEXT);
    }

    @Test
    void change_endsEverySessionAndHandshakeFromBefore() throws Exception {
        RawSession request = client.logIn(name, PASSWORD);
        RawSession account = client.logInToAccount(name, PASSWORD);
        RawHandshake begun = client.startLogin(name, PASSWORD);
        RawHandshake begunForAccount = client.startLogin(name, PASSWORD, SessionKind.SESSION_KIND_ACCOUNT);
        RawSession stranger = strangersSession();

        change.run();

        for (RawSession over : List.of(request, account, session)) {
            assertRefused(() -> over.call(STORAGE_KEY), Status.Code.UNAUTHENTICATED);
        }
        assertRefused(() -> client.send(begun), Status.Code.UNAUTHENTICATED);
        assertRefused(() -> client.send(begunForAccount), Status.Code.UNAUTHENTICATED);
        assertThat(stranger.call(STORAGE_KEY).hasStorageKeyRetrieved()).isTrue();
    }

    private RawSession strangersSession() throws Exception {
        String stranger = "stranger-" + name;
        client.startRegistration(stranger, UserId.random(client.random()), PASSWORD)
                .complete();
        return client.logIn(stranger, PASSWORD);
    }

    @Test
    void complete_wrongKe3_isNotProvenAndDestroysTheChange() throws Exception {
        Request completion = change.upToTheLastStep();

        assertThat(failureOf(session.call(withKe3Flipped(completion)))).isEqualTo(FailureCode.FAILURE_CODE_NOT_PROVEN);

        assertThat(failureOf(session.call(completion)))
                .as("the right proof, too late")
                .isEqualTo(FailureCode.FAILURE_CODE_NOT_STARTED);
        assertThatNothingChanged();
        assertThat(change.run().hasPasswordChanged()).as("begun anew").isTrue();
    }

    @Test
    void complete_ke3OfTheSessionsOwnLogin_isNotProven() throws Exception {
        RawHandshake login = client.startLogin(name, PASSWORD);
        Request.Builder completion = change.upToTheLastStep().toBuilder();
        completion.getCompletePasswordChangeBuilder().setKe3(RawClient.bytes(login.ke3()));

        assertThat(failureOf(session.call(completion.build()))).isEqualTo(FailureCode.FAILURE_CODE_NOT_PROVEN);

        assertThatNothingChanged();
    }

    @Test
    void complete_proofOfAnotherSessionsChange_isNotProven() throws Exception {
        RawPasswordChange other =
                new RawPasswordChange(client.logInToAccount(name, PASSWORD), name, "something else entirely");
        Request othersCompletion = other.upToTheLastStep();
        change.upToTheLastStep();

        assertThat(failureOf(session.call(othersCompletion))).isEqualTo(FailureCode.FAILURE_CODE_NOT_PROVEN);

        assertThatNothingChanged();
        assertThat(other.session().call(othersCompletion).hasPasswordChanged()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 92, 94, 1024})
    void complete_storageKeyOfAnotherLength_isMalformedAndChangesNothing(int length) throws Exception {
        Request.Builder completion = change.upToTheLastStep().toBuilder();
        byte[] envelope = Arrays.copyOf(
                completion.getCompletePasswordChange().getEncryptedStorageKey().toByteArray(), length);
        completion.getCompletePasswordChangeBuilder().setEncryptedStorageKey(RawClient.bytes(envelope));

        assertThat(failureOf(session.call(completion.build()))).isEqualTo(FailureCode.FAILURE_CODE_MALFORMED);

        assertThatNothingChanged();
    }

    @Test
    void complete_storageKeyOfAnotherVersion_isMalformedAndChangesNothing() throws Exception {
        Request.Builder completion = change.upToTheLastStep().toBuilder();
        byte[] envelope =
                completion.getCompletePasswordChange().getEncryptedStorageKey().toByteArray();
        envelope[0] = 0x02;
        completion.getCompletePasswordChangeBuilder().setEncryptedStorageKey(RawClient.bytes(envelope));

        assertThat(failureOf(session.call(completion.build()))).isEqualTo(FailureCode.FAILURE_CODE_MALFORMED);

        assertThatNothingChanged();
    }

    @Test
    void steps_skipped_areNotStarted() throws Exception {
        RawPasswordChange elsewhere = new RawPasswordChange(client.logInToAccount(name, PASSWORD), name, NEXT);
        Request record = elsewhere.record(elsewhere.start());
        Request completion = elsewhere.completion(elsewhere.session().call(record));

        assertThat(failureOf(session.call(record)))
                .as("a record before the start")
                .isEqualTo(FailureCode.FAILURE_CODE_NOT_STARTED);
        assertThat(failureOf(session.call(completion)))
                .as("a proof before the start")
                .isEqualTo(FailureCode.FAILURE_CODE_NOT_STARTED);
        Response started = change.start();
        assertThat(failureOf(session.call(completion)))
                .as("a proof before the record")
                .isEqualTo(FailureCode.FAILURE_CODE_NOT_STARTED);
        assertThat(change.submit(started).hasNewRecordSubmitted())
                .as("the step that was due can still be taken")
                .isTrue();
        assertThat(failureOf(session.call(record)))
                .as("a second record")
                .isEqualTo(FailureCode.FAILURE_CODE_NOT_STARTED);
        assertThatNothingChanged();
    }

    @Test
    void start_again_replacesWhatWasBegun() throws Exception {
        Request completion = change.upToTheLastStep();
        RawPasswordChange another = new RawPasswordChange(session, name, "a third thought");
        Response started = another.start();

        assertThat(failureOf(session.call(completion))).isEqualTo(FailureCode.FAILURE_CODE_NOT_STARTED);
        assertThat(session.call(another.completion(another.submit(started))).hasPasswordChanged())
                .isTrue();
        assertThat(tagOf(client.logIn(name, "a third thought"))).isEqualTo(tag);
        assertThatThrownBy(() -> client.startLogin(name, NEXT)).isInstanceOf(OpaqueException.class);
    }

    @Test
    void steps_tooLate_areNotStarted() throws Exception {
        Response started = change.start();
        server.advance(Duration.ofMinutes(2).plusSeconds(1));
        assertThat(failureOf(change.submit(started))).isEqualTo(FailureCode.FAILURE_CODE_NOT_STARTED);

        Response startedAgain = change.start();
        server.advance(Duration.ofSeconds(70));
        Request completion = change.completion(change.submit(startedAgain));
        server.advance(Duration.ofSeconds(70));
        assertThat(failureOf(session.call(completion)))
                .as("no step moves the end")
                .isEqualTo(FailureCode.FAILURE_CODE_NOT_STARTED);
        assertThatNothingChanged();
    }

    @Test
    void steps_withPointsThatAreNone_areMalformedAndChangeNothing() throws Exception {
        Request.Builder start = Request.newBuilder();
        start.getStartPasswordChangeBuilder().setRegistrationRequest(RawClient.bytes(new byte[32]));
        assertThat(failureOf(session.call(start.build()))).isEqualTo(FailureCode.FAILURE_CODE_MALFORMED);

        Request.Builder record = change.record(change.start()).toBuilder();
        record.getSubmitNewRecordBuilder().setKe1(RawClient.bytes(new byte[96]));
        assertThat(failureOf(session.call(record.build()))).isEqualTo(FailureCode.FAILURE_CODE_MALFORMED);

        assertThatNothingChanged();
    }

    @Test
    void session_closedInBetween_endsTheChange() throws Exception {
        Request completion = change.upToTheLastStep();
        session.call(Request.newBuilder()
                .setCloseSession(CloseSession.getDefaultInstance())
                .build());

        assertRefused(() -> session.call(completion), Status.Code.UNAUTHENTICATED);

        assertThatOnlyOpens(PASSWORD, NEXT);
    }

    @Test
    void restart_inBetween_leavesTheOldPassword() throws Exception {
        Request completion = change.upToTheLastStep();

        server.restart();

        client.close();
        client = server.client();
        assertThat(completion.hasCompletePasswordChange()).isTrue();
        assertThatOnlyOpens(PASSWORD, NEXT);
    }

    @Test
    void changes_ofSeveralDevicesAtOnce_oneWinsAndItsPasswordOpens() throws Exception {
        List<String> passwords = List.of("first of four", "second of four", "third of four", "fourth of four");
        List<Callable<Optional<String>>> completions = new ArrayList<>();
        for (String password : passwords) {
            RawPasswordChange device = new RawPasswordChange(client.logInToAccount(name, PASSWORD), name, password);
            Request completion = device.upToTheLastStep();
            completions.add(() -> changed(device, completion) ? Optional.of(password) : Optional.empty());
        }

        List<String> winners = new ArrayList<>();
        ExecutorService threads = Executors.newFixedThreadPool(passwords.size());
        try {
            for (Future<Optional<String>> done : threads.invokeAll(completions)) {
                done.get().ifPresent(winners::add);
            }
        } finally {
            threads.shutdownNow();
        }

        assertThat(winners).hasSize(1);
        for (String password : passwords) {
            if (password.equals(winners.get(0))) {
                assertThat(tagOf(client.logIn(name, password))).isEqualTo(tag);
            } else {
                assertThatThrownBy(() -> client.startLogin(name, password)).isInstanceOf(OpaqueException.class);
            }
        }
        assertThatThrownBy(() -> client.startLogin(name, PASSWORD)).isInstanceOf(OpaqueException.class);
    }

    /** Whoever comes second has no session any more. */
    private static boolean changed(RawPasswordChange device, Request completion) {
        try {
            return device.session().call(completion).hasPasswordChanged();
        } catch (StatusRuntimeException refused) {
            assertThat(refused.getStatus().getCode()).isEqualTo(Status.Code.UNAUTHENTICATED);
            return false;
        }
    }
}
