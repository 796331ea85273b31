package dev.latchkey.protocol;

import java.security.SecureRandom;

/** Names one attempt to register between its first and its second call; chosen by the server, used once. */
public final class RegistrationId extends Identifier {

    private RegistrationId(byte[] bytes) {
        super(bytes);
    }

    /**
     * Takes 16 bytes; copies them.
     *
     * @throws IllegalArgumentException if there are not 16
     */
    public static RegistrationId of(byte[] bytes) {
        return new RegistrationId(bytes);
    }

    /** Makes a new one. */
    public static RegistrationId random(SecureRandom random) {
        return new RegistrationId(randomBytes(random));
    }

    /** 32 hexadecimal digits. */
    @Override
    public String toString() {
        return hex();
    }
}
