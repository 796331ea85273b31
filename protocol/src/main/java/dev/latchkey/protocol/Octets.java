package dev.latchkey.protocol;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** The protocol text's notation for bytes that are not secret: {@code ‖}, {@code I2OSP} and quoted text. */
final class Octets {

    private Octets() {}

    /** {@code parts[0] ‖ parts[1] ‖ …}. */
    static byte[] concat(byte[]... parts) {
        ByteArrayOutputStream joined = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            joined.writeBytes(part);
        }
        return joined.toByteArray();
    }

    /** {@code I2OSP(value, 1)}. */
    static byte[] i2osp1(int value) {
        requireBelow(value, 0xff);
        return new byte[] {(byte) value};
    }

    /** {@code I2OSP(value, 2)}. */
    static byte[] i2osp2(int value) {
        requireBelow(value, 0xffff);
        return new byte[] {(byte) (value >>> 8), (byte) value};
    }

    /** {@code I2OSP(value, 4)}. */
    static byte[] i2osp4(int value) {
        requireBelow(value, Integer.MAX_VALUE);
        return ByteBuffer.allocate(4).putInt(value).array();
    }

    /** {@code I2OSP(value, 8)}. */
    static byte[] i2osp8(long value) {
        if (value < 0) {
            throw new IllegalArgumentException("the number is negative");
        }
        return ByteBuffer.allocate(8).putLong(value).array();
    }

    /** {@code "text"}. */
    static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** Refuses an array of another length than the layout names. */
    static byte[] requireLength(byte[] bytes, int length, String name) {
        if (bytes.length != length) {
            throw new IllegalArgumentException(name + " has " + length + " bytes, not " + bytes.length);
        }
        return bytes;
    }

    private static void requireBelow(int value, int highest) {
        if (value < 0 || value > highest) {
            throw new IllegalArgumentException("the number does not fit its field");
        }
    }
}
