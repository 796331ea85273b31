package dev.latchkey.opaque.ristretto;

import static dev.latchkey.opaque.ristretto.Samples.P;
import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.BinaryOperator;
import java.util.function.Consumer;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Field arithmetic against {@link BigInteger}, with limbs driven to the bounds that each operation states. */
class FieldElementTest {

    private static final int RANDOM_CASES = 4_000;

    private final Samples samples = new Samples("field element");

    @Nested
    class A_result_is_right_and_within_its_bound {

        @Test
        void product_ofLooseLimbs_isTight() {
            check(FieldElement.LOOSE, FieldElement.TIGHT, FieldElement::setProduct, BigInteger::multiply);
        }

        @Test
        void square_ofLooseLimbs_isTight() {
            forEachPair(FieldElement.LOOSE, (a, b) -> {
                FieldElement square = new FieldElement();
                square.setSquare(a);
                verify(square, value(a).pow(2), FieldElement.TIGHT, a, a);
            });
        }

        @Test
        void sum_ofAddends_isLoose() {
            check(FieldElement.ADDEND, FieldElement.LOOSE, FieldElement::setSum, BigInteger::add);
        }

        @Test
        void sum_ofThreeTightNumbers_isAnAddend() {
            assertThat(3 * FieldElement.TIGHT).isLessThan(FieldElement.ADDEND);
        }

        @Test
        void difference_ofAddends_isLoose() {
            check(FieldElement.ADDEND, FieldElement.LOOSE, FieldElement::setDifference, BigInteger::subtract);
        }

        @Test
        void negative_ofTightLimbs_isTight() {
            forEachPair(FieldElement.TIGHT, (a, b) -> {
                FieldElement negative = new FieldElement();
                negative.setNegative(a);
                verify(negative, value(a).negate(), FieldElement.TIGHT, a, a);
            });
        }

        @Test
        void negateIf_bothMasks_staysTight() {
            forEachPair(FieldElement.TIGHT, (a, b) -> {
                FieldElement kept = new FieldElement(a);
                kept.negateIf(0);
                verify(kept, value(a), FieldElement.TIGHT, a, a);
                FieldElement negated = new FieldElement(a);
                negated.negateIf(-1);
                verify(negated, value(a).negate(), FieldElement.TIGHT, a, a);
            });
        }

        @Test
        void absolute_ofTightLimbs_isTightAndEven() {
            forEachPair(FieldElement.TIGHT, (a, b) -> {
                FieldElement absolute = new FieldElement(a);
                absolute.setAbsolute();
                BigInteger n = value(a).mod(P);
                verify(absolute, n.testBit(0) ? n.negate() : n, FieldElement.TIGHT, a, a);
                assertThat(absolute.negativeMask()).isZero();
            });
        }

        private void check(
                long operandBound, long resultBound, Operation operation, BinaryOperator<BigInteger> reference) {
            forEachPair(operandBound, (a, b) -> {
                FieldElement result = new FieldElement();
                operation.set(result, a, b);
                verify(result, reference.apply(value(a), value(b)), resultBound, a, b);

                FieldElement overFirst = new FieldElement(a);
                operation.set(overFirst, overFirst, b);
                assertThat(limbs(overFirst)).as("receiver is first operand").isEqualTo(limbs(result));
                FieldElement overSecond = new FieldElement(b);
                operation.set(overSecond, a, overSecond);
                assertThat(limbs(overSecond)).as("receiver is second operand").isEqualTo(limbs(result));
            });
        }
    }

    @Nested
    class An_encoding {

        @Test
        void loadBytes_anyBytes_ignoresTheTopBitAndNothingElse() {
            forEachEncoding(bytes -> {
                FieldElement element = new FieldElement();
                element.loadBytes(bytes, 0);
                BigInteger expected = Samples.number(bytes).clearBit(255);
                assertThat(value(element)).as(Samples.seed()).isEqualTo(expected);
                assertThat(Arrays.stream(limbs(element)).max().orElseThrow()).isLessThan(1L << 51);
            });
        }

        @Test
        void toBytes_ofAnyNumber_isReduced() {
            forEachEncoding(bytes -> {
                FieldElement element = new FieldElement();
                element.loadBytes(bytes, 0);
                assertThat(element.toBytes())
                        .as(Samples.seed())
                        .isEqualTo(Samples.littleEndian(
                                Samples.number(bytes).clearBit(255).mod(P), 32));
            });
        }

        @Test
        void toBytes_ofLooseLimbs_isReducedAndLeavesTheLimbs() {
            forEachPair(FieldElement.LOOSE, (a, b) -> {
                long[] before = limbs(a);
                assertThat(a.toBytes()).as(Samples.seed()).isEqualTo(Samples.littleEndian(value(a).mod(P), 32));
                assertThat(limbs(a)).isEqualTo(before);
            });
        }
    }

    @Nested
    class A_mask {

        @Test
        void zeroMask_ofEveryFormOfZero_isSet() {
            for (long multiple = 0; multiple < 8; multiple++) {
                assertThat(multipleOfP(multiple).zeroMask()).isEqualTo(-1);
            }
        }

