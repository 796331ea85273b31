package dev.latchkey.opaque;

/** The client's last message of a login: {@code client_mac}, 64 bytes (RFC 9807 §6.1). */
public final class Ke3 {

    /** The size on the wire. */
    public static final int BYTES = HmacSha512.BYTES;

    private final byte[] clientMac;

    private Ke3(byte[] clientMac) {
        this.clientMac = clientMac;
    }

    static Ke3 of(SecretBytes clientMac) {
        return new Ke3(clientMac.copyBytes());
    }

    /**
     * Reads a received message.
     *
     * @throws OpaqueException {@code MALFORMED} on a wrong length
     */
    public static Ke3 parse(byte[] message) throws OpaqueException {
        return new Ke3(new MessageReader(message, BYTES).bytes(BYTES));
    }

    /** The message as it travels; a new array at each call. */
    public byte[] toByteArray() {
        return clientMac.clone();
    }
}
