package dev.latchkey.opaque.ristretto;

/**
 * A point with Z = 1 made ready to be added to others: y + x, y − x and 2d·x·y. Each register is good for a product.
 */
final class AffineCachedPoint {

    static final int LIMBS = 3 * FieldElement.LIMBS;

    final FieldElement yPlusX = new FieldElement();
    final FieldElement yMinusX = new FieldElement();
    final FieldElement xy2d = new FieldElement();

    /**
     * Sets this to the point {@code p}, whose 1/Z is {@code inverse}, tight. Result: 2d·x·y tight, the others loose.
     */
    void set(EdwardsPoint p, FieldElement inverse) {
        FieldElement x = new FieldElement();
        FieldElement y = new FieldElement();
        x.setProduct(p.x, inverse);
        y.setProduct(p.y, inverse);
        yPlusX.setSum(y, x);
        yMinusX.setDifference(y, x);
        xy2d.setProduct(x, y);
        xy2d.setProduct(xy2d, FieldConstants.TWO_D);
    }

    /** Writes this as row {@code row}, counted from 0, of the table that starts at {@code offset}. */
    void store(long[] tables, int offset, int row) {
        MaskedLookup.storeRow(tables, offset, row, yPlusX, yMinusX, xy2d);
    }

    /**
     * Sets this to digit · P.
     *
     * @param tables 1·P to 8·P in rows 0 to 7 of the table that starts at {@code offset}
     * @param digit from −8 to 8, secret
     * @param row room for {@link #LIMBS} limbs, which keeps what was read
     */
    void select(long[] tables, int offset, int digit, long[] row) {
        long zero = MaskedLookup.copyRow(tables, offset, digit, row);
        row[0] |= zero & 1;
        row[FieldElement.LIMBS] |= zero & 1;

        // −P has y + x and y − x exchanged and x·y negated.
        long negative = MaskedLookup.signMask(digit);
        yPlusX.loadLimbs(row, 0);
        yMinusX.loadLimbs(row, FieldElement.LIMBS);
        yPlusX.exchangeIf(negative, yMinusX);
        xy2d.loadLimbs(row, 2 * FieldElement.LIMBS);
        xy2d.negateIf(negative);
    }

    void wipe() {
        FieldElement.wipe(yPlusX, yMinusX, xy2d);
    }
}
