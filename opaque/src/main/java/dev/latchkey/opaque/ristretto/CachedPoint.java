package dev.latchkey.opaque.ristretto;

/** A point made ready to be added to others: Y + X, Y − X, 2Z and 2d·T. Each register is good for a product. */
final class CachedPoint {

    static final int LIMBS = 4 * FieldElement.LIMBS;

    final FieldElement yPlusX = new FieldElement();
    final FieldElement yMinusX = new FieldElement();
    final FieldElement twoZ = new FieldElement();
    final FieldElement t2d = new FieldElement();

    /** Sets this to {@code p}. Result: 2d·T tight, the others loose. */
    void set(EdwardsPoint p) {
        set(p.x, p.y, p.z, p.t);
    }

    /** Sets this to the point with these coordinates, all tight. Result: 2d·T tight, the others loose. */
    void set(FieldElement x, FieldElement y, FieldElement z, FieldElement t) {
        yPlusX.setSum(y, x);
        yMinusX.setDifference(y, x);
        twoZ.setSum(z, z);
        t2d.setProduct(t, FieldConstants.TWO_D);
    }

    /** Writes this as row {@code row}, counted from 0, of the table that starts at {@code offset}. */
    void store(long[] tables, int offset, int row) {
        MaskedLookup.storeRow(tables, offset, row, yPlusX, yMinusX, twoZ, t2d);
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
        row[2 * FieldElement.LIMBS] |= zero & 2;

        // −P has Y + X and Y − X exchanged and T negated.
        long negative = MaskedLookup.signMask(digit);
        yPlusX.loadLimbs(row, 0);
        yMinusX.loadLimbs(row, FieldElement.LIMBS);
        yPlusX.exchangeIf(negative, yMinusX);
        twoZ.loadLimbs(row, 2 * FieldElement.LIMBS);
        t2d.loadLimbs(row, 3 * FieldElement.LIMBS);
        t2d.negateIf(negative);
    }

    void wipe() {
        FieldElement.wipe(yPlusX, yMinusX, twoZ, t2d);
    }
}
