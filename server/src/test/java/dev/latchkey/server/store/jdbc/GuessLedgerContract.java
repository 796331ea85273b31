package dev.latchkey.server.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.protocol.SessionId;
import dev.latchkey.server.store.BudgetTag;
import dev.latchkey.server.store.GuessLedger.Budget;
import dev.latchkey.server.store.GuessLedger.FailedAttempt;
import dev.latchkey.server.store.GuessLedger.Failures;
import dev.latchkey.server.store.GuessLedger.Take;
import dev.latchkey.server.store.GuessLimits;
import dev.latchkey.server.store.NameTag;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

abstract class GuessLedgerContract extends StoreContract {
    private static final int CAPACITY = GuessLimits.DEFAULT.capacity();
    private static final Duration INTERVAL = GuessLimits.DEFAULT.interval();
    private static final Duration HANDSHAKE = Duration.ofSeconds(60);

    private final TestAccount rosa = TestAccount.random();
    private final NameTag name = rosa.name;

    private boolean take() throws Exception {
        return take(TestAccount.newSessionId());
    }

    private boolean take(SessionId handshake) throws Exception {
        return take(name, handshake) instanceof Take.Taken;
    }

    private Take take(NameTag of, SessionId handshake) throws Exception {
        return in(tx -> tx.ledger().take(of, handshake));
    }

    private Duration refusal() throws Exception {
        Take take = take(name, TestAccount.newSessionId());
        assertThat(take).isInstanceOf(Take.Refused.class);
        return ((Take.Refused) take).retryAfter();
    }

    private void takeAll() throws Exception {
        for (int i = 0; i < CAPACITY; i++) {
            assertThat(take()).isTrue();
        }
    }

    private Failures collect() throws Exception {
        return in(tx -> tx.ledger().collectFailures(name, HANDSHAKE));
    }

    @Nested
    class A_full_budget {
        @Test
        void take_twoHundredSideBySide_givesExactlyItsUnits() throws Exception {
            List<Boolean> taken = sideBySide(times(200, GuessLedgerContract.this::take));

            assertThat(taken).filteredOn(Boolean::booleanValue).hasSize(CAPACITY);
        }

        @Test
        void take_anotherNamesAttempts_doNotCount() throws Exception {
            takeAll();

            NameTag other = TestAccount.random().name;
            assertThat(take(other, TestAccount.newSessionId())).isInstanceOf(Take.Taken.class);
        }

        @Test
        void take_afterARestart_isStillCounted() throws Exception {
            takeAll();

            reopen(options -> options);

            assertThat(take()).isFalse();
        }
    }

    @Nested
    class An_empty_budget {
        @Test
        void take_refused_saysWhenTheNextUnitReturns() throws Exception {
            takeAll();

            assertThat(refusal()).isBetween(INTERVAL.minusMinutes(1), INTERVAL);
        }

        @Test
        void take_refusedOften_extendsNothing() throws Exception {
            takeAll();
            clock.advance(INTERVAL.minusMinutes(1));

            for (int i = 0; i < 20; i++) {
                assertThat(refusal()).isBetween(Duration.ofSeconds(1), Duration.ofMinutes(1));
            }
            clock.advance(Duration.ofMinutes(1));

            assertThat(take()).isTrue();
        }

        @Test
        void take_refused_isNoFailedAttempt() throws Exception {
            takeAll();
            refusal();
            clock.advance(HANDSHAKE);

            assertThat(collect().attempts()).hasSize(CAPACITY);
        }

        @Test
        void take_oneIntervalLater_hasOneUnit() throws Exception {
            takeAll();
            clock.advance(INTERVAL);

            assertThat(take()).isTrue();
            assertThat(take()).isFalse();
        }

        @Test
        void take_allIntervalsAndMoreLater_hasNoMoreThanItHolds() throws Exception {
            takeAll();
            clock.advance(INTERVAL.multipliedBy(3L * CAPACITY));

            takeAll();
            assertThat(take()).isFalse();
        }

