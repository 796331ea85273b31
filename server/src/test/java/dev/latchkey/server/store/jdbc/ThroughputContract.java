package dev.latchkey.server.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchkey.server.store.BucketTag;
import dev.latchkey.server.store.GuessLedger;
import dev.latchkey.server.store.GuessLimits;
import dev.latchkey.server.store.Rate;
import dev.latchkey.server.store.Throughput.Take;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

abstract class ThroughputContract extends StoreContract {
    private static final Rate SLOW = new Rate(1, 20);

    private static final Duration INTERVAL = Duration.ofSeconds(1);
    private static final int MORE_THAN_ONE_CALL_DROPS = 100;

    private final SecureRandom random = new SecureRandom();
    private final BucketTag bucket = newBucket();

    private BucketTag newBucket() {
        byte[] tag = new byte[BucketTag.BYTES];
        random.nextBytes(tag);
        return BucketTag.of(tag);
    }

    private Take take(BucketTag from, Rate rate) throws Exception {
        return in(tx -> tx.throughput().take(from, rate));
    }

    /** How many there are, at one time of the database's clock. */
    private int takenAtOnce() throws Exception {
        return in(tx -> {
            int taken = 0;
            while (tx.throughput().take(bucket, SLOW) instanceof Take.Taken) {
                taken++;
            }
            return taken;
        });
    }

    /** All at one time of the database's clock. */
    private void takeAll(Rate rate) throws Exception {
        run(tx -> {
            for (int i = 0; i < rate.burst(); i++) {
                assertThat(tx.throughput().take(bucket, rate)).isEqualTo(new Take.Taken());
            }
        });
    }

    @Nested
    class A_full_bucket {
        @Test
        void take_twoHundredSideBySide_givesExactlyItsBurst() throws Exception {
            Rate anHour = new Rate(1, 3600);
            run(tx -> {
                for (int i = 0; i < 3600 - 100; i++) {
                    tx.throughput().take(bucket, anHour);
                }
            });

            List<Boolean> taken = sideBySide(times(200, () -> take(bucket, anHour) instanceof Take.Taken));

            assertThat(taken)
                    .filteredOn(Boolean::booleanValue)
                    .as("one comes back each second that the test takes")
                    .hasSizeBetween(100, 150);
        }

        @Test
        void take_anothersCalls_doNotCount() throws Exception {
            takeAll(SLOW);

            assertThat(take(newBucket(), SLOW)).isEqualTo(new Take.Taken());
        }

        @Test
        void take_isNoGuess() throws Exception {
            TestAccount rosa = TestAccount.random();
            run(tx -> tx.throughput().take(BucketTag.of(rosa.name.toByteArray()), SLOW));

            for (int i = 0; i < GuessLimits.DEFAULT.capacity(); i++) {
                GuessLedger.Take guess = in(tx -> tx.ledger().take(rosa.name, TestAccount.newSessionId()));
                assertThat(guess).isInstanceOf(GuessLedger.Take.Taken.class);
            }
        }
    }

    @Nested
    class An_empty_bucket {
        @Test
        void take_refused_saysToTheMillisecondWhen() throws Exception {
            run(tx -> {
                for (int i = 0; i < SLOW.burst(); i++) {
                    tx.throughput().take(bucket, SLOW);
                }
                assertThat(tx.throughput().take(bucket, SLOW)).isEqualTo(new Take.Refused(INTERVAL));
            });
        }

        @Test
        void take_manyAMillisecond_saysNeverLessThanOne() throws Exception {
            Rate fast = new Rate(Rate.MOST_PER_SECOND, 3);
            run(tx -> {
                for (int i = 0; i < fast.burst(); i++) {
                    assertThat(tx.throughput().take(bucket, fast)).isEqualTo(new Take.Taken());
                }
                assertThat(tx.throughput().take(bucket, fast)).isEqualTo(new Take.Refused(Duration.ofMillis(1)));
            });
        }

        @Test
        void take_manyAMillisecond_comeBackWithinIt() throws Exception {
            Rate fast = new Rate(Rate.MOST_PER_SECOND, 500);
            takeAll(fast);
            clock.advance(Duration.ofMillis(1));

            takeAll(fast);
        }

        @Test
        void take_refusedOften_extendsNothing() throws Exception {
            takeAll(SLOW);
            for (int i = 0; i < 50; i++) {
                take(bucket, SLOW);
            }
            clock.advance(INTERVAL);

            assertThat(take(bucket, SLOW)).isEqualTo(new Take.Taken());
        }

        @Test
        void take_oneIntervalLater_hasOne() throws Exception {
            takeAll(SLOW);
            clock.advance(INTERVAL);

            assertThat(takenAtOnce())
                    .as("and few more, for the time that the test takes")
                    .isBetween(1, 5);
        }

        @Test
        void take_longAfterAndNotYetDropped_hasNoMoreThanItHolds() throws Exception {
            for (int i = 0; i < MORE_THAN_ONE_CALL_DROPS; i++) {
                run(tx -> tx.throughput().take(newBucket(), SLOW));
            }
            takeAll(SLOW);
            clock.advance(Duration.ofHours(1));

            assertThat(takenAtOnce()).isEqualTo(SLOW.burst());
        }

        @Test
        void take_rolledBack_tookNothing() throws Exception {
            Rate one = new Rate(1, 1);
            assertThatThrownBy(() -> run(tx -> {
                        tx.throughput().take(bucket, one);
                        throw new IllegalStateException("rolled back");
                    }))
                    .isInstanceOf(IllegalStateException.class);

            assertThat(take(bucket, one)).isEqualTo(new Take.Taken());
        }
    }
}
