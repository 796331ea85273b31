package dev.latchkey.opaque.ristretto;

import java.util.Arrays;

/**
 * Multiples of one element, made once for several multiplications of it by secret scalars.
 *
 * <p>Works in windows of four bits. A table of one part holds 1·P to 8·P. One of several parts holds the same of 2ᵏ·P as
 * well, for each part its own k, so that a multiplication adds from all parts between two doublings and needs that many
 * times fewer of them; making the parts takes the doublings of one multiplication, so that this pays from the second on.
 *
 * <p>Safe for use by several threads as long as none closes it; closing wipes the table, for an element that is itself a
 * secret.
 */
public final class MultiplicationTable implements AutoCloseable {

    private static final int WINDOW_BITS = 4;
    private static final int PART_LIMBS = MaskedLookup.ROWS * CachedPoint.LIMBS;

    /** What costs least for two multiplications. */
    private static final int PARTS_FOR_SEVERAL = 4;

    private final int parts;
    private final int digitsOfPart;
    private final long[] multiples;
    private boolean closed;

    private MultiplicationTable(EdwardsPoint point, int parts) {
        this.parts = parts;
        this.digitsOfPart = SignedDigits.COUNT / parts;
        this.multiples = new long[parts * PART_LIMBS];
        CachedPoint first = new CachedPoint();
        CachedPoint multiple = new CachedPoint();
        first.set(point);
        try (PointAccumulator base = new PointAccumulator();
                PointAccumulator sum = new PointAccumulator()) {
            base.add(first);
            for (int part = 0; part < parts; part++) {
                if (part > 0) {
                    base.doubleTimes(WINDOW_BITS * digitsOfPart);
                    base.toCached(first);
                }
                first.store(multiples, part * PART_LIMBS, 0);
                sum.set(base);
                for (int row = 1; row < MaskedLookup.ROWS; row++) {
                    sum.add(first);
                    sum.toCached(multiple);
                    multiple.store(multiples, part * PART_LIMBS, row);
                }
            }
        } finally {
            first.wipe();
            multiple.wipe();
        }
    }

    /** A table for a single multiplication. */
    static MultiplicationTable forOne(EdwardsPoint point) {
        return new MultiplicationTable(point, 1);
    }

    /** A table for two multiplications or more. */
    static MultiplicationTable forSeveral(EdwardsPoint point) {
        return new MultiplicationTable(point, PARTS_FOR_SEVERAL);
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
            for (int i = digitsOfPart - 1; i >= 0; i--) {
                sum.doubleTimes(WINDOW_BITS);
                for (int part = 0; part < parts; part++) {
                    multiple.select(multiples, part * PART_LIMBS, digits.get(part * digitsOfPart + i), row);
                    sum.add(multiple);
                }
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
