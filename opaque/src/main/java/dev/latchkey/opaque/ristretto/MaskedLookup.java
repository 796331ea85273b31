package dev.latchkey.opaque.ristretto;

/** Takes one of the eight rows of a table without showing which: every row is read, and all but one are masked away. */
final class MaskedLookup {

    static final int ROWS = 8;

    private MaskedLookup() {}

    /** −1 for a negative digit, else 0. */
    static int signMask(int digit) {
        return digit >> 31;
    }

    /**
     * Sets {@code row} to row |digit| of the table, counted from 1, or to zeros for digit 0.
     *
     * @param table rows of {@code row.length} limbs, one after the other
     * @param offset where the table starts
     * @return the mask of "digit is 0"
     */
    static long copyRow(long[] table, int offset, int digit, long[] row) {
        int sign = signMask(digit);
        int magnitude = (digit ^ sign) - sign;
        long m1 = equalMask(magnitude, 1);
        long m2 = equalMask(magnitude, 2);
        long m3 = equalMask(magnitude, 3);
        long m4 = equalMask(magnitude, 4);
        long m5 = equalMask(magnitude, 5);
        long m6 = equalMask(magnitude, 6);
        long m7 = equalMask(magnitude, 7);
        long m8 = equalMask(magnitude, 8);
        int n = row.length;
        for (int i = 0; i < n; i++) {
            int at = offset + i;
            row[i] = (table[at] & m1)
                    | (table[at + n] & m2)
                    | (table[at + 2 * n] & m3)
                    | (table[at + 3 * n] & m4)
                    | (table[at + 4 * n] & m5)
                    | (table[at + 5 * n] & m6)
                    | (table[at + 6 * n] & m7)
                    | (table[at + 7 * n] & m8);
        }
        return equalMask(magnitude, 0);
    }

    /** The mask of a = b, for a and b in [0, 2³¹). */
    private static long equalMask(int a, int b) {
        return ((long) (a ^ b) - 1) >> 63;
    }
}
