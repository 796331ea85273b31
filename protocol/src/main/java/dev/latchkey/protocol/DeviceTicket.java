package dev.latchkey.protocol;

/** What a device shows at a login to draw on a guess budget of its own; it opens nothing (§9). */
public final class DeviceTicket {

    /** The size of a ticket, in bytes. */
    public static final int BYTES = 32;

    private static final byte[] LABEL = Octets.ascii("latchkey/1 device ticket");

    private DeviceTicket() {}

    /**
     * What a server keeps of one: {@code Hash("latchkey/1 device ticket" ‖ user_id ‖ ticket)}, 32 bytes.
     *
     * @throws IllegalArgumentException if the ticket has not 32 bytes
     */
    public static byte[] hash(UserId userId, byte[] ticket) {
        Octets.requireLength(ticket, BYTES, "a device ticket");
        return Hashes.sha3_256(LABEL, userId.toByteArray(), ticket);
    }
}
