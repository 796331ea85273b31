package dev.latchkey.opaque.ristretto;

import java.util.Arrays;

/**
 * Multiples of the generator for multiplications without a doubling, made when the first one is asked for.
 *
 * <p>Window i of four bits has a table of its own with 1·16ⁱ·G to 8·16ⁱ·G, all with Z = 1: 60 KiB in all.
 */
final class GeneratorTable {

    private static final int WINDOW_LIMBS = MaskedLookup.ROWS * AffineCachedPoint.LIMBS;

    private static final long[] MULTIPLES = build();

    private GeneratorTable() {}

    /** The generator times {@code scalar}, in a time that does not depend on it. */
    static EdwardsPoint multiply(Scalar scalar) {
        AffineCachedPoint multiple = new AffineCachedPoint();
        long[] row = new long[AffineCachedPoint.LIMBS];
        try (SignedDigits digits = scalar.signedDigits();
                PointAccumulator sum = new PointAccumulator()) {
            for (int i = 0; i < SignedDigits.COUNT; i++) {
                multiple.select(MULTIPLES, i * WINDOW_LIMBS, digits.get(i), row);
                sum.add(multiple);
            }
            return sum.toPoint();
        } finally {
            multiple.wipe();
            Arrays.fill(row, 0);
        }
    }

    private static long[] build() {
        EdwardsPoint[] points = new EdwardsPoint[SignedDigits.COUNT * MaskedLookup.ROWS];
        EdwardsPoint windowUnit = EdwardsPoint.ofAffine(FieldConstants.GENERATOR_X, FieldConstants.GENERATOR_Y);
        CachedPoint unit = new CachedPoint();
        for (int window = 0; window < SignedDigits.COUNT; window++) {
            unit.set(windowUnit);
            PointAccumulator sum = new PointAccumulator();
            for (int row = 0; row < MaskedLookup.ROWS; row++) {
                sum.add(unit);
                points[window * MaskedLookup.ROWS + row] = sum.toPoint();
            }
            // 8 · 16ⁱ · G is there; twice that is the next window's unit.
            sum.doubleTimes(1);
            windowUnit = sum.toPoint();
        }
        return toAffineLimbs(points);
    }

    /** Divides all points by their Z with one inversion: that of the product, taken apart factor by factor. */
    private static long[] toAffineLimbs(EdwardsPoint[] points) {
        FieldElement[] productBefore = new FieldElement[points.length];
        FieldElement product = new FieldElement(FieldConstants.ONE);
        for (int i = 0; i < points.length; i++) {
            productBefore[i] = new FieldElement(product);
            product.setProduct(product, points[i].z);
        }
        FieldElement inverseOfRest = new FieldElement();
        FieldPowers.invert(inverseOfRest, product);

        long[] limbs = new long[points.length * AffineCachedPoint.LIMBS];
        AffineCachedPoint affine = new AffineCachedPoint();
        FieldElement inverse = new FieldElement();
        for (int i = points.length - 1; i >= 0; i--) {
            inverse.setProduct(inverseOfRest, productBefore[i]);
            inverseOfRest.setProduct(inverseOfRest, points[i].z);
            affine.set(points[i], inverse);
            affine.store(limbs, i / MaskedLookup.ROWS * WINDOW_LIMBS, i % MaskedLookup.ROWS);
        }
        return limbs;
    }
}
