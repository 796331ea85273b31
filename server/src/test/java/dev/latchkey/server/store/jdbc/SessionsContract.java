package dev.latchkey.server.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.latchkey.opaque.SecretBytes;
import dev.latchkey.protocol.DeviceId;
import dev.latchkey.protocol.ReplayWindow;
import dev.latchkey.protocol.SessionId;
import dev.latchkey.protocol.UserId;
import dev.latchkey.server.store.Sessions.Ended;
import dev.latchkey.server.store.Sessions.Listed;
import dev.latchkey.server.store.Sessions.NewSession;
import dev.latchkey.server.store.Sessions.OpenSession;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

abstract class SessionsContract extends StoreContract {
    private static final Duration IDLE = Duration.ofMinutes(5);
    private static final Duration LIFETIME = Duration.ofHours(1);
    private static final int AT_MOST = 16;
    private static final int REGISTRATION = 1;
    private static final int REQUEST = 2;

    private final UserId user = TestAccount.random().user;
    private final SessionId id = TestAccount.newSessionId();
    private final byte[] secrets = TestAccount.bytes(64);

    private void open(SessionId session) throws Exception {
        open(session, REQUEST, IDLE, LIFETIME);
    }

    private void open(SessionId session, int kind, Duration idle, Duration lifetime) throws Exception {
        try (SecretBytes kept = SecretBytes.copyOf(secrets)) {
            run(tx -> tx.sessions().open(new NewSession(session, user, kind, 7, kept, idle, lifetime), AT_MOST));
        }
    }

    private SessionId openRegistration() throws Exception {
        UserId stranger = TestAccount.random().user;
        SessionId registration = TestAccount.newSessionId();
        try (SecretBytes kept = SecretBytes.copyOf(secrets)) {
            run(tx -> tx.sessions()
                    .open(new NewSession(registration, stranger, REGISTRATION, 0, kept, IDLE, IDLE), AT_MOST));
        }
        return registration;
    }

    private boolean isOpen(SessionId session) throws Exception {
        Optional<OpenSession> found = in(tx -> tx.sessions().find(session));
        found.ifPresent(OpenSession::close);
        boolean isOpen = in(tx -> tx.sessions().isOpen(session));
        assertThat(isOpen).as("looked for, and found").isEqualTo(found.isPresent());
        return isOpen;
    }

    private boolean close() throws Exception {
        return in(tx -> tx.sessions().close(id));
    }

    private boolean closeOf(UserId owner, SessionId session) throws Exception {
        return in(tx -> tx.sessions().close(owner, session));
    }

    private List<Listed> listed() throws Exception {
        return in(tx -> tx.sessions().listOf(user));
    }

    private ReplayWindow window(SessionId session) throws Exception {
        try (OpenSession found = in(tx -> tx.sessions().find(session)).orElseThrow()) {
            return found.window();
        }
    }

    private boolean advance(ReplayWindow expected, long seq) throws Exception {
        return in(tx -> tx.sessions().advance(id, expected, expected.accept(seq).orElseThrow()));
    }

    @Test
    void find_open_givesItAsItWasOpened() throws Exception {
        open(id);

        try (OpenSession found = in(tx -> tx.sessions().find(id)).orElseThrow()) {
            assertThat(found.id()).isEqualTo(id);
            assertThat(found.user()).isEqualTo(user);
            assertThat(found.kind()).isEqualTo(REQUEST);
            assertThat(found.credentialVersion()).isEqualTo(7);
            assertThat(found.secrets().constantTimeEquals(secrets)).isTrue();
            assertThat(found.window()).isEqualTo(ReplayWindow.EMPTY);
        }
    }

    @Test
    void find_unknown_isEmpty() throws Exception {
        assertThat(isOpen(id)).isFalse();
    }

    @Test
    void advance_expectedWindow_isKept() throws Exception {
        open(id);

        assertThat(advance(ReplayWindow.EMPTY, 64)).isTrue();

        ReplayWindow next = ReplayWindow.EMPTY.accept(64).orElseThrow();
        assertThat(window(id)).isEqualTo(next);
        assertThat(advance(next, 1)).isTrue();
        assertThat(window(id).seenBits()).as("the oldest number of the window").isNegative();
    }

    @Test
    void advance_anotherWindow_isRefusedAndChangesNothing() throws Exception {
        open(id);
        advance(ReplayWindow.EMPTY, 1);
        ReplayWindow kept = window(id);

        assertThat(advance(ReplayWindow.EMPTY, 2)).isFalse();

        assertThat(window(id)).isEqualTo(kept);
    }

    @Test
    void advance_sixteenSideBySide_acceptsOne() throws Exception {
        open(id);

        List<Boolean> advanced = sideBySide(times(16, () -> advance(ReplayWindow.EMPTY, 1)));

        assertThat(advanced).filteredOn(Boolean::booleanValue).hasSize(1);
    }

