package dev.latchkey.opaque.ristretto;

import java.util.Arrays;

/**
 * Multiples of one element, made once for several multiplications of it by secret scalars.
 *
 * <p>Works in windows of four bits: the table holds 1·P to 8·P. Safe for use by several threads as long as none closes
 * it; closing wipes the table, for an element that is itself a secret.
 */
public final class MultiplicationTable implements AutoCloseable {

    private final long[] multiples = new long[MaskedLookup.ROWS * CachedPoint.LIMBS];
    private boolean closed;

    MultiplicationTable(EdwardsPoint point) {
        CachedPoint first = new CachedPoint();
        CachedPoint multiple = new CachedPoint();
        first.set(point);
        first.store(multiples, 0, 0);
        try (PointAccumulator sum = new PointAccumulator()) {
            sum.add(first);
            for (int row = 1; row < MaskedLookup.ROWS; row++) {
                sum.add(first);
                sum.toCached(multiple);
                multiple.store(multiples, 0, row);
            }
        } finally {
            first.wipe();
            multiple.wipe();
        }
    }

    /**
     * The element times {@code scalar}, in a time that depends on neither.
     *
     * @throws IllegalStateException if this or the scalar is closed
     */
    public Element multiply(Scalar scalar) {
        if (closed) {
            throw new IllegalStateException("the table is closed and wiped");
        }
        CachedPoint multiple = new CachedPoint();
        long[] row = new long[CachedPoint.LIMBS];
        try (SignedDigits digits = scalar.signedDigits();
                PointAccumulator sum = new PointAccumulator()) {
            for (int i = SignedDigits.COUNT - 1; i >= 0; i--) {
                sum.doubleTimes(4);
                multiple.select(multiples, 0, digits.get(i), row);
                sum.add(multiple);
            }
            return new Element(sum.toPoint());
        } finally {
            multiple.wipe();
            Arrays.fill(row, 0);
        }
    }

    /** Zeroes the table; closing again does nothing. */
    @Override
    public void close() {
        closed = true;
        Arrays.fill(multiples, 0);
    }
}