        @Test
        void masks_ofAnyNumber_agreeWithItsResidue() {
            forEachPair(FieldElement.LOOSE, (a, b) -> {
                BigInteger n = value(a).mod(P);
                assertThat(a.zeroMask()).as(Samples.seed()).isEqualTo(n.signum() == 0 ? -1 : 0);
                assertThat(a.negativeMask()).as(Samples.seed()).isEqualTo(n.testBit(0) ? -1 : 0);
            });
        }

        @Test
        void equalMask_ofAddends_comparesResidues() {
            forEachPair(FieldElement.ADDEND, (a, b) -> {
                boolean equal = value(a).mod(P).equals(value(b).mod(P));
                assertThat(a.equalMask(b)).as(Samples.seed()).isEqualTo(equal ? -1 : 0);
            });
            assertThat(multipleOfP(1).equalMask(new FieldElement())).isEqualTo(-1);
        }

        @Test
        void assignIf_andExchangeIf_obeyTheMask() {
            forEachPair(FieldElement.LOOSE, (a, b) -> {
                FieldElement x = new FieldElement(a);
                FieldElement y = new FieldElement(b);
                x.assignIf(0, y);
                x.exchangeIf(0, y);
                assertThat(limbs(x)).isEqualTo(limbs(a));
                assertThat(limbs(y)).isEqualTo(limbs(b));
                x.exchangeIf(-1, y);
                assertThat(limbs(x)).isEqualTo(limbs(b));
                assertThat(limbs(y)).isEqualTo(limbs(a));
                x.assignIf(-1, y);
                assertThat(limbs(x)).isEqualTo(limbs(a));
            });
        }
    }

    @Test
    void wipe_always_leavesZeroLimbs() {
        FieldElement a = new FieldElement(1, 2, 3, 4, 5);
        FieldElement b = new FieldElement(6, 7, 8, 9, 10);
        FieldElement.wipe(a, b);
        assertThat(limbs(a)).containsOnly(0);
        assertThat(limbs(b)).containsOnly(0);
    }

    private interface Operation {
        void set(FieldElement receiver, FieldElement a, FieldElement b);
    }

    /**
     * Every pair out of: all limbs at the bound, each single limb at the bound, zero, multiples of p, and random ones.
     */
    private void forEachPair(long bound, BiConsumer<FieldElement, FieldElement> test) {
        List<FieldElement> edges = new ArrayList<>();
        for (int set = 0; set < 32; set++) {
            long[] limbs = new long[FieldElement.LIMBS];
            for (int i = 0; i < FieldElement.LIMBS; i++) {
                limbs[i] = (set >> i & 1) * (bound - 1);
            }
            edges.add(ofLimbs(limbs));
        }
        for (long multiple = 1; multiple * ((1L << 51) - 1) < bound; multiple++) {
            edges.add(multipleOfP(multiple));
        }
        edges.add(new FieldElement(1, 0, 0, 0, 0));
        for (FieldElement a : edges) {
            for (FieldElement b : edges) {
                test.accept(a, b);
            }
        }
        for (int i = 0; i < RANDOM_CASES; i++) {
            test.accept(randomBelow(bound), randomBelow(bound));
        }
    }

    private void forEachEncoding(Consumer<byte[]> test) {
        Samples.edgeEncodings().forEach(test);
        for (int i = 0; i < RANDOM_CASES; i++) {
            test.accept(samples.bytes(32));
        }
    }

    private FieldElement randomBelow(long bound) {
        long[] limbs = new long[FieldElement.LIMBS];
        Arrays.setAll(limbs, i -> samples.limb(bound));
        return ofLimbs(limbs);
    }

    private static void verify(FieldElement result, BigInteger expected, long bound, FieldElement a, FieldElement b) {
        assertThat(value(result).mod(P)).as(() -> describe(a, b)).isEqualTo(expected.mod(P));
        for (long limb : limbs(result)) {
            assertThat(limb).as(() -> describe(a, b)).isBetween(0L, bound - 1);
        }
    }

    private static String describe(FieldElement a, FieldElement b) {
        return Arrays.toString(limbs(a)) + ", " + Arrays.toString(limbs(b)) + ", " + Samples.seed();
    }

    private static FieldElement multipleOfP(long multiple) {
        long limb = multiple * ((1L << 51) - 1);
        return new FieldElement(limb - 18 * multiple, limb, limb, limb, limb);
    }

    private static FieldElement ofLimbs(long[] limbs) {
        FieldElement element = new FieldElement();
        element.loadLimbs(limbs, 0);
        return element;
    }

    private static long[] limbs(FieldElement element) {
        long[] limbs = new long[FieldElement.LIMBS];
        element.storeLimbs(limbs, 0, 1);
        return limbs;
    }

    private static BigInteger value(FieldElement element) {
        BigInteger value = BigInteger.ZERO;
        long[] limbs = limbs(element);
        for (int i = 0; i < limbs.length; i++) {
            value = value.add(BigInteger.valueOf(limbs[i]).shiftLeft(51 * i));
        }
        return value;
    }
}
