package dev.latchkey.client;

import dev.latchkey.protocol.AuditEntry;
import java.security.MessageDigest;
import java.util.Arrays;

/** The {@code object} of an audit entry: 32 bytes that say what was stored. */
final class LoggedObject {

    static final int BYTES = AuditEntry.OBJECT_BYTES;

    /** Zeros: what stands before a secret's first object. */
    static final LoggedObject NONE = new LoggedObject(new byte[BYTES]);

    private final byte[] bytes;

    /** Takes over {@code bytes}. */
    LoggedObject(byte[] bytes) {
        this.bytes = bytes;
    }

    byte[] toByteArray() {
        return bytes.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof LoggedObject that && MessageDigest.isEqual(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }
}
