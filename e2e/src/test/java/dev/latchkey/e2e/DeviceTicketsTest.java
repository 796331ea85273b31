package dev.latchkey.e2e;

import static dev.latchkey.e2e.RawSecrets.failureOf;
import static dev.latchkey.e2e.ServerFixture.assertRefused;
import static dev.latchkey.e2e.ServerFixture.refusalOf;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.latchkey.opaque.OpaqueException;
import dev.latchkey.protocol.AuditAction;
import dev.latchkey.protocol.DeviceId;
import dev.latchkey.protocol.DeviceObject;
import dev.latchkey.protocol.UserId;
import dev.latchkey.protocol.wire.AllOthers;
import dev.latchkey.protocol.wire.CloseSessions;
import dev.latchkey.protocol.wire.DeviceRegistered;
import dev.latchkey.protocol.wire.FailureCode;
import dev.latchkey.protocol.wire.ListDevices;
import dev.latchkey.protocol.wire.ListSessions;
import dev.latchkey.protocol.wire.ListedDevice;
import dev.latchkey.protocol.wire.ListedSession;
import dev.latchkey.protocol.wire.Refusal;
import dev.latchkey.protocol.wire.RegisterDevice;
import dev.latchkey.protocol.wire.Request;
import dev.latchkey.protocol.wire.Response;
import dev.latchkey.protocol.wire.RetrieveStorageKey;
import dev.latchkey.protocol.wire.RevokeDevices;
import dev.latchkey.protocol.wire.SessionKind;
import dev.latchkey.protocol.wire.StartLoginRequest;
import dev.latchkey.protocol.wire.StartLoginResponse;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a device's ticket is good for, and that it is good for nothing else. */
final class DeviceTicketsTest extends OwnersAtOneServer {
    private static final int BUDGET = 10;
    private static final Duration UNIT = Duration.ofHours(2);
    private static final Request STORAGE_KEY = Request.newBuilder()
            .setRetrieveStorageKey(RetrieveStorageKey.getDefaultInstance())
            .build();
    private static final AllOthers ALL_OTHERS = AllOthers.getDefaultInstance();

    private RawSecrets session;
    private ByteString laptop;
    private ByteString ticket;

    @BeforeEach
    void registerDevice() throws Exception {
        session = new RawSecrets(client.logIn(name, PASSWORD));
        laptop = session.random(16);
        ticket = register(session, laptop).getTicket();
    }

    private static DeviceRegistered register(RawSecrets owner, ByteString device) {
        Response answer = owner.call(Request.newBuilder()
                .setRegisterDevice(
                        RegisterDevice.newBuilder().setDeviceId(device).setSealedName(owner.sealed(50))));
        owner.log().absorb(answer.getDeviceRegistered().getAudit());
        return answer.getDeviceRegistered();
    }

    private static List<ByteString> devices(RawSecrets owner) {
        Response answer = owner.call(Request.newBuilder().setListDevices(ListDevices.getDefaultInstance()));
        owner.log().absorb(answer.getDevicesListed().getAudit());
        return answer.getDevicesListed().getDevicesList().stream()
                .map(ListedDevice::getDeviceId)
                .toList();
    }

    private static List<ListedSession> sessions(RawSecrets owner) {
        return owner.call(Request.newBuilder().setListSessions(ListSessions.getDefaultInstance()))
                .getSessionsListed()
                .getSessionsList();
    }

    private static Response revoke(RawSecrets owner, ByteString device) {
        return owner.call(
                Request.newBuilder().setRevokeDevices(RevokeDevices.newBuilder().setDeviceId(device)));
    }

    private static Response close(RawSecrets owner, ByteString other) {
        return owner.call(
                Request.newBuilder().setCloseSessions(CloseSessions.newBuilder().setSessionId(other)));
    }

    private static ByteString id(RawSession open) {
        return RawClient.bytes(open.id().toByteArray());
    }

    /** A login that is begun and never finished. */
    private StartLoginResponse guess(String accountName, ByteString shown) {
        StartLoginRequest request = RawClient.loginRequest(accountName, Elements.ke1());
        return client.stub()
                .startLogin(
                        shown.isEmpty()
                                ? request
                                : request.toBuilder().setDeviceTicket(shown).build());
    }