        @Test
        void take_longAfterAndNotYetDropped_hasNoMoreThanItHolds() throws Exception {
            for (int i = 0; i < 40; i++) {
                take(TestAccount.random().name, TestAccount.newSessionId());
            }
            takeAll();
            clock.advance(INTERVAL.multipliedBy(3L * CAPACITY));

            takeAll();
            assertThat(take()).isFalse();
        }

        @Test
        void take_refused_saysToTheMillisecondWhen() throws Exception {
            run(tx -> {
                for (int i = 0; i < CAPACITY; i++) {
                    tx.ledger().take(name, TestAccount.newSessionId());
                }
                assertThat(tx.ledger().take(name, TestAccount.newSessionId())).isEqualTo(new Take.Refused(INTERVAL));
            });
        }
    }

    @Nested
    class A_unit_taken {
        private final SessionId handshake = TestAccount.newSessionId();

        @Test
        void giveBack_itsHandshake_returnsOneUnit() throws Exception {
            take(handshake);
            for (int i = 1; i < CAPACITY; i++) {
                take();
            }

            run(tx -> tx.ledger().giveBack(name, handshake));

            assertThat(take()).isTrue();
            assertThat(take()).isFalse();
        }

        @Test
        void giveBack_twice_returnsOneUnit() throws Exception {
            takeAll();
            clock.advance(INTERVAL);
            take(handshake);

            run(tx -> tx.ledger().giveBack(name, handshake));
            run(tx -> tx.ledger().giveBack(name, handshake));

            assertThat(take()).isTrue();
            assertThat(take()).isFalse();
        }

        @Test
        void giveBack_anUnknownHandshake_returnsNothing() throws Exception {
            takeAll();

            run(tx -> tx.ledger().giveBack(name, handshake));

            assertThat(take()).isFalse();
        }

        @Test
        void giveBack_inAnothersName_returnsNothing() throws Exception {
            take(handshake);
            for (int i = 1; i < CAPACITY; i++) {
                take();
            }
            NameTag other = TestAccount.random().name;

            run(tx -> tx.ledger().giveBack(other, handshake));

            assertThat(take()).isFalse();
        }

        @Test
        void giveBack_afterItWasRefused_returnsNothing() throws Exception {
            take(handshake);
            for (int i = 1; i < CAPACITY; i++) {
                take();
            }

            run(tx -> tx.ledger().markRefused(name, handshake));
            run(tx -> tx.ledger().giveBack(name, handshake));

            assertThat(take()).isFalse();
        }

        @Test
        void giveBack_isNoFailedAttemptAnyMore() throws Exception {
            take(handshake);

            run(tx -> tx.ledger().giveBack(name, handshake));
            clock.advance(HANDSHAKE);

            assertThat(collect().attempts()).isEmpty();
        }
    }

    @Nested
    class A_budget_of_a_device {
        private final BudgetTag device = BudgetTag.of(TestAccount.bytes(BudgetTag.BYTES));

        private boolean takeOfDevice(SessionId handshake) throws Exception {
            return in(tx -> tx.ledger().take(name, device, handshake)) instanceof Take.Taken;
        }

        private boolean takeOfDevice() throws Exception {
            return takeOfDevice(TestAccount.newSessionId());
        }

        private void takeAllOfDevice() throws Exception {
            for (int i = 0; i < CAPACITY; i++) {
                assertThat(takeOfDevice()).isTrue();
            }
        }

        @Test
        void take_theNamesBudgetIsEmpty_hasAllItsUnits() throws Exception {
            takeAll();

            takeAllOfDevice();
            assertThat(takeOfDevice()).isFalse();
        }

        @Test
        void take_itIsEmpty_leavesTheNamesBudgetAlone() throws Exception {
            takeAllOfDevice();
            assertThat(takeOfDevice()).isFalse();

            takeAll();
        }

