package dev.latchkey.e2e;

import dev.latchkey.opaque.ClientLogin;
import dev.latchkey.opaque.OpaqueClient;
import dev.latchkey.opaque.SecretBytes;
import dev.latchkey.protocol.UserId;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.stream.Stream;

/** Group elements and messages made of them, good and bad. */
final class Elements {
    private static final int KE1_BLINDED_ELEMENT = 0;
    private static final int KE1_BYTES = 96;
    private static final int RECORD_BYTES = 192;

    private Elements() {}

    /** RFC 9496, appendix A.2, one of each kind; the identity; wrong lengths. */
    static Stream<byte[]> bad() {
        return Stream.of(
                // non-canonical field element: 2^255 - 1, and p
                hex("ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"),
                hex("edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"),
                // negative field element
                hex("0100000000000000000000000000000000000000000000000000000000000000"),
                // non-square x^2
                hex("26948d35ca62e643e26a83177332e6b6afeb9d08e4268b650f1f5bbd8d81d371"),
                // negative x*y
                hex("3eb858e78f5a7254d8c9731174a94f76755fd3941c0ac93735c07ba14579630e"),
                // s = -1, which makes y = 0
                hex("ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"),
                // the identity
                new byte[32],
                // a length too short and too long
                new byte[31],
                new byte[33]);
    }

    static byte[] ke1() {
        try (SecretBytes password = SecretBytes.takeOwnership(new byte[] {'x'});
                ClientLogin login = new OpaqueClient(new SecureRandom()).startLogin(password)) {
            byte[] ke1 = login.ke1().toByteArray();
            if (ke1.length != KE1_BYTES) {
                throw new AssertionError("KE1 has " + ke1.length + " bytes");
            }
            return ke1;
        }
    }

    /** A record of the right form: some element, and bytes nobody can open. */
    static byte[] record() {
        byte[] record = new byte[RECORD_BYTES];
        System.arraycopy(ke1(), KE1_BLINDED_ELEMENT, record, 0, 32);
        return record;
    }

    static byte[] userId() {
        return UserId.random(new SecureRandom()).toByteArray();
    }

    /** {@code message} with {@code element} in the place of the 32 bytes at {@code offset}; longer or shorter with it. */
    static byte[] with(byte[] message, int offset, byte[] element) {
        byte[] changed = new byte[message.length - 32 + element.length];
        System.arraycopy(message, 0, changed, 0, offset);
        System.arraycopy(element, 0, changed, offset, element.length);
        System.arraycopy(message, offset + 32, changed, offset + element.length, message.length - offset - 32);
        return changed;
    }

    private static byte[] hex(String hex) {
        return HexFormat.of().parseHex(hex);
    }
}
