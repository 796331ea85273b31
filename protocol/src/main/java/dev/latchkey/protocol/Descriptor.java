package dev.latchkey.protocol;

import dev.latchkey.protocol.IntegrityException.Reason;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * What an owner knows of a secret without fetching it (§5): {@code origin(1) ‖ type(1) ‖ created(8) ‖ label}, always
 * sealed.
 *
 * @param origin where the secret came from
 * @param typeCode what it is, 1 to 255; a later version may know more types than {@link #type()} does
 * @param createdUnixMs when its maker made it, in milliseconds since 1970, by the maker's clock
 * @param label what the owner calls it
 */
public record Descriptor(Origin origin, int typeCode, long createdUnixMs, Label label) {

    private static final int HEADER_BYTES = 10;

    /**
     * States a descriptor.
     *
     * @throws IllegalArgumentException if the type is not 1 to 255 or the time before 1970
     */
    public Descriptor {
        if (typeCode < 1 || typeCode > 0xff || createdUnixMs < 0) {
            throw new IllegalArgumentException("a type is 1 to 255, and no time is before 1970");
        }
    }

    /** States a descriptor with a type of this version. */
    public Descriptor(Origin origin, SecretType type, long createdUnixMs, Label label) {
        this(origin, type.code(), createdUnixMs, label);
    }

    /** What the secret is, or nothing when a later version said so. */
    public Optional<SecretType> type() {
        return SecretType.ofCode(typeCode);
    }

    byte[] encode() {
        byte[] name = label.utf8();
        return ByteBuffer.allocate(HEADER_BYTES + name.length)
                .put((byte) origin.code())
                .put((byte) typeCode)
                .putLong(createdUnixMs)
                .put(name)
                .array();
    }

    static Descriptor decode(byte[] bytes) throws IntegrityException {
        if (bytes.length < HEADER_BYTES) {
            throw new IntegrityException(Reason.DESCRIPTOR);
        }
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        // Without its origin a secret cannot be opened, whereas any type may be shown.
        Origin origin = Origin.ofCode(Byte.toUnsignedInt(buffer.get()))
                .orElseThrow(() -> new IntegrityException(Reason.ORIGIN));
        int typeCode = Byte.toUnsignedInt(buffer.get());
        long createdUnixMs = buffer.getLong();
        byte[] name = new byte[buffer.remaining()];
        buffer.get(name);
        if (typeCode == 0 || createdUnixMs < 0) {
            throw new IntegrityException(Reason.DESCRIPTOR);
        }
        return new Descriptor(origin, typeCode, createdUnixMs, Label.read(name));
    }
}
