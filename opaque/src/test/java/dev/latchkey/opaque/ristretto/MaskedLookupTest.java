package dev.latchkey.opaque.ristretto;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MaskedLookupTest {

    private static final int OFFSET = 7;

    @Test
    void copyRow_everyDigit_isTheRowOfItsMagnitude() {
        long[] tables = new long[OFFSET + MaskedLookup.ROWS * 2 * FieldElement.LIMBS];
        for (int row = 0; row < MaskedLookup.ROWS; row++) {
            MaskedLookup.storeRow(tables, OFFSET, row, register(row), register(row + 100));
        }
        for (int digit = -MaskedLookup.ROWS; digit <= MaskedLookup.ROWS; digit++) {
            long[] limbs = new long[2 * FieldElement.LIMBS];
            long zero = MaskedLookup.copyRow(tables, OFFSET, digit, limbs);
            assertThat(zero).isEqualTo(digit == 0 ? -1 : 0);
            assertThat(MaskedLookup.signMask(digit)).isEqualTo(digit < 0 ? -1 : 0);
            for (int i = 0; i < limbs.length; i++) {
                assertThat(limbs[i]).isEqualTo(digit == 0 ? 0 : expected(Math.abs(digit) - 1, i));
            }
        }
    }

    private static long expected(int row, int limb) {
        return (row + limb / FieldElement.LIMBS * 100L) << 10 | limb % FieldElement.LIMBS;
    }

    private static FieldElement register(long value) {
        long limb = value << 10;
        return new FieldElement(limb, limb | 1, limb | 2, limb | 3, limb | 4);
    }
}
