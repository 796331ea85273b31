package dev.latchkey.protocol;

import java.security.SecureRandom;

/** Names one device of one user; drawn by the client, and no secret. */
public final class DeviceId extends Identifier {

    private DeviceId(byte[] bytes) {
        super(bytes);
    }

    /**
     * Takes 16 bytes; copies them.
     *
     * @throws IllegalArgumentException if there are not 16
     */
    public static DeviceId of(byte[] bytes) {
        return new DeviceId(bytes);
    }

    /** Makes a new one. */
    public static DeviceId random(SecureRandom random) {
        return new DeviceId(randomBytes(random));
    }

    /** 32 hexadecimal digits. */
    @Override
    public String toString() {
        return hex();
    }
}
