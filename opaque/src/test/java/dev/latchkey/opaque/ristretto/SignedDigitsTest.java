package dev.latchkey.opaque.ristretto;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SignedDigitsTest {

    private final Samples samples = new Samples("signed digits");

    @Test
    void digits_ofAnyNumberBelow2To253_addUpToItAndFitTheTable() {
        List<byte[]> numbers = new ArrayList<>(Samples.edgeScalars());
        for (int i = 0; i < 2_000; i++) {
            numbers.add(Samples.littleEndian(samples.number(253), 32));
        }
        numbers.add(Samples.littleEndian(BigInteger.TWO.pow(253).subtract(BigInteger.ONE), 32));
        for (byte[] number : numbers) {
            BigInteger sum = BigInteger.ZERO;
            SignedDigits digits = new SignedDigits(number);
            for (int i = 0; i < SignedDigits.COUNT; i++) {
                assertThat(digits.get(i)).as(Samples.seed()).isBetween(-8, 7);
                sum = sum.add(BigInteger.valueOf(digits.get(i)).shiftLeft(4 * i));
            }
            assertThat(sum).as(Samples.seed()).isEqualTo(Samples.number(number));
        }
    }

    @Test
    void close_always_wipesTheDigits() {
        SignedDigits digits = new SignedDigits(samples.scalar());
        digits.close();
        for (int i = 0; i < SignedDigits.COUNT; i++) {
            assertThat(digits.get(i)).isZero();
        }
    }
}
