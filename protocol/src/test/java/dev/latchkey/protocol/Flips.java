package dev.latchkey.protocol;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The ways bytes go wrong on the road. */
final class Flips {

    private Flips() {}

    /** Every array that differs from {@code bytes} in one bit, and every one that differs in all bits of one byte. */
    static List<byte[]> of(byte[] bytes) {
        List<byte[]> flipped = new ArrayList<>();
        for (int i = 0; i < bytes.length; i++) {
            for (int mask : new int[] {1, 2, 4, 8, 16, 32, 64, 128, 255}) {
                byte[] changed = bytes.clone();
                changed[i] ^= (byte) mask;
                flipped.add(changed);
            }
        }
        return flipped;
    }

    /** {@code bytes} without its end, for every length that is shorter, and with one more byte at its end. */
    static List<byte[]> ofLength(byte[] bytes) {
        List<byte[]> resized = new ArrayList<>();
        for (int length = 0; length <= bytes.length + 1; length++) {
            if (length != bytes.length) {
                resized.add(Arrays.copyOf(bytes, length));
            }
        }
        return resized;
    }
}
