package dev.latchkey.opaque;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNoException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KsfParametersTest {

    @Test
    void defaultParameters_areTheSecondRecommendedOptionOfRfc9106() {
        assertThat(KsfParameters.DEFAULT).isEqualTo(new KsfParameters(65536, 3, 4));
    }

    @ParameterizedTest
    @CsvSource({"8,1,1", "32,1,4", "134217720,1,16777215", "2147483647,2147483647,1"})
    void creation_limitsOfArgon2_isAccepted(int memoryKib, int iterations, int parallelism) {
        assertThatNoException().isThrownBy(() -> new KsfParameters(memoryKib, iterations, parallelism));
    }

    @ParameterizedTest
    @CsvSource({
        "7,1,1",
        "31,1,4",
        "0,1,1",
        "-1,1,1",
        "8,0,1",
        "8,-1,1",
        "8,1,0",
        "8,1,-1",
        "2147483647,1,16777216",
        "134217719,1,16777215",
        "2147483647,1,2147483647"
    })
    void creation_beyondTheLimits_isRefused(int memoryKib, int iterations, int parallelism) {
        assertThatIllegalArgumentException().isThrownBy(() -> new KsfParameters(memoryKib, iterations, parallelism));
    }
}