        @Test
        void take_refused_saysWhenTheNextUnitReturnsToIt() throws Exception {
            takeAllOfDevice();

            Take take = in(tx -> tx.ledger().take(name, device, TestAccount.newSessionId()));

            assertThat(take)
                    .isInstanceOfSatisfying(
                            Take.Refused.class,
                            refused -> assertThat(refused.retryAfter()).isBetween(INTERVAL.minusMinutes(1), INTERVAL));
            clock.advance(INTERVAL);
            assertThat(takeOfDevice()).isTrue();
            assertThat(takeOfDevice()).isFalse();
        }

        @Test
        void take_twoHundredSideBySide_givesExactlyItsUnits() throws Exception {
            List<Boolean> taken = sideBySide(times(200, this::takeOfDevice));

            assertThat(taken).filteredOn(Boolean::booleanValue).hasSize(CAPACITY);
        }

        @Test
        void giveBack_itsHandshake_returnsTheUnitThereAndOnlyThere() throws Exception {
            SessionId handshake = TestAccount.newSessionId();
            takeAll();
            takeOfDevice(handshake);
            for (int i = 1; i < CAPACITY; i++) {
                takeOfDevice();
            }

            run(tx -> tx.ledger().giveBack(name, device, handshake));

            assertThat(take()).isFalse();
            assertThat(takeOfDevice()).isTrue();
            assertThat(takeOfDevice()).isFalse();
        }

        @Test
        void giveBack_aUnitOfTheName_returnsNothingToTheDevice() throws Exception {
            SessionId handshake = TestAccount.newSessionId();
            takeAllOfDevice();
            take(handshake);

            run(tx -> tx.ledger().giveBack(name, handshake));

            assertThat(takeOfDevice()).isFalse();
        }

        @Test
        void collect_attemptsOfADevice_areAmongThoseOfTheName() throws Exception {
            SessionId handshake = TestAccount.newSessionId();
            takeOfDevice(handshake);
            clock.advance(HANDSHAKE);

            assertThat(collect().attempts())
                    .extracting(FailedAttempt::handshake)
                    .containsExactly(handshake);
        }
    }

    @Nested
    class Failed_attempts {
        @Test
        void collect_refusedAndAbandoned_givesThemOldestFirst() throws Exception {
            SessionId abandoned = TestAccount.newSessionId();
            SessionId refused = TestAccount.newSessionId();
            take(abandoned);
            clock.advance(HANDSHAKE);
            take(refused);
            run(tx -> tx.ledger().markRefused(name, refused));

            List<FailedAttempt> attempts = collect().attempts();

            assertThat(attempts).extracting(FailedAttempt::handshake).containsExactly(abandoned, refused);
            assertThat(attempts).extracting(FailedAttempt::refused).containsExactly(false, true);
            assertThat(attempts.get(1).unixMillis() - attempts.get(0).unixMillis())
                    .isBetween(HANDSHAKE.toMillis(), HANDSHAKE.toMillis() + 30_000);
        }

        @Test
        void collect_again_isEmpty() throws Exception {
            take();
            clock.advance(HANDSHAKE);

            assertThat(collect().attempts()).hasSize(1);
            assertThat(collect().attempts()).isEmpty();
        }

        @Test
        void collect_stillUnderWay_staysAndCanBeGivenBack() throws Exception {
            SessionId underWay = TestAccount.newSessionId();
            take(underWay);

            assertThat(collect().attempts()).isEmpty();
            for (int i = 1; i < CAPACITY; i++) {
                take();
            }
            run(tx -> tx.ledger().giveBack(name, underWay));

            assertThat(take()).isTrue();
        }

        @Test
        void collect_anothersName_findsNothing() throws Exception {
            take();
            clock.advance(HANDSHAKE);
            NameTag other = TestAccount.random().name;

            assertThat(in(tx -> tx.ledger().collectFailures(other, HANDSHAKE)).attempts())
                    .isEmpty();
        }

