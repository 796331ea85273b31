package dev.latchkey.protocol;

import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;

/** Sixteen bytes that name one thing; identifiers of different things are never equal. */
abstract sealed class Identifier permits UserId, KeyId, SessionId, RegistrationId, DeviceId {

    /** The size of every identifier, in bytes. */
    public static final int BYTES = 16;

    private final byte[] bytes;

    Identifier(byte[] bytes) {
        this.bytes =
                Octets.requireLength(bytes, BYTES, getClass().getSimpleName()).clone();
    }

    static byte[] randomBytes(SecureRandom random) {
        byte[] bytes = new byte[BYTES];
        random.nextBytes(bytes);
        return bytes;
    }

    /** A copy of the 16 bytes. */
    public final byte[] toByteArray() {
        return bytes.clone();
    }

    final String hex() {
        return HexFormat.of().formatHex(bytes);
    }

    /** Whether {@code other} is of the same kind and has the same bytes, in a time that does not depend on them. */
    @Override
    public final boolean equals(Object other) {
        return other instanceof Identifier that
                && getClass() == that.getClass()
                && MessageDigest.isEqual(bytes, that.bytes);
    }

    @Override
    public final int hashCode() {
        return Arrays.hashCode(bytes);
    }
}