    /** Spends what is left of the budget that this draws on, and counts it. */
    private int guessesLeft(String accountName, ByteString shown) {
        for (int answered = 0; answered <= BUDGET; answered++) {
            try {
                guess(accountName, shown);
            } catch (StatusRuntimeException refused) {
                assertThat(refused.getStatus().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
                return answered;
            }
        }
        throw new AssertionError("more guesses than a budget holds");
    }

    private int guessesLeft() {
        return guessesLeft(name, ByteString.EMPTY);
    }

    private void assertDrawsOnTheName(ByteString shown) {
        assertThat(guessesLeft(name, shown)).isEqualTo(BUDGET);
        assertThat(guessesLeft()).isZero();
    }

    @Test
    void stranger_whoExhaustsTheName_locksOutStrangersAndNotTheKnownDevice() throws Exception {
        assertThat(guessesLeft()).isEqualTo(BUDGET);
        assertThat(refusalOf(() -> client.logIn(name, PASSWORD)).getReason())
                .isEqualTo(Refusal.Reason.REASON_GUESS_BUDGET);

        RawSession known = client.logIn(name, PASSWORD, ticket);

        assertThat(known.opened().getDeviceId()).isEqualTo(laptop);
        assertThat(known.call(STORAGE_KEY).hasStorageKeyRetrieved()).isTrue();
        assertThat(guessesLeft()).as("its unit went back to where it came from").isZero();
        server.advance(UNIT);
        assertThat(client.logIn(name, PASSWORD).opened().hasDeviceId()).isFalse();
    }

    @Test
    void ticket_hasTenGuessesOfItsOwn_whichReturnInTheirOwnTime() throws Exception {
        assertThat(guessesLeft(name, ticket)).isEqualTo(BUDGET);

        Refusal refusal = refusalOf(() -> client.logIn(name, PASSWORD, ticket));
        assertThat(refusal.getReason()).isEqualTo(Refusal.Reason.REASON_GUESS_BUDGET);
        assertThat(refusal.getRetryAfterMs()).isBetween(UNIT.minusMinutes(2).toMillis(), UNIT.toMillis());
        assertThat(guessesLeft()).as("the name's").isEqualTo(BUDGET);
        server.advance(UNIT);
        client.logIn(name, PASSWORD, ticket);
        assertThat(guessesLeft(name, ticket)).isEqualTo(1);
    }

    @Test
    void ticket_shownSideBySide_givesNoMoreThanItsUnits() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(16);
        try {
            List<Callable<Boolean>> guesses = new ArrayList<>();
            for (int i = 0; i < 60; i++) {
                guesses.add(() -> {
                    try {
                        guess(name, ticket);
                        return true;
                    } catch (StatusRuntimeException refused) {
                        return false;
                    }
                });
            }
            int answered = 0;
            for (Future<Boolean> guess : threads.invokeAll(guesses)) {
                answered += guess.get() ? 1 : 0;
            }

            assertThat(answered).isEqualTo(BUDGET);
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void attempts_withATicket_joinTheOwnersLog() throws Exception {
        guess(name, ticket);
        server.advance(Duration.ofSeconds(61));

        assertThat(client.logIn(name, PASSWORD).opened().getFailuresSinceLastLogin())
                .isEqualTo(1);
    }

    @Test
    void ticket_thatNobodyHolds_countsAgainstTheName() {
        assertDrawsOnTheName(session.random(32));
    }

    @Test
    void ticket_ofAnotherAccount_countsAgainstTheName() throws Exception {
        String other = "other-" + name;
        client.startRegistration(other, UserId.random(client.random()), PASSWORD)
                .complete();
        RawSecrets others = new RawSecrets(client.logIn(other, PASSWORD));
        ByteString theirs = register(others, laptop).getTicket();

        assertDrawsOnTheName(theirs);
        assertThat(guessesLeft(other, theirs)).isEqualTo(BUDGET);
    }

    @Test
    void ticket_ofARevokedDevice_countsAgainstTheName() {
        assertThat(revoke(session, laptop).hasDevicesRevoked()).isTrue();

        assertDrawsOnTheName(ticket);
    }

    @Test
    void ticket_thatWasReplaced_countsAgainstTheName() {
        ByteString next = register(session, laptop).getTicket();

        assertDrawsOnTheName(ticket);
        assertThat(guessesLeft(name, next)).isEqualTo(BUDGET);
    }

    @Test
    void ticket_afterAChangeOfThePassword_countsAgainstTheName() throws Exception {
        RawSession account = client.logInToAccount(name, PASSWORD);
        assertThat(new RawPasswordChange(account, name, "another password")
                        .run()
                        .hasPasswordChanged())
                .isTrue();
        RawSession again = client.logIn(name, "another password", ticket);

        assertThat(again.opened().hasDeviceId()).isFalse();
        assertThat(devices(new RawSecrets(again))).isEmpty();
        assertDrawsOnTheName(ticket);
    }

    @Test
    void unknownName_withATicket_isAnsweredLikeAKnownOne() throws Exception {
        ByteString random = session.random(32);
        String nobody = "nobody-" + name;

        StartLoginResponse known = guess(name, random);
        StartLoginResponse unknown = guess(nobody, random);

        assertThat(unknown.getSerializedSize()).isEqualTo(known.getSerializedSize());
        assertThat(unknown.getKsf()).isEqualTo(known.getKsf());
        assertThat(guessesLeft(nobody, random)).isEqualTo(BUDGET - 1).isEqualTo(guessesLeft(name, random));
        Refusal ofUnknown = refusalOf(() -> guess(nobody, random));
        Refusal ofKnown = refusalOf(() -> guess(name, random));
        assertThat(ofUnknown.getReason()).isEqualTo(ofKnown.getReason());
        assertThat(ofUnknown.getRetryAfterMs()).isBetween(ofKnown.getRetryAfterMs() - 60_000, UNIT.toMillis());
    }

    @Test
    void ticket_ofAnotherLength_isMalformedAndCostsNothing() {
        StartLoginRequest request = RawClient.loginRequest(name, Elements.ke1()).toBuilder()
                .setDeviceTicket(session.random(31))
                .build();

        assertRefused(() -> client.stub().startLogin(request), Status.Code.INVALID_ARGUMENT);
        assertThat(guessesLeft()).isEqualTo(BUDGET);
    }

    @Test
    void ticket_alone_opensNothing() throws Exception {
        RawHandshake begun = client.startLogin(name, PASSWORD, SessionKind.SESSION_KIND_REQUEST, ticket);

        assertRefused(() -> client.send(begun.withKe3(new byte[64])), Status.Code.UNAUTHENTICATED);
        assertThat(guessesLeft(name, ticket))
                .as("a refused proof gives nothing back")
                .isEqualTo(BUDGET - 1);
    }

    @Test
    void device_revokedBeforeKe3_opensTheSessionAsAStranger() throws Exception {
        RawHandshake begun = client.startLogin(name, PASSWORD, SessionKind.SESSION_KIND_REQUEST, ticket);
        revoke(session, laptop);

        assertThat(client.open(begun).opened().hasDeviceId()).isFalse();
    }

    @Test
    void ninthDevice_replacesTheOneUnusedLongest_andTheLogSaysSo() throws Exception {
        List<ByteString> others = new ArrayList<>();
        for (int i = 1; i < 8; i++) {
            server.advance(Duration.ofMillis(10));
            others.add(session.random(16));
            register(session, others.get(i - 1));
        }
        server.advance(Duration.ofMillis(10));
        client.logIn(name, PASSWORD, ticket);
        server.advance(Duration.ofMillis(10));

        register(session, session.random(16));

        assertThat(devices(session)).hasSize(8).contains(laptop).doesNotContain(others.get(0));
        assertThat(session.log().actions()).endsWith(AuditAction.DEVICE_REVOKED, AuditAction.DEVICE_ADDED);
    }

    @Test
    void registration_withWhatIsNotSealed_isMalformed() {
        Response answer = session.call(Request.newBuilder()
                .setRegisterDevice(
                        RegisterDevice.newBuilder().setDeviceId(laptop).setSealedName(RawClient.bytes(new byte[50]))));

        assertThat(failureOf(answer)).isEqualTo(FailureCode.FAILURE_CODE_MALFORMED);
    }

    @Test
    void devices_ofAnotherOwner_areNeitherListedNorRevoked() throws Exception {
        String other = "other-" + name;
        client.startRegistration(other, UserId.random(client.random()), PASSWORD)
                .complete();
        RawSecrets others = new RawSecrets(client.logIn(other, PASSWORD));

        assertThat(devices(others)).isEmpty();
        assertThat(failureOf(revoke(others, laptop))).isEqualTo(FailureCode.FAILURE_CODE_NOT_FOUND);
        assertThat(failureOf(close(others, id(session.session())))).isEqualTo(FailureCode.FAILURE_CODE_NOT_FOUND);
        assertThat(devices(session)).containsExactly(laptop);
    }

    @Test
    void allOthers_leavesTheSessionsOwnDevice() throws Exception {
        ByteString phone = session.random(16);
        RawSecrets another = new RawSecrets(client.logIn(name, PASSWORD));
        register(another, phone);

        Response answer = session.call(
                Request.newBuilder().setRevokeDevices(RevokeDevices.newBuilder().setAllOthers(ALL_OTHERS)));
        session.log().absorb(answer.getDevicesRevoked().getAudit());

        assertThat(devices(session)).containsExactly(laptop);
        assertThat(session.log().last().object()).contains(DeviceObject.revoked(DeviceId.of(phone.toByteArray())));
    }

    @Test
    void sessions_areListedWithTheirDevices_andClosedFromAnother() throws Exception {
        RawSession stranger = client.logIn(name, PASSWORD);
        RawSession known = client.logIn(name, PASSWORD, ticket);
        RawSession account = client.logInToAccount(name, PASSWORD);

        List<ListedSession> listed = sessions(session);

        assertThat(listed)
                .extracting(ListedSession::getSessionId)
                .containsExactly(id(session.session()), id(stranger), id(known), id(account));
        assertThat(listed).extracting(ListedSession::hasDeviceId).containsExactly(true, false, true, false);
        assertThat(listed.get(2).getDeviceId()).isEqualTo(laptop);
        assertThat(listed.get(3).getKind()).isEqualTo(SessionKind.SESSION_KIND_ACCOUNT);

        session.log().absorb(auditAfterStorageKey());
        Response closed = close(session, id(stranger));
        session.log().absorb(closed.getSessionsClosed().getAudit());

        assertThat(session.log().last().action()).contains(AuditAction.SESSION_CLOSED_BY_OWNER);
        assertThat(session.log().last().object()).contains(DeviceObject.closed(stranger.id()));
        assertRefused(() -> stranger.call(STORAGE_KEY), Status.Code.UNAUTHENTICATED);
        assertThat(failureOf(close(session, id(stranger)))).isEqualTo(FailureCode.FAILURE_CODE_NOT_FOUND);
        assertThat(failureOf(close(session, id(session.session())))).isEqualTo(FailureCode.FAILURE_CODE_NOT_ALLOWED);

        session.call(
                Request.newBuilder().setCloseSessions(CloseSessions.newBuilder().setAllOthers(ALL_OTHERS)));
        assertRefused(() -> known.call(STORAGE_KEY), Status.Code.UNAUTHENTICATED);
        assertRefused(() -> account.call(STORAGE_KEY), Status.Code.UNAUTHENTICATED);
        assertThat(sessions(session)).hasSize(1);
    }

    @Test
    void sessions_ofRegistrationsInTheOwnersUserId_areNotListed() throws OpaqueException {
        client.startRegistration("stranger-" + name, session.session().user(), "guess");

        assertThat(sessions(session)).hasSize(1);
    }

    private dev.latchkey.protocol.wire.AuditHead auditAfterStorageKey() {
        return session.call(STORAGE_KEY.toBuilder()).getStorageKeyRetrieved().getAudit();
    }
}
