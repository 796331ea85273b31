package dev.latchkey.opaque.ristretto;

/**
 * Fixed powers of field elements: inversion, and the root of a ratio. Exponents are public, the bases may be secret.
 */
final class FieldPowers {

    private FieldPowers() {}

    /** result = 1 / a = a^(p − 2), or 0 for a = 0. Operand: loose. Result: tight. */
    static void invert(FieldElement result, FieldElement a) {
        FieldElement a11 = new FieldElement();
        FieldElement power = new FieldElement();
        raiseToAllOnes(power, a11, a);
        // p − 2 = (2²⁵⁰ − 1)·2⁵ + 11
        square(power, power, 5);
        result.setProduct(power, a11);
        FieldElement.wipe(a11, power);
    }

    /**
     * SQRT_RATIO_M1 of RFC 9496 §4.2: result = √(u/v), or √(SQRT_M1·u/v) where u/v is no square; never negative.
     *
     * <p>Operands: tight, and no registers that {@code result} is one of. Result: tight.
     *
     * @return the mask of "u/v is a square", which 0/v is and u/0 with u ≠ 0 is not; result is 0 in both cases
     */
    static long squareRootOfRatio(FieldElement result, FieldElement u, FieldElement v) {
        FieldElement uv3 = new FieldElement();
        FieldElement uv7 = new FieldElement();
        FieldElement check = new FieldElement();
        FieldElement turned = new FieldElement();

        // 1. r = (u * v^3) * (u * v^7)^((p-5)/8)
        uv3.setSquare(v);
        uv3.setProduct(uv3, v);
        uv7.setSquare(uv3);
        uv7.setProduct(uv7, v);
        uv7.setProduct(uv7, u);
        uv3.setProduct(uv3, u);
        raiseToRootExponent(result, uv7);
        result.setProduct(result, uv3);

        // 2. check = v * r^2
        check.setSquare(result);
        check.setProduct(check, v);

        // 3. the fourth root of one that check differs from u by
        long correct = check.equalMask(u);
        turned.setNegative(u);
        long flipped = check.equalMask(turned);
        turned.setProduct(turned, FieldConstants.SQRT_M1);
        long flippedByRoot = check.equalMask(turned);

        // 4. r = SELECT(SQRT_M1 * r if flipped or flippedByRoot, else r)
        turned.setProduct(result, FieldConstants.SQRT_M1);
        result.assignIf(flipped | flippedByRoot, turned);

        // 5. r = ABS(r)
        result.setAbsolute();

        FieldElement.wipe(uv3, uv7, check, turned);
        return correct | flipped;
    }

    /** result = a^((p − 5) / 8) = a^(2²⁵² − 3). Operand: loose, and another register than the result. Result: tight. */
    private static void raiseToRootExponent(FieldElement result, FieldElement a) {
        FieldElement a11 = new FieldElement();
        raiseToAllOnes(result, a11, a);
        // 2²⁵² − 3 = (2²⁵⁰ − 1)·2² + 1
        square(result, result, 2);
        result.setProduct(result, a);
        a11.wipe();
    }

    /** power = a^(2²⁵⁰ − 1) and a11 = a^11, by doubling the number of one bits in the exponent. */
    private static void raiseToAllOnes(FieldElement power, FieldElement a11, FieldElement a) {
        FieldElement ones10 = new FieldElement();
        FieldElement ones50 = new FieldElement();
        FieldElement shifted = new FieldElement();

        ones10.setSquare(a); // a^2
        square(shifted, ones10, 2); // a^8
        shifted.setProduct(shifted, a); // a^9
        a11.setProduct(shifted, ones10); // a^11
        ones10.setSquare(a11); // a^22
        ones10.setProduct(ones10, shifted); // a^31 = a^(2^5 - 1)
        appendOnes(ones10, ones10, 5, shifted); // a^(2^10 - 1)
        appendOnes(power, ones10, 10, shifted); // a^(2^20 - 1)
        appendOnes(power, power, 20, shifted); // a^(2^40 - 1)
        square(shifted, power, 10);
        ones50.setProduct(shifted, ones10); // a^(2^50 - 1)
        appendOnes(power, ones50, 50, shifted); // a^(2^100 - 1)
        appendOnes(power, power, 100, shifted); // a^(2^200 - 1)
        square(shifted, power, 50);
        power.setProduct(shifted, ones50); // a^(2^250 - 1)

        FieldElement.wipe(ones10, ones50, shifted);
    }

    /** result = ones^(2^n + 1): for a power with an exponent of n one bits, the power with 2n of them. */
    private static void appendOnes(FieldElement result, FieldElement ones, int n, FieldElement shifted) {
        square(shifted, ones, n);
        result.setProduct(shifted, ones);
    }

    /** result = a^(2^times), for times ≥ 1. */
    private static void square(FieldElement result, FieldElement a, int times) {
        result.setSquare(a);
        for (int i = 1; i < times; i++) {
            result.setSquare(result);
        }
    }
}
