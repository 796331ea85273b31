package dev.latchkey.opaque;

import java.nio.charset.StandardCharsets;

/** The byte-string notation of RFC 9807 §1.2, for public values. */
final class Octets {

    private Octets() {}

    static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** I2OSP(n, 2). */
    static byte[] i2osp2(int n) {
        return new byte[] {(byte) (n >>> 8), (byte) n};
    }

    static byte[] concat(byte[]... parts) {
        int length = 0;
        for (byte[] part : parts) {
            length += part.length;
        }
        byte[] whole = new byte[length];
        int at = 0;
        for (byte[] part : parts) {
            System.arraycopy(part, 0, whole, at, part.length);
            at += part.length;
        }
        return whole;
    }
}
