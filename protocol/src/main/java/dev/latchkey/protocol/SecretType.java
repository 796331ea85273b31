package dev.latchkey.protocol;

import java.util.Arrays;
import java.util.Optional;

/** What a secret is to its owner (§5): a hint for showing it, nothing the protocol acts on. The codes are never reused. */
public enum SecretType {
    /** 1: bytes, of which nothing else is said. */
    OPAQUE_BYTES(1),
    /** 2: the key of a symmetric cipher or MAC. */
    SYMMETRIC_KEY(2),
    /** 3: the private half of a key pair. */
    PRIVATE_KEY(3),
    /** 4: words from which keys are derived. */
    RECOVERY_PHRASE(4);

    private final int code;

    SecretType(int code) {
        this.code = code;
    }

    /** The number in a descriptor. */
    public int code() {
        return code;
    }

    /** The type with this number, or nothing when this version does not know it. */
    public static Optional<SecretType> ofCode(int code) {
        return Arrays.stream(values()).filter(type -> type.code == code).findAny();
    }
}
