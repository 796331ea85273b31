package dev.latchkey.protocol;

import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.UUID;

/**
 * Names an account for ever: an RFC 9562 UUID of version 4, made by the client at registration.
 *
 * <p>Random and not time-based, so that it does not tell when its owner joined.
 */
public final class UserId extends Identifier {

    private UserId(byte[] bytes) {
        super(bytes);
    }

    /**
     * Takes 16 bytes that were checked before, or that stand for a user who does not exist; copies them.
     *
     * @throws IllegalArgumentException if there are not 16
     */
    public static UserId of(byte[] bytes) {
        return new UserId(bytes);
    }

    /**
     * Reads a user id that somebody else made.
     *
     * @throws MalformedException if it has not 16 bytes, or is not of version 4 and the RFC 9562 variant
     */
    public static UserId parse(byte[] bytes) throws MalformedException {
        if (bytes.length != BYTES) {
            throw new MalformedException(MalformedException.Reason.WRONG_LENGTH);
        }
        boolean version4 = (bytes[6] & 0xf0) == 0x40;
        boolean rfcVariant = (bytes[8] & 0xc0) == 0x80;
        if (!version4 || !rfcVariant) {
            throw new MalformedException(MalformedException.Reason.NOT_A_RANDOM_UUID);
        }
        return new UserId(bytes);
    }

    /** Makes a new one: 122 random bits, version 4, RFC 9562 variant. */
    public static UserId random(SecureRandom random) {
        byte[] bytes = randomBytes(random);
        bytes[6] = (byte) ((bytes[6] & 0x0f) | 0x40);
        bytes[8] = (byte) ((bytes[8] & 0x3f) | 0x80);
        return new UserId(bytes);
    }

    /** The text form of RFC 9562 §4. */
    @Override
    public String toString() {
        ByteBuffer buffer = ByteBuffer.wrap(toByteArray());
        return new UUID(buffer.getLong(), buffer.getLong()).toString();
    }
}