    @Test
    void advance_closedOrExpired_isRefused() throws Exception {
        assertThat(advance(ReplayWindow.EMPTY, 1)).isFalse();
        open(id);
        clock.advance(IDLE);

        assertThat(advance(ReplayWindow.EMPTY, 1)).isFalse();
    }

    @Test
    void find_idleForTooLong_isEmpty() throws Exception {
        open(id);
        clock.advance(IDLE.minusSeconds(30));
        assertThat(isOpen(id)).isTrue();

        clock.advance(Duration.ofSeconds(30));

        assertThat(isOpen(id)).isFalse();
    }

    @Test
    void find_usedNowAndThen_livesOnUntilItsLifetimeEnds() throws Exception {
        open(id);
        for (int minutes = 4; minutes < 60; minutes += 4) {
            clock.advance(Duration.ofMinutes(4));
            assertThat(advance(window(id), minutes)).isTrue();
        }
        clock.advance(Duration.ofMinutes(3));
        assertThat(isOpen(id)).as("59 minutes").isTrue();

        clock.advance(Duration.ofMinutes(1));

        assertThat(isOpen(id)).as("60 minutes").isFalse();
    }

    @Test
    void find_looking_isNoUse() throws Exception {
        open(id);
        clock.advance(IDLE.dividedBy(2));
        assertThat(isOpen(id)).isTrue();

        clock.advance(IDLE.dividedBy(2));

        assertThat(isOpen(id)).isFalse();
    }

    @Test
    void close_open_endsIt() throws Exception {
        open(id);

        assertThat(close()).isTrue();

        assertThat(isOpen(id)).isFalse();
        assertThat(close()).isFalse();
    }

    @Test
    void close_expired_wasNotOpen() throws Exception {
        open(id);
        clock.advance(IDLE);

        assertThat(close()).isFalse();
    }

    @Test
    void closeAllOf_endsThatUsersAlone() throws Exception {
        open(id);
        SessionId others = TestAccount.newSessionId();
        UserId other = TestAccount.random().user;
        try (SecretBytes kept = SecretBytes.copyOf(secrets)) {
            run(tx -> tx.sessions().open(new NewSession(others, other, 2, 1, kept, IDLE, LIFETIME), AT_MOST));
        }

        run(tx -> tx.sessions().closeAllOf(user));

        assertThat(isOpen(id)).isFalse();
        assertThat(isOpen(others)).isTrue();
    }

    @Test
    void listOf_givesTheOpenOnesOfThatUser_theOldestFirst() throws Exception {
        DeviceId device = DeviceId.of(TestAccount.bytes(16));
        SessionId second = TestAccount.newSessionId();
        SessionId over = TestAccount.newSessionId();
        UserId other = TestAccount.random().user;
        open(over, REQUEST, Duration.ofMinutes(1), LIFETIME);
        open(id);
        clock.advance(Duration.ofMinutes(2));
        try (SecretBytes kept = SecretBytes.copyOf(secrets)) {
            run(tx -> tx.sessions()
                    .open(new NewSession(second, user, 3, 7, kept, IDLE, LIFETIME).from(Optional.of(device)), AT_MOST));
            run(tx -> tx.sessions()
                    .open(new NewSession(TestAccount.newSessionId(), other, 2, 1, kept, IDLE, LIFETIME), AT_MOST));
        }
        clock.advance(Duration.ofMinutes(1));
        advance(ReplayWindow.EMPTY, 1);

        List<Listed> listed = listed();

        assertThat(listed).extracting(Listed::id).containsExactly(id, second);
        assertThat(listed).extracting(Listed::kind).containsExactly(REQUEST, 3);
        assertThat(listed).extracting(Listed::device).containsExactly(Optional.empty(), Optional.of(device));
        assertThat(listed.get(0).lastUsedMillis() - listed.get(0).openedMillis())
                .isBetween(
                        Duration.ofMinutes(3).toMillis(), Duration.ofMinutes(3).toMillis() + 30_000);
        assertThat(listed.get(1).lastUsedMillis()).isEqualTo(listed.get(1).openedMillis());
    }

    @Test
    void listOf_registrationsInTheSameUsersName_areNotAmongThem() throws Exception {
        open(id);
        SessionId registration = TestAccount.newSessionId();
        open(registration, REGISTRATION, IDLE, IDLE);

        assertThat(listed()).extracting(Listed::id).containsExactly(id);
        assertThat(closeOf(user, registration)).isFalse();
        assertThat(isOpen(registration)).isTrue();
    }

