package dev.latchkey.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.HashSet;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReplayWindowTest {

    private static ReplayWindow after(long... seqs) {
        ReplayWindow window = ReplayWindow.EMPTY;
        for (long seq : seqs) {
            window = window.accept(seq).orElseThrow();
        }
        return window;
    }

    @Nested
    class ANewWindow {

        @ParameterizedTest
        @ValueSource(longs = {1, 2, 64, 65, 1000, Long.MAX_VALUE})
        void accept_anyNumber_takesIt(long seq) {
            assertThat(ReplayWindow.EMPTY.accept(seq)).contains(new ReplayWindow(seq, 1));
        }

        @ParameterizedTest
        @ValueSource(longs = {0, -1, Long.MIN_VALUE})
        void accept_numberBelowOne_refusesIt(long seq) {
            assertThat(ReplayWindow.EMPTY.accept(seq)).isEmpty();
        }
    }

    @Nested
    class AUsedWindow {

        @Test
        void accept_numberBelowOne_refusesIt() {
            assertThat(after(5).accept(0)).isEmpty();
            assertThat(after(5).accept(-1)).isEmpty();
        }

        @Test
        void accept_sameNumberAgain_refusesIt() {
            ReplayWindow window = after(1, 2, 3);

            for (long seq = 1; seq <= 3; seq++) {
                assertThat(window.accept(seq)).isEmpty();
            }
        }

        @Test
        void accept_numbersInReverse_takesEachOnce() {
            ReplayWindow window = after(64);
            for (long seq = 63; seq >= 1; seq--) {
                window = window.accept(seq).orElseThrow();
            }

            assertThat(window).isEqualTo(new ReplayWindow(64, -1));
            for (long seq = 1; seq <= 64; seq++) {
                assertThat(window.accept(seq)).isEmpty();
            }
        }

        @Test
        void accept_lastNumberInsideTheWindow_takesIt() {
            assertThat(after(100).accept(37)).isPresent();
        }

        @Test
        void accept_firstNumberOutsideTheWindow_refusesIt() {
            assertThat(after(100).accept(36)).isEmpty();
        }

        @ParameterizedTest
        @CsvSource({"1, 3", "63, -9223372036854775807", "64, 1", "65, 1", "9223372036854775806, 1"})
        void accept_numberAhead_shiftsWhatWasSeen(long ahead, long seenBits) {
            assertThat(after(1).accept(1 + ahead)).contains(new ReplayWindow(1 + ahead, seenBits));
        }

        @Test
        void accept_refusedNumber_changesNothing() {
            ReplayWindow window = after(7);
            window.accept(7);

            assertThat(window).isEqualTo(after(7));
        }
    }

    @Nested
    class AStoredWindow {

        @ParameterizedTest
        @CsvSource({"0, 1", "-1, 1", "5, 0", "5, 2", "1, 3", "5, 33", "63, -1"})
        void new_stateNoNumbersLeadTo_isACallersBug(long highest, long seenBits) {
            assertThatIllegalArgumentException().isThrownBy(() -> new ReplayWindow(highest, seenBits));
        }

        @ParameterizedTest
        @CsvSource({"0, 0", "1, 1", "5, 31", "64, -1", "63, 1", "9223372036854775807, -1"})
        void new_stateNumbersLeadTo_isTaken(long highest, long seenBits) {
            assertThat(new ReplayWindow(highest, seenBits).highest()).isEqualTo(highest);
        }
    }

    @Test
    void accept_randomNumbers_agreesWithASetOfAllSeen() {
        Random random = new Random(1);
        for (int round = 0; round < 200; round++) {
            ReplayWindow window = ReplayWindow.EMPTY;
            Set<Long> seen = new HashSet<>();
            long highest = 0;
            for (int i = 0; i < 300; i++) {
                long seq = highest + random.nextInt(160) - 80;
                boolean expected = seq >= 1 && seq > highest - 64 && !seen.contains(seq);
                Optional<ReplayWindow> next = window.accept(seq);

                assertThat(next.isPresent()).isEqualTo(expected);
                if (expected) {
                    window = next.orElseThrow();
                    seen.add(seq);
                    highest = Math.max(highest, seq);
                }
            }
        }
    }
}
