package dev.latchkey.opaque.ristretto;

import static dev.latchkey.opaque.ristretto.Samples.P;
import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Powers against {@link BigInteger}, and the constants against the equations that define them. */
class FieldPowersTest {

    private static final BigInteger MINUS_ONE = P.subtract(BigInteger.ONE);
    private static final BigInteger SQRT_M1 = value(FieldConstants.SQRT_M1);
    private static final int RANDOM_CASES = 1_000;

    private final Samples samples = new Samples("field powers");

    @Test
    void invert_anyNumber_isTheInverseOrZero() {
        for (BigInteger n : numbers()) {
            FieldElement inverse = new FieldElement();
            FieldPowers.invert(inverse, element(n));
            assertThat(value(inverse))
                    .as("%s, %s", n, Samples.seed())
                    .isEqualTo(n.signum() == 0 ? BigInteger.ZERO : n.modInverse(P));
        }
    }

    @Test
    void squareRootOfRatio_anyRatio_isWhatTheStandardSays() {
        List<BigInteger> numbers = numbers();
        for (BigInteger v : numbers) {
            for (BigInteger u : List.of(
                    v,
                    numbers.get(samples.index(numbers.size())),
                    samples.number(255).mod(P))) {
                verifyRoot(u, v);
            }
        }
    }

    @Test
    void squareRootOfRatio_ofZeroAndOverZero_isZero() {
        verifyRoot(BigInteger.ZERO, BigInteger.ZERO);
        verifyRoot(BigInteger.ZERO, BigInteger.TWO);
        verifyRoot(BigInteger.TWO, BigInteger.ZERO);
    }

    @Test
    void squareRootOfRatio_ofEachFourthRootOfOne_takesEachWay() {
        // v·r² comes out as u times each of 1, -1, √-1 and -√-1 for these; u/v is a square for the first two.
        for (BigInteger root : List.of(BigInteger.ONE, MINUS_ONE, SQRT_M1, P.subtract(SQRT_M1))) {
            for (int i = 1; i < 50; i++) {
                BigInteger square = BigInteger.valueOf(i).pow(2);
                verifyRoot(root.multiply(square).mod(P), BigInteger.ONE);
            }
        }
    }

    @Test
    void constants_always_satisfyTheirEquations() {
        BigInteger d = value(FieldConstants.D);
        assertThat(d.multiply(BigInteger.valueOf(121666)).mod(P)).isEqualTo(P.subtract(BigInteger.valueOf(121665)));
        assertThat(value(FieldConstants.TWO_D)).isEqualTo(d.shiftLeft(1).mod(P));
        assertThat(SQRT_M1.pow(2).mod(P)).isEqualTo(MINUS_ONE);
        assertThat(SQRT_M1.testBit(0)).isFalse();
        assertThat(value(FieldConstants.ONE_MINUS_D_SQ))
                .isEqualTo(BigInteger.ONE.subtract(d.pow(2)).mod(P));
        assertThat(value(FieldConstants.D_MINUS_ONE_SQ))
                .isEqualTo(d.subtract(BigInteger.ONE).pow(2).mod(P));
    }

    @Test
    void constants_always_areTheRootsThatTheStandardPrints() {
        // RFC 9496 §4.1 gives the decimal digits; only they tell which of two roots is meant.
        assertThat(value(FieldConstants.SQRT_M1))
                .isEqualTo("19681161376707505956807079304988542015446066515923890162744021073123829784752");
        assertThat(value(FieldConstants.SQRT_AD_MINUS_ONE))
                .isEqualTo("25063068953384623474111414158702152701244531502492656460079210482610430750235");
        assertThat(value(FieldConstants.INVSQRT_A_MINUS_D))
                .isEqualTo("54469307008909316920995813868745141605393597292927456921205312896311721017578");
    }

    @Test
    void generator_always_isOnTheCurveWithFourFifthsForY() {
        BigInteger x = value(FieldConstants.GENERATOR_X);
        BigInteger y = value(FieldConstants.GENERATOR_Y);
        BigInteger d = value(FieldConstants.D);
        assertThat(y.multiply(BigInteger.valueOf(5)).mod(P)).isEqualTo(BigInteger.valueOf(4));
        assertThat(x.testBit(0)).isFalse();
        assertThat(y.pow(2).subtract(x.pow(2)).mod(P))
                .isEqualTo(d.multiply(x.pow(2))
                        .multiply(y.pow(2))
                        .add(BigInteger.ONE)
                        .mod(P));
    }

    private static void verifyRoot(BigInteger u, BigInteger v) {
        FieldElement root = new FieldElement();
        boolean square = FieldPowers.squareRootOfRatio(root, element(u), element(v)) != 0;
        BigInteger r = value(root);
        String ratio = u + " / " + v + ", " + Samples.seed();

        assertThat(r.testBit(0)).as(ratio).isFalse();
        if (u.signum() == 0) {
            assertThat(square).as(ratio).isTrue();
            assertThat(r).as(ratio).isZero();
        } else if (v.signum() == 0) {
            assertThat(square).as(ratio).isFalse();
            assertThat(r).as(ratio).isZero();
        } else {
            BigInteger quotient = u.multiply(v.modInverse(P)).mod(P);
            boolean expected = quotient.modPow(P.shiftRight(1), P).equals(BigInteger.ONE);
            assertThat(square).as(ratio).isEqualTo(expected);
            assertThat(r.pow(2).mod(P))
                    .as(ratio)
                    .isEqualTo(expected ? quotient : quotient.multiply(SQRT_M1).mod(P));
        }
    }

    private List<BigInteger> numbers() {
        List<BigInteger> numbers = new ArrayList<>();
        for (byte[] edge : Samples.edgeEncodings()) {
            numbers.add(Samples.number(edge).mod(P));
        }
        for (int i = 0; i < RANDOM_CASES; i++) {
            numbers.add(samples.number(255).mod(P));
        }
        return numbers;
    }

    private static FieldElement element(BigInteger n) {
        FieldElement element = new FieldElement();
        element.loadBytes(Samples.littleEndian(n, 32), 0);
        return element;
    }

    private static BigInteger value(FieldElement element) {
        return Samples.number(element.toBytes());
    }
}
