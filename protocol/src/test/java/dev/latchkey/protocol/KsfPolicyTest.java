package dev.latchkey.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.latchkey.opaque.KsfParameters;
import dev.latchkey.protocol.IntegrityException.Reason;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KsfPolicyTest {

    private static void assertRefused(Reason reason, ThrowingCallable check) {
        assertThatExceptionOfType(IntegrityException.class)
                .isThrownBy(check)
                .satisfies(e -> assertThat(e.reason()).isEqualTo(reason));
    }

    @Nested
    class AtRegistration {

        @ParameterizedTest
        @CsvSource({"65536, 3, 4", "65536, 3, 1", "131072, 16, 16", "699050, 3, 1"})
        void require_atLeastTheFloor_isAccepted(int memoryKib, int iterations, int parallelism) {
            KsfParameters asked = new KsfParameters(memoryKib, iterations, parallelism);

            assertThatCode(() -> KsfPolicy.requireForRegistration(asked, KsfPolicy.REGISTRATION_FLOOR))
                    .doesNotThrowAnyException();
        }

        @ParameterizedTest
        @CsvSource({"65535, 3, 4", "65536, 2, 4", "19456, 2, 1", "1048576, 2, 1", "65535, 30, 1"})
        void require_lessThanTheFloor_isTooWeak(int memoryKib, int iterations, int parallelism) {
            KsfParameters asked = new KsfParameters(memoryKib, iterations, parallelism);

            assertRefused(
                    Reason.KSF_TOO_WEAK, () -> KsfPolicy.requireForRegistration(asked, KsfPolicy.REGISTRATION_FLOOR));
        }

        @Test
        void require_floorOfTheCaller_takesItsPlace() {
            KsfParameters asked = new KsfParameters(20000, 2, 1);

            assertThatCode(() -> KsfPolicy.requireForRegistration(asked, asked)).doesNotThrowAnyException();
            assertRefused(
                    Reason.KSF_TOO_WEAK, () -> KsfPolicy.requireForRegistration(asked, new KsfParameters(20000, 3, 1)));
        }

        @Test
        void require_lanesBelowThoseOfTheFloor_isAccepted() {
            assertThatCode(() -> KsfPolicy.requireForRegistration(
                            new KsfParameters(65536, 3, 1), new KsfParameters(65536, 3, 4)))
                    .doesNotThrowAnyException();
        }

        @Test
        void require_floorBelowALoginsBounds_holdsThoseStill() {
            KsfParameters asked = new KsfParameters(8, 1, 1);

            assertRefused(Reason.KSF_TOO_WEAK, () -> KsfPolicy.requireForRegistration(asked, asked));
        }

        @Test
        void require_whatWouldExhaustTheClient_isTooCostly() {
            assertRefused(
                    Reason.KSF_TOO_COSTLY,
                    () -> KsfPolicy.requireForRegistration(
                            new KsfParameters(1 << 20, 3, 17), KsfPolicy.REGISTRATION_FLOOR));
        }
    }

    @Nested
    class AtLogin {

        @ParameterizedTest
        @CsvSource({"19456, 2, 1", "65536, 3, 4", "65536, 32, 16", "1048576, 2, 16", "20971, 100, 1"})
        void require_insideTheBounds_isAccepted(int memoryKib, int iterations, int parallelism) {
            assertThatCode(() -> KsfPolicy.requireForLogin(new KsfParameters(memoryKib, iterations, parallelism)))
                    .doesNotThrowAnyException();
        }

        @ParameterizedTest
        @CsvSource({"19455, 2, 1", "19456, 1, 1", "8, 1, 1", "1048576, 1, 1"})
        void require_belowTheBounds_isTooWeak(int memoryKib, int iterations, int parallelism) {
            assertRefused(
                    Reason.KSF_TOO_WEAK,
                    () -> KsfPolicy.requireForLogin(new KsfParameters(memoryKib, iterations, parallelism)));
        }

        @ParameterizedTest
        @CsvSource({
            "65536, 3, 17",
            "1048577, 2, 1",
            "65536, 33, 4",
            "20972, 100, 1",
            "2147483647, 2147483647, 1",
            "65536, 2147483647, 1"
        })
        void require_aboveTheBounds_isTooCostly(int memoryKib, int iterations, int parallelism) {
            assertRefused(
                    Reason.KSF_TOO_COSTLY,
                    () -> KsfPolicy.requireForLogin(new KsfParameters(memoryKib, iterations, parallelism)));
        }
    }
}
