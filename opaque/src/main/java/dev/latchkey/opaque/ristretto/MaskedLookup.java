package dev.latchkey.opaque.ristretto;

/**
 * Takes one of the eight rows of a table without showing which: every row is read, and all but one are masked away.
 *
 * <p>A table lies in an array limb by limb: the eight rows' first limbs, then their second limbs and so on, so that
 * what is masked and joined together lies together.
 */
final class MaskedLookup {

    static final int ROWS = 8;

    private MaskedLookup() {}

    /**
     * Writes three or four registers as row {@code row}, counted from 0, of the table that starts at {@code offset}.
     */
    static void storeRow(long[] tables, int offset, int row, FieldElement... registers) {
        int at = offset + row;
        for (FieldElement register : registers) {
            register.storeLimbs(tables, at, ROWS);
            at += FieldElement.LIMBS * ROWS;
        }
    }

    /** −1 for a negative digit, else 0. */
    static long signMask(int digit) {
        return digit >> 31;
    }

    /**
     * Sets {@code limbs} to row |digit| − 1 of the table that starts at {@code offset}, or to zeros for digit 0.
     *
     * @return the mask of "digit is 0"
     */
    static long copyRow(long[] tables, int offset, int digit, long[] limbs) {
        int sign = digit >> 31;
        int magnitude = (digit ^ sign) - sign;
        long m1 = equalMask(magnitude, 1);
        long m2 = equalMask(magnitude, 2);
        long m3 = equalMask(magnitude, 3);
        long m4 = equalMask(magnitude, 4);
        long m5 = equalMask(magnitude, 5);
        long m6 = equalMask(magnitude, 6);
        long m7 = equalMask(magnitude, 7);
        long m8 = equalMask(magnitude, 8);
        for (int i = 0; i < limbs.length; i++) {
            int at = offset + i * ROWS;
            limbs[i] = (tables[at] & m1)
                    | (tables[at + 1] & m2)
                    | (tables[at + 2] & m3)
                    | (tables[at + 3] & m4)
                    | (tables[at + 4] & m5)
                    | (tables[at + 5] & m6)
                    | (tables[at + 6] & m7)
                    | (tables[at + 7] & m8);
        }
        return equalMask(magnitude, 0);
    }

    /** The mask of a = b, for a and b in [0, 2³¹). */
    private static long equalMask(int a, int b) {
        return ((long) (a ^ b) - 1) >> 63;
    }
}
