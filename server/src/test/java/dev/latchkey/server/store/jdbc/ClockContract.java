package dev.latchkey.server.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.opaque.SecretBytes;
import dev.latchkey.protocol.ReplayWindow;
import dev.latchkey.protocol.SessionId;
import dev.latchkey.server.store.BucketTag;
import dev.latchkey.server.store.GuessLedger;
import dev.latchkey.server.store.GuessLimits;
import dev.latchkey.server.store.Rate;
import dev.latchkey.server.store.Sessions.NewSession;
import dev.latchkey.server.store.Sessions.OpenSession;
import dev.latchkey.server.store.Throughput;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The clock is set a day on or back under a store at work. A server purges every minute. */
abstract class ClockContract extends StoreContract {
    private static final Duration DAY = Duration.ofDays(1);

    /** Between two looks at the clock, by which a step is known at best. */
    private static final Duration LOOK = Duration.ofMinutes(1);

    private static final Duration IDLE = Duration.ofMinutes(5);
    private static final Duration LIFETIME = Duration.ofHours(1);
    private static final Duration HANDSHAKE = Duration.ofSeconds(60);
    private static final Duration INTERVAL = GuessLimits.DEFAULT.interval();
    private static final int CAPACITY = GuessLimits.DEFAULT.capacity();
    private static final Rate RATE = new Rate(1, 20);

    private final TestAccount rosa = TestAccount.random();
    private final SessionId session = TestAccount.newSessionId();
    private final BucketTag bucket = BucketTag.of(TestAccount.bytes(BucketTag.BYTES));

    @BeforeEach
    void lookAtTheClock() throws Exception {
        store().purge();
    }

    private void setBack() throws Exception {
        clock.advance(DAY.negated());
        store().purge();
    }

    private void open() throws Exception {
        try (SecretBytes secrets = SecretBytes.copyOf(TestAccount.bytes(64))) {
            run(tx -> tx.sessions().open(new NewSession(session, rosa.user, 2, 1, secrets, IDLE, LIFETIME), 16));
        }
    }

    private boolean isOpen() throws Exception {
        Optional<OpenSession> found = in(tx -> tx.sessions().find(session));
        found.ifPresent(OpenSession::close);
        return found.isPresent();
    }

    /** Uses it until it is gone, and tells how long that took. */
    private Duration useUntilItEnds() throws Exception {
        Duration lived = Duration.ZERO;
        Duration step = IDLE.minusMinutes(1);
        ReplayWindow window = ReplayWindow.EMPTY;
        for (long seq = 1; lived.compareTo(DAY) < 0; seq++) {
            ReplayWindow before = window;
            ReplayWindow after = window.accept(seq).orElseThrow();
            if (!in(tx -> tx.sessions().advance(session, before, after))) {
                return lived;
            }
            window = after;
            clock.advance(step);
            lived = lived.plus(step);
        }
        return lived;
    }

    private int takeAllGuesses() throws Exception {
        int taken = 0;
        while (takeGuess() instanceof GuessLedger.Take.Taken) {
            taken++;
            assertThat(taken).isLessThanOrEqualTo(CAPACITY);
        }
        return taken;
    }

    private GuessLedger.Take takeGuess() throws Exception {
        return in(tx -> tx.ledger().take(rosa.name, TestAccount.newSessionId()));
    }

    private Duration untilNextGuess() throws Exception {
        return ((GuessLedger.Take.Refused) takeGuess()).retryAfter();
    }

    @Test
    void session_clockADayBack_staysOpenAndIsIdleNoLongerThanItMay() throws Exception {
        open();
        setBack();
        assertThat(isOpen()).isTrue();

        clock.advance(IDLE.plus(LOOK));

        assertThat(isOpen()).isFalse();
    }

    @Test
    void session_inUseWhenTheClockIsSetADayBack_endsWithItsLifetime() throws Exception {
        open();
        setBack();

        assertThat(useUntilItEnds()).isBetween(LIFETIME.minus(IDLE), LIFETIME.plus(IDLE));
    }

    @Test
    void session_usedBeforeTheStepBackIsNoticed_endsWithItsLifetime() throws Exception {
        open();
        clock.advance(DAY.negated());
        run(tx -> tx.sessions()
                .advance(
                        session,
                        ReplayWindow.EMPTY,
                        ReplayWindow.EMPTY.accept(99).orElseThrow()));
        store().purge();
        assertThat(isOpen()).isTrue();

        clock.advance(LIFETIME.plus(LOOK));

        assertThat(isOpen()).isFalse();
    }