    @Test
    void setDevice_isListedFromThenOn() throws Exception {
        DeviceId device = DeviceId.of(TestAccount.bytes(16));
        open(id);

        run(tx -> tx.sessions().setDevice(id, device));

        assertThat(listed()).extracting(Listed::device).containsExactly(Optional.of(device));
    }

    @Test
    void close_ofThisUser_endsIt() throws Exception {
        open(id);

        assertThat(closeOf(user, id)).isTrue();

        assertThat(isOpen(id)).isFalse();
        assertThat(closeOf(user, id)).isFalse();
    }

    @Test
    void close_ofAnotherUser_leavesItOpen() throws Exception {
        open(id);

        assertThat(closeOf(TestAccount.random().user, id)).isFalse();

        assertThat(isOpen(id)).isTrue();
    }

    @Test
    void close_ofThisUserSixteenSideBySide_endsItOnce() throws Exception {
        open(id);

        List<Boolean> closed = sideBySide(times(16, () -> closeOf(user, id)));

        assertThat(closed).filteredOn(Boolean::booleanValue).hasSize(1);
    }

    @Test
    void open_theSeventeenth_closesTheOneIdleLongest() throws Exception {
        open(id);
        List<SessionId> others = new ArrayList<>();
        for (int i = 1; i < AT_MOST; i++) {
            clock.advance(Duration.ofSeconds(1));
            others.add(TestAccount.newSessionId());
            open(others.get(i - 1));
        }
        clock.advance(Duration.ofSeconds(1));
        advance(ReplayWindow.EMPTY, 1);

        SessionId seventeenth = TestAccount.newSessionId();
        clock.advance(Duration.ofSeconds(1));
        open(seventeenth);

        assertThat(isOpen(others.get(0))).as("idle longest").isFalse();
        assertThat(isOpen(id)).as("opened first, used last").isTrue();
        assertThat(isOpen(others.get(1))).isTrue();
        assertThat(isOpen(seventeenth)).isTrue();
    }

    @Test
    void open_besideOnesThatHaveExpired_closesNoneThatIsAlive() throws Exception {
        open(id);
        for (int i = 1; i < AT_MOST; i++) {
            clock.advance(Duration.ofSeconds(1));
            open(TestAccount.newSessionId(), REQUEST, IDLE, Duration.ofMinutes(1));
        }
        clock.advance(Duration.ofMinutes(1));

        open(TestAccount.newSessionId());

        assertThat(isOpen(id)).as("idle longest, and alive").isTrue();
    }

    @Test
    void open_registrationsInTheSameUsersName_closeNoneOfTheirs() throws Exception {
        open(id);
        for (int i = 0; i <= AT_MOST; i++) {
            clock.advance(Duration.ofSeconds(1));
            open(TestAccount.newSessionId(), REGISTRATION, IDLE, IDLE);
        }

        assertThat(isOpen(id)).isTrue();
    }

    @Test
    void open_asManyRegistrationsAsAllowed_closesTheOldestOfThemAndNoOwners() throws Exception {
        reopen(options -> options.maxPendingRegistrations(2));
        open(id);
        // Of one row: by them a subquery would be run again for each of those that have come since.
        testDatabase().takeStatistics();
        SessionId first = openRegistration();
        clock.advance(Duration.ofSeconds(1));
        SessionId second = openRegistration();
        clock.advance(Duration.ofSeconds(1));

        SessionId third = openRegistration();

        assertThat(isOpen(first)).isFalse();
        assertThat(isOpen(second)).isTrue();
        assertThat(isOpen(third)).isTrue();
        assertThat(isOpen(id)).isTrue();
    }

    @Test
    void open_longerThanItsKeyIsKept_isACallersBug() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> open(id, REQUEST, IDLE, TransientKeys.LONGEST_LIFE.plusMillis(1)));
    }

    @Test
    void endOpenedUntil_aFewAtATime_endsEverybodysAndNoneThatIsYounger() throws Exception {
        open(id);
        open(TestAccount.newSessionId());
        openRegistration();
        long now = in(tx -> tx.nowMillis());
        clock.advance(Duration.ofSeconds(1));
        SessionId younger = TestAccount.newSessionId();
        open(younger);

        Ended first = in(tx -> tx.sessions().endOpenedUntil(now, 2));
        Ended second = in(tx -> tx.sessions().endOpenedUntil(now, 2));

        assertThat(List.of(first, second)).containsExactly(new Ended(2, 2), new Ended(1, 0));
        assertThat(listed()).extracting(Listed::id).containsExactly(younger);
        assertThat(isOpen(id)).isFalse();
    }

    @Test
    void endOpenedUntil_expired_countsAsNoSession() throws Exception {
        open(id);
        clock.advance(IDLE);

        Ended ended = in(tx -> tx.sessions().endOpenedUntil(tx.nowMillis(), 9));

        assertThat(ended).isEqualTo(new Ended(1, 0));
    }
}