        @Test
        void collect_moreThanAreKept_givesTheNewestAndCountsTheRestOnce() throws Exception {
            reopen(options -> options.guessLimits(new GuessLimits(2, Duration.ofMinutes(10), 3)));
            run(rosa::createIn);
            SessionId newest = TestAccount.newSessionId();
            for (int i = 0; i < 7; i++) {
                clock.advance(Duration.ofMinutes(10));
                assertThat(take()).isTrue();
            }
            clock.advance(Duration.ofMinutes(10));
            take(newest);
            clock.advance(HANDSHAKE);

            Failures failures = collect();

            assertThat(failures.attempts()).hasSize(3);
            assertThat(failures.attempts().get(2).handshake()).isEqualTo(newest);
            assertThat(failures.dropped()).isEqualTo(5);
            assertThat(collect().dropped()).isZero();
        }

        @Test
        void collect_threeMonthsLater_countsWhatWasDropped() throws Exception {
            run(rosa::createIn);
            take();
            clock.advance(FailedAttemptsTable.KEPT_FOR);

            store().purge();

            Failures failures = collect();
            assertThat(failures.attempts()).isEmpty();
            assertThat(failures.dropped()).isEqualTo(1);
        }
    }

    @Nested
    class A_budget_seen_by_its_operator {
        private Budget budget() throws Exception {
            return in(tx -> tx.ledger().budget(BudgetTag.of(name)));
        }

        private Budget refill() throws Exception {
            return in(tx -> tx.ledger().refill(BudgetTag.of(name)));
        }

        @Test
        void budget_full_isWhole() throws Exception {
            assertThat(budget()).isEqualTo(new Budget(CAPACITY, CAPACITY, Duration.ZERO));
        }

        @Test
        void budget_partlyUsed_saysWhatIsLeftAndWhenMoreComes() throws Exception {
            take();
            take();
            assertThat(budget().left()).isEqualTo(CAPACITY - 2);
            assertThat(budget().nextUnit()).isBetween(INTERVAL.minusMinutes(1), INTERVAL);

            clock.advance(INTERVAL.dividedBy(2));
            assertThat(budget().left()).isEqualTo(CAPACITY - 2);
            clock.advance(INTERVAL);
            assertThat(budget().left()).isEqualTo(CAPACITY - 1);

            clock.advance(INTERVAL);
            assertThat(budget()).isEqualTo(new Budget(CAPACITY, CAPACITY, Duration.ZERO));
        }

        @Test
        void budget_empty_comesBackWhenARefusalSays() throws Exception {
            takeAll();

            Duration refusal = refusal();

            assertThat(budget().left()).isZero();
            assertThat(budget().nextUnit()).isBetween(refusal.minusSeconds(10), refusal);
        }

        @Test
        void budget_ofLimitsThatWereWider_isNotLessThanNothing() throws Exception {
            takeAll();
            reopen(options -> options.guessLimits(new GuessLimits(2, INTERVAL, 64)));

            assertThat(budget().left()).isZero();
            assertThat(budget().nextUnit()).isGreaterThan(INTERVAL.multipliedBy(8));
        }

        @Test
        void refill_empty_isFullAgainAndKeepsTheAttempts() throws Exception {
            NameTag other = TestAccount.random().name;
            takeAll();
            take(other, TestAccount.newSessionId());

            assertThat(refill().left()).isZero();

            assertThat(budget().left()).isEqualTo(CAPACITY);
            int attempts = in(tx -> tx.ledger().attempts(name));
            assertThat(attempts).isEqualTo(CAPACITY);
            takeAll();
            assertThat(take()).isFalse();
            Budget others = in(tx -> tx.ledger().budget(BudgetTag.of(other)));
            assertThat(others.left()).isEqualTo(CAPACITY - 1);
        }
    }
}