    @Test
    void session_openedAfterTheStepBackAndBeforeItIsNoticed_livesAsLongAsItMay() throws Exception {
        clock.advance(DAY.negated());
        open();
        store().purge();

        assertThat(useUntilItEnds()).isBetween(LIFETIME.minus(IDLE), LIFETIME.plus(IDLE));
    }

    @Test
    void session_clockADayOn_isOverAndNotDamaged() throws Exception {
        open();
        clock.advance(DAY);

        assertThat(isOpen()).isFalse();
        store().purge();
        setBack();
        assertThat(isOpen()).isFalse();
    }

    @Test
    void session_clockADayOnAndBackAtOnce_isOpenAsBefore() throws Exception {
        open();
        clock.advance(DAY);
        SessionId there = TestAccount.newSessionId();
        try (SecretBytes secrets = SecretBytes.copyOf(TestAccount.bytes(64))) {
            run(tx -> tx.handshakes().add(there, secrets, HANDSHAKE));
        }
        clock.advance(DAY.negated());

        assertThat(isOpen()).isTrue();
        store().purge();
        assertThat(isOpen()).isTrue();
    }

    @Test
    void handshake_clockADayBack_isNeitherLostNorKept() throws Exception {
        SessionId inTime = TestAccount.newSessionId();
        SessionId late = TestAccount.newSessionId();
        SessionId after = TestAccount.newSessionId();
        try (SecretBytes secret = SecretBytes.copyOf(TestAccount.bytes(64))) {
            run(tx -> tx.handshakes().add(inTime, secret, HANDSHAKE));
            run(tx -> tx.handshakes().add(late, secret, HANDSHAKE));
            clock.advance(DAY.negated());
            run(tx -> tx.handshakes().add(after, secret, HANDSHAKE));
        }
        store().purge();

        assertThat(isConsumed(inTime)).isTrue();
        assertThat(isConsumed(after)).isTrue();
        clock.advance(HANDSHAKE.plus(LOOK));
        assertThat(isConsumed(late)).isFalse();
    }

    private boolean isConsumed(SessionId handshake) throws Exception {
        Optional<SecretBytes> consumed = in(tx -> tx.handshakes().consume(handshake));
        consumed.ifPresent(SecretBytes::close);
        return consumed.isPresent();
    }

    @Test
    void guesses_clockADayBack_winNothingAndReturnAfterOneInterval() throws Exception {
        assertThat(takeAllGuesses()).isEqualTo(CAPACITY);
        setBack();

        Duration next = untilNextGuess();
        System.out.printf(
                "fault clock a day back (%s): the next guess is %d s away, and an interval is %d s%n",
                getClass().getEnclosingClass().getSimpleName(), next.toSeconds(), INTERVAL.toSeconds());
        assertThat(next).isBetween(Duration.ofMillis(1), INTERVAL);
        clock.advance(INTERVAL);
        assertThat(takeAllGuesses()).isEqualTo(1);
    }

    @Test
    void guesses_clockADayOnAndBack_areAtMostOneBudgetMore() throws Exception {
        takeAllGuesses();
        clock.advance(DAY);
        store().purge();
        assertThat(takeAllGuesses()).isEqualTo(CAPACITY);
        setBack();

        assertThat(untilNextGuess()).isBetween(Duration.ofMillis(1), INTERVAL);
    }

    @Test
    void throughput_clockADayBack_isRefusedNoLongerThanABurstLasts() throws Exception {
        run(tx -> {
            for (int i = 0; i < RATE.burst(); i++) {
                tx.throughput().take(bucket, RATE);
            }
        });
        setBack();

        Throughput.Take refused = in(tx -> tx.throughput().take(bucket, RATE));

        assertThat(refused)
                .isInstanceOfSatisfying(
                        Throughput.Take.Refused.class,
                        take -> assertThat(take.retryAfter()).isBetween(Duration.ofMillis(1), Duration.ofSeconds(1)));
    }

    @Test
    void keysOfWhatWaits_clockADayOnAndBack_openAndSealOn() throws Exception {
        setBack();
        clock.advance(DAY.plus(DAY));
        store().purge();
        open();
        assertThat(isOpen()).isTrue();
        setBack();

        assertThat(isOpen()).isTrue();
    }
}
