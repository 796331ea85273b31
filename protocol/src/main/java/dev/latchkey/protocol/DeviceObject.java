package dev.latchkey.protocol;

import java.util.Arrays;

/**
 * The {@code object} of an audit entry about a device, or about a session that another one closed (§10): {@code id(16) ‖
 * fingerprint(16)}, where the fingerprint is zeros but for a device that was added.
 */
public final class DeviceObject {

    static final int FINGERPRINT_BYTES = 16;

    private DeviceObject() {}

    /** {@code device_id ‖ first 16 of Hash(sealed_name)}: of a device that got a ticket. */
    public static byte[] added(DeviceId device, byte[] sealedName) {
        return Octets.concat(device.toByteArray(), DeviceName.fingerprint(sealedName));
    }

    /** {@code device_id ‖ zeros(16)}: of a device whose ticket is void. */
    public static byte[] revoked(DeviceId device) {
        return alone(device);
    }

    /** {@code session_id ‖ zeros(16)}: of a session that was closed from another one. */
    public static byte[] closed(SessionId session) {
        return alone(session);
    }

    /**
     * The device that such an object begins with.
     *
     * @param object 32 bytes
     */
    public static DeviceId device(byte[] object) {
        return DeviceId.of(Arrays.copyOf(object, Identifier.BYTES));
    }

    /** The session that such an object begins with; otherwise like {@link #device}. */
    public static SessionId session(byte[] object) {
        return SessionId.of(Arrays.copyOf(object, Identifier.BYTES));
    }

    private static byte[] alone(Identifier id) {
        return Octets.concat(id.toByteArray(), new byte[FINGERPRINT_BYTES]);
    }
}
